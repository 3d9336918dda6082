"""Restoring tables of DynamoDB: from a moment or a backup, beside the table or in its place; and what a restore leaves out."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from local.console import Trouble
from operating.tables import Table

WRITERS = 8
AT_ONCE = 1000
PAUSE = 2.0  # seconds between two looks
PATIENCE = 4 * 3600  # seconds for a restore; most tables take less than one hour
Row = dict[str, Any]


@dataclass(frozen=True)
class Copied:
    """Rows: written, that were there already, and that would have expired by now."""

    restored: int = 0
    there: int = 0
    expired: int = 0


class Backups:
    """Raises Trouble with DynamoDB's own words for what it refuses."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def exists(self, table: str) -> bool:
        return self._described(table) is not None

    def state(self, table: str) -> str:
        """Since when it can be restored, or that it is gone."""
        if not self.exists(table):
            return "GONE"
        continuous = self.client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        recovery = continuous.get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            return "cannot be restored: point-in-time recovery is off"
        since = recovery.get("EarliestRestorableDateTime")
        return f"can be restored to any second since {since:%Y-%m-%d %H:%M}" if since else "can be restored"

    def rows(self, table: str) -> int:
        pages = self.client.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def beside(self, table: str, backup: str, moment: datetime | None) -> str:
        """The name of a table that has the rows of then, restored if it is not there yet."""
        wanted = moment or datetime.now(UTC)
        name = f"{table[:200]}-restored-{backup.rpartition('/')[2] if backup else f'{wanted:%Y%m%dT%H%M%S}'}"
        if self.exists(name):
            self.wait(name)
            return name
        if backup:
            self._restore("restore_table_from_backup", name, BackupArn=backup)
        else:
            latest = {"RestoreDateTime": moment} if moment else {"UseLatestRestorableTime": True}
            self._restore("restore_table_to_point_in_time", name, SourceTableName=table, **latest)
        return name

    def remake(self, table: str, backup: str) -> str:
        """Under its own name; the ARN of the key that its backup names, "" for none."""
        arn = backup or self._newest(table)
        source = self.client.describe_backup(BackupArn=arn)["BackupDescription"].get("SourceTableFeatureDetails", {})
        key = str(source.get("SSEDescription", {}).get("KMSMasterKeyArn", ""))
        encrypted = {"SSESpecificationOverride": _encryption(key)} if key else {}
        self._restore("restore_table_from_backup", table, BackupArn=arn, **encrypted)
        return key

    def _newest(self, table: str) -> str:
        """Of all that are kept: DynamoDB itself makes one when a table is deleted that could be restored to any second."""
        found: list[dict[str, Any]] = self.client.list_backups(TableName=table, BackupType="ALL")["BackupSummaries"]
        usable = [each for each in found if each["BackupStatus"] == "AVAILABLE"]
        if not usable:
            raise Trouble(f"{table} is gone, and has no backup in DynamoDB: look into the vault of AWS Backup.")
        return str(max(usable, key=lambda each: each["BackupCreationDateTime"])["BackupArn"])

    def _restore(self, operation: str, name: str, **arguments: Any) -> None:
        try:
            getattr(self.client, operation)(TargetTableName=name, **arguments)
        except ClientError as error:
            raise Trouble(f"DynamoDB restores nothing: {error.response['Error']['Message']}") from error
        self.wait(name)

    def wait(self, table: str) -> None:
        until = time.monotonic() + PATIENCE
        while (self._described(table) or {}).get("TableStatus") != "ACTIVE":
            if time.monotonic() > until:
                raise Trouble(f"{table} is not ready after {PATIENCE // 3600} hours: look at it in DynamoDB's console.")
            time.sleep(PAUSE)

    def _described(self, table: str) -> dict[str, Any] | None:
        try:
            return dict(self.client.describe_table(TableName=table)["Table"])
        except self.client.exceptions.ResourceNotFoundException:
            return None


def copy_missing(client: Any, source: str, target: str, expiry: str | None) -> Copied:
    """Writes rows of one table that another one lacks; it may be repeated. expiry: the attribute that says when a row expires."""
    keys = [each["AttributeName"] for each in client.describe_table(TableName=target)["Table"]["KeySchema"]]
    now, restored, there, expired = time.time(), 0, 0, 0

    def write(row: Row) -> bool:
        try:
            client.put_item(
                TableName=target,
                Item=row,
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": keys[0]},
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    rows = _rows(client, source)
    with ThreadPoolExecutor(WRITERS) as threads:
        while some := list(islice(rows, AT_ONCE)):
            alive = [row for row in some if not (expiry and expiry in row and float(row[expiry]["N"]) <= now)]
            written = list(threads.map(write, alive))
            restored, there, expired = restored + sum(written), there + written.count(False), expired + len(some) - len(alive)
    return Copied(restored, there, expired)


def _rows(client: Any, table: str) -> Iterator[Row]:
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def set_up(client: Any, table: Table, region: str, key: str) -> None:
    """What a restore leaves out, as the table's template says it; what is so already is left alone. key: the ARN of its key."""
    backups, here = Backups(client), table.here(region)
    found = client.describe_table(TableName=table.physical)["Table"]
    changes: list[dict[str, Any]] = []
    if key and found.get("SSEDescription", {}).get("KMSMasterKeyArn") != key:
        changes.append({"SSESpecification": _encryption(key)})
    stream = table.properties.get("StreamSpecification")
    if stream and not found.get("StreamSpecification", {}).get("StreamEnabled"):
        changes.append({"StreamSpecification": {"StreamEnabled": True, **stream}})
    if bool(here.get("DeletionProtectionEnabled")) != bool(found.get("DeletionProtectionEnabled")):
        changes.append({"DeletionProtectionEnabled": bool(here.get("DeletionProtectionEnabled"))})
    for change in changes:
        client.update_table(TableName=table.physical, **change)
        backups.wait(table.physical)
    if expiry := table.properties.get("TimeToLiveSpecification"):
        _expire(client, table.physical, expiry)
    client.update_continuous_backups(
        TableName=table.physical, PointInTimeRecoverySpecification=dict(here["PointInTimeRecoverySpecification"])
    )
    if tags := here.get("Tags"):
        client.tag_resource(ResourceArn=found["TableArn"], Tags=tags)


def _expire(client: Any, table: str, expiry: dict[str, Any]) -> None:
    """DynamoDB refuses to switch on what is on."""
    now = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if now.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=dict(expiry))


def _encryption(key: str) -> dict[str, Any]:
    return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
