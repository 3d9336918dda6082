"""What a sync of a bucket has brought, watched until it is settled."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from causeway.documents.ingestion.identity import document_id
from causeway.documents.ingestion.record import marshalled
from causeway.documents.ingestion.registry import BY_CHANGE
from local import places
from local.app import brought as module
from local.app.brought import Brought, brought_by, watching
from local.app.bucket_syncs import Wanted

WANTED = Wanted("handbooks", "books/", "harbour", dry=False, force=False)


class Run:
    def __init__(self, wanted, arn):
        self.arn = arn


@pytest.fixture(autouse=True)
def account(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "ACCOUNT", tmp_path)
    monkeypatch.setattr(module, "Run", Run)


def test_runs_and_names_are_kept_until_all_is_settled():
    first = Brought(WANTED)
    first.begun(Run(WANTED, "arn:1"))
    again = Brought(WANTED)
    assert ([run.arn for run in again.left()], again.names) == (["arn:1"], frozenset())
    again.ended(Run(WANTED, "arn:1"), ["a.md"])
    third = Brought(WANTED)
    assert ([*third.left()], third.names) == ([], {"a.md"})
    third.close()
    assert Brought(WANTED).names == frozenset()


def test_each_source_and_tenant_has_its_own():
    Brought(WANTED).begun(Run(WANTED, "arn:1"))
    assert [*Brought(Wanted("handbooks", "other/", "harbour", dry=False, force=False)).left()] == []
    assert [*Brought(Wanted("handbooks", "books/", "lantern", dry=False, force=False)).left()] == []


def test_what_was_brought_is_new_changed_or_renamed():
    result = {kind: [{"name": kind}] for kind in ("new", "changed", "renamed", "deleted", "kept", "later", "skipped")}
    assert brought_by(result) == {"new", "changed", "renamed"}


@pytest.fixture
def cloud(monkeypatch):
    """A bucket with versions and a registry."""
    with mock_aws():
        clients = {name: boto3.client(name, region_name="us-east-1") for name in ("s3", "dynamodb")}
        monkeypatch.setattr(module, "client", clients.__getitem__)
        monkeypatch.setattr(module, "parameter", {"data/incoming-bucket": "incoming", "data/document-registry": "registry"}.__getitem__)
        clients["s3"].create_bucket(Bucket="incoming")
        clients["s3"].put_bucket_versioning(Bucket="incoming", VersioningConfiguration={"Status": "Enabled"})
        keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("tenant", "HASH"), ("document_id", "RANGE"))]
        by_change = [{"AttributeName": name, "KeyType": kind} for name, kind in (("tenant", "HASH"), ("updated_at", "RANGE"))]
        clients["dynamodb"].create_table(
            TableName="registry",
            KeySchema=keys,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("tenant", "document_id", "updated_at")],
            GlobalSecondaryIndexes=[{"IndexName": BY_CHANGE, "KeySchema": by_change, "Projection": {"ProjectionType": "ALL"}}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield clients


def put(cloud, name):
    return cloud["s3"].put_object(Bucket="incoming", Key=f"harbour/{name}", Body=b"text")["VersionId"]


def row(cloud, name, version, state="ready", **more):
    later = (datetime.now(UTC) + timedelta(seconds=5)).isoformat(timespec="milliseconds")
    item = {"name": name, "state": state, "object_version": version, "updated_at": later, "sequencer": "1", **more}
    ids = {"tenant": "harbour", "document_id": document_id("harbour", name)}
    cloud["dynamodb"].put_item(TableName="registry", Item={key: marshalled(value) for key, value in (ids | item).items()})


def test_it_waits_until_each_copy_itself_is_settled(cloud):
    """A row of an earlier version is none of the copy; a refusal settles it with its reason."""
    put(cloud, "b.md")
    versions = {name: put(cloud, name) for name in ("a.md", "b.md", "bad.md")}
    row(cloud, "a.md", versions["a.md"])
    row(cloud, "b.md", "an earlier one")
    row(cloud, "bad.md", versions["bad.md"], "quarantined", reason={"code": "empty", "message": "The file has no content."})
    adding = watching("harbour", ["a.md", "b.md", "bad.md", "gone.md"], pause=0.01)
    told = []

    def hear(progress):
        told.append((len(progress.outcomes), progress.searchable))
        if len(told) == 4:
            row(cloud, "b.md", versions["b.md"])

    adding.hear = hear
    outcomes = adding.run()
    assert told[3] == (2, 1)
    assert {each.upload.name: (each.state, each.code) for each in outcomes} == {
        "a.md": ("ready", ""),
        "b.md": ("ready", ""),
        "bad.md": ("quarantined", "empty"),
    }
