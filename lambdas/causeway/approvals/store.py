"""Approvals in the table of runs: one item for each run, in a partition of its tenant, so that approvers find what waits."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.exceptions import ClientError

from causeway.approvals.approval import Approval, Decision
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import Overtaken

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS = 7 * 86400  # after the last moment for a decision, as long as runs are kept
CURSOR = r"^[0-9a-f]{32}$"


class ApprovalItem(TypedDict):
    """run_key: the tenant's partition of approvals. item: id of the run.

    Data class: restricted; run_key, item, version, expires_at: internal.
    """

    run_key: str
    item: str
    content: str
    version: int
    expires_at: int


class Approvals:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs"."""

    def __init__(self, clients: Callable[[str], "DynamoDBClient"], table: str, dependency: Dependency) -> None:
        """clients: the client that reaches the rows of a tenant; it has the patience of `dependency`."""
        self._clients, self._table, self._dependency = clients, table, dependency

    def read(self, tenant: str, run_id: str) -> Approval | None:
        """None when no approval of this run was ever asked for, or it has expired from the table."""
        values = {":tenant": text(partition(tenant)), ":run": text(run_id)}
        items = self._query(tenant, "run_key = :tenant AND #item = :run", values, ExpressionAttributeNames={"#item": "item"})["Items"]
        return next((approval_of(item) for item in items if is_live(item)), None)

    def save(self, approval: Approval) -> None:
        """Write a new version. The same write once more is no error.

        Raises Overtaken when the version before is not the one that is in the table.
        """
        try:
            self._dependency.call(lambda: self._put(approval))
        except Overtaken:
            if self.read(approval.owner.tenant, approval.run_id) != approval:
                raise

    def page(self, tenant: str, limit: int, after: str | None = None) -> tuple[list[Approval], str | None]:
        """Of a tenant's approvals, at most `limit`, in the order of their runs' ids; and where to go on, None at the end."""
        start = {"ExclusiveStartKey": _key(tenant, after)} if after else {}
        answer = self._query(tenant, "run_key = :tenant", {":tenant": text(partition(tenant))}, Limit=limit, **start)
        last = answer.get("LastEvaluatedKey")
        return [approval_of(item) for item in answer["Items"] if is_live(item)], last["item"]["S"] if last else None

    def _query(self, tenant: str, condition: str, values: Any, **more: Any) -> Any:
        return self._dependency.call(
            lambda: self._clients(tenant).query(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                **more,
            )
        )

    def _put(self, approval: Approval) -> None:
        condition: dict[str, Any] = {
            "ConditionExpression": "version = :before OR attribute_not_exists(version) AND :before = :none",
            "ExpressionAttributeValues": {":before": number(approval.version - 1), ":none": number(0)},
        }
        try:
            self._clients(approval.owner.tenant).put_item(TableName=self._table, Item=item_of(approval), **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Overtaken from error
            raise


def partition(tenant: str) -> str:
    """No run has it: a run's key names a user between the two signs."""
    return f"{tenant}##approvals"


def item_of(approval: Approval) -> dict[str, Any]:
    key = _key(approval.owner.tenant, approval.run_id)
    facts = {name: value for name, value in asdict(approval).items() if name != "version"}
    content = text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")))
    return {**key, "content": content, "version": number(approval.version), "expires_at": number(approval.until + KEPT_SECONDS)}


def approval_of(item: Item) -> Approval:
    facts = json.loads(item["content"]["S"])
    decision = Decision(**facts["decision"]) if facts["decision"] else None
    return Approval(**{**facts, "owner": Owner(**facts["owner"]), "decision": decision}, version=int(item["version"]["N"]))


def _key(tenant: str, run_id: str) -> dict[str, Any]:
    return {"run_key": text(partition(tenant)), "item": text(run_id)}
