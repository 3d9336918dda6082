"""Rows and tables that were lost come back, against a DynamoDB in process."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from local.console import Trouble
from operating import restore, restoring
from operating.account import Account
from operating.restoring import set_up
from operating.tables import Table

NAME = "causeway-registry"
REPLICA = {
    "Region": "us-east-1",
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
    "DeletionProtectionEnabled": True,
    "Tags": [{"Key": "environment", "Value": "prod"}],
}
PROPERTIES = {
    "Replicas": [REPLICA, {"Region": "us-west-2"}],
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
}
STACK = {"Resources": {"Registry0123ABCD": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": PROPERTIES}}}
SUMMARY = {"LogicalResourceId": "Registry0123ABCD", "PhysicalResourceId": NAME, "ResourceType": "AWS::DynamoDB::GlobalTable"}
RAN = {"LastUpdatedTimestamp": "2026-11-27", "ResourceStatus": "CREATE_COMPLETE"}
YEAR_2100 = 4_102_444_800


class Place:
    """An account with a stack of one table. environment: prod asks for GO=1."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        self._environ = monkeypatch
        self.key = boto3.client("kms", region_name="us-east-1").create_key()["KeyMetadata"]["Arn"]
        for name in ("GO", "ENV"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(restoring, "PAUSE", 0.0)

    def make(self) -> None:
        self.dynamodb.create_table(
            TableName=NAME,
            KeySchema=[{"AttributeName": "tenant", "KeyType": "HASH"}, {"AttributeName": "document_id", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("tenant", "document_id")],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": self.key},
        )
        self.dynamodb.update_continuous_backups(TableName=NAME, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    def put(self, document: str, **more: Mapping[str, str]) -> None:
        self.dynamodb.put_item(TableName=NAME, Item={"tenant": {"S": "harbour"}, "document_id": {"S": document}, **more})

    def forget(self, document: str) -> None:
        self.dynamodb.delete_item(TableName=NAME, Key={"tenant": {"S": "harbour"}, "document_id": {"S": document}})

    def backup(self) -> str:
        return str(self.dynamodb.create_backup(TableName=NAME, BackupName="before")["BackupDetails"]["BackupArn"])

    def documents(self) -> dict[str, str]:
        rows = self.dynamodb.scan(TableName=NAME)["Items"]
        return {row["document_id"]["S"]: row.get("state", {}).get("S", "") for row in rows}

    def restore(self, environment: str = "local", **environ: str) -> None:
        cloudformation = boto3.client("cloudformation", region_name="us-east-1")
        with Stubber(cloudformation) as stack:
            named = {"StackName": f"causeway-{environment}-data"}
            stack.add_response("list_stack_resources", {"StackResourceSummaries": [{**SUMMARY, **RAN}]}, named)
            stack.add_response("get_template", {"TemplateBody": json.dumps(STACK)}, named)
            clients: Mapping[str, Any] = {"cloudformation": cloudformation, "dynamodb": self.dynamodb}
            where = Account(environment, "account 1, us-east-1", lambda service: clients[service], str)
            self._environ.setattr(restore, "account", lambda: where)
            assert restore.main(environ) == 0


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield Place(monkeypatch)


Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out


def test_lost_rows_come_back_and_what_was_written_meanwhile_stays(place: Place, said: Said) -> None:
    place.make()
    for document in ("kept", "lost"):
        place.put(document, state={"S": "then"})
    place.put("old", expires_at={"N": "1"})
    backup = place.backup()
    for document in ("lost", "old"):
        place.forget(document)
    place.put("kept", state={"S": "now"})
    place.put("new")
    place.restore(TABLE="Registry", BACKUP=backup)
    assert place.documents() == {"kept": "now", "lost": "then", "new": ""}
    assert "1 row brought back; 1 row had not been lost, 1 row expired meanwhile" in said()
    assert place.dynamodb.list_tables()["TableNames"] == [NAME], "nothing is left beside it"


def test_a_moment_is_restored_by_point_in_time_recovery(place: Place, said: Said) -> None:
    place.make()
    place.put("kept")
    place.restore(TABLE="Registry", AT="2026-11-27T10:15:00")
    told = said()
    assert f"The rows of then are in {NAME}-restored-20261127T101500" in told
    assert "0 rows brought back; 1 row had not been lost." in told


def test_a_table_that_is_gone_is_made_anew_and_set_as_its_template_says(place: Place, said: Said) -> None:
    place.make()
    place.put("lost", state={"S": "then"}, expires_at={"N": str(YEAR_2100)})
    place.backup()
    place.dynamodb.delete_table(TableName=NAME)
    place.restore(TABLE="Registry")
    assert place.documents() == {"lost": "then"}
    table = place.dynamodb.describe_table(TableName=NAME)["Table"]
    assert (table["DeletionProtectionEnabled"], table["StreamSpecification"]["StreamEnabled"]) == (True, True)
    assert place.dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]["AttributeName"] == "expires_at"
    recovery = place.dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert place.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == REPLICA["Tags"]
    told = said()
    assert "Registry is there again, with 1 row." in told
    assert "Its copy in us-west-2 is no longer kept up" in told
    assert "Its stream has another address" in told


def test_a_restored_table_gets_the_key_that_its_backup_names_once() -> None:
    client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    encrypted = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn:key"}
    plain: dict[str, Any] = {"TableName": NAME, "TableStatus": "ACTIVE", "TableArn": "arn:table"}
    with Stubber(client) as stubs:
        for found in (plain, {**plain, "SSEDescription": {"KMSMasterKeyArn": "arn:key"}}):
            stubs.add_response("describe_table", {"Table": found})
            if found is plain:
                stubs.add_response("update_table", {}, {"TableName": NAME, "SSESpecification": encrypted})
                stubs.add_response("describe_table", {"Table": found})
            stubs.add_response("update_continuous_backups", {})
            here = {name: REPLICA[name] for name in ("Region", "PointInTimeRecoverySpecification")}
            set_up(client, Table("Registry", NAME, {"Replicas": [here]}), "us-east-1", "arn:key")
        stubs.assert_no_pending_responses()


def test_in_a_real_account_nothing_is_done_before_somebody_says_so(place: Place, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    place.make()
    place.put("lost")
    backup = place.backup()
    place.forget("lost")
    place.restore("prod", TABLE="Registry", BACKUP=backup)
    assert "Nothing is done yet" in said()
    assert place.documents() == {}
    monkeypatch.setenv("GO", "1")
    place.restore("prod", TABLE="Registry", BACKUP=backup)
    assert place.documents() == {"lost": ""}


def test_tables_are_listed_with_what_is_gone(place: Place, said: Said) -> None:
    place.restore()
    assert "Registry                         GONE" in said()
    place.make()
    place.restore()
    assert "can be restored" in said()


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TABLE": "Register"}, "TABLE=Register is no table of local. There are: Registry."),
        ({"TABLE": "Registry", "AT": "yesterday"}, "AT=yesterday is no moment"),
        ({"TABLE": "Registry", "AT": "2099-01-01T00:00:00"}, "is yet to come"),
        ({"TABLE": "Registry", "AT": "2026-11-27", "BACKUP": "arn"}, "Give AT or BACKUP, not both"),
        ({"TABLE": "Registry", "BACKUP": "arn:aws:dynamodb:us-east-1:1:table/x/backup/01"}, "DynamoDB restores nothing"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(place: Place, environ: dict[str, str], sentence: str) -> None:
    place.make()
    with pytest.raises(Trouble, match=sentence):
        place.restore(**environ)


def test_a_table_without_a_backup_says_where_else_to_look(place: Place) -> None:
    with pytest.raises(Trouble, match="look into the vault of AWS Backup"):
        place.restore(TABLE="Registry")
    with pytest.raises(Trouble, match="Leave AT out"):
        place.restore(TABLE="Registry", AT="2026-11-27T10:15:00")
