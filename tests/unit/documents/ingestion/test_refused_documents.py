"""What becomes of a document that cannot be ingested, for its own fault or for ours."""

import json

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.reasons import Reason
from causeway.runtime.clients import client
from tests.unit.documents.cloud import DOCUMENTS, FIRST, INCOMING, Cloud, call, registered


def test_a_bad_document_is_quarantined_with_its_file_and_reason(cloud: Cloud) -> None:
    with pytest.raises(BadDocument) as bad:
        call("read_document", (taken := registered(cloud, b"caf\xe9")))
    cause = json.dumps({"errorType": "BadDocument", "errorMessage": str(bad.value)})
    for _ in range(2):  # as after a crash at its end
        call("quarantine_document", {**taken, "state": "quarantined", "error": {"Error": "BadDocument", "Cause": cause}})
    record = cloud.record("returns.md")
    assert (record.state, record.reason) == ("quarantined", Reason(code="not_utf8", message=bad.value.message))
    folder = f"quarantine/harbour/{record.document_id}/{ordered(taken['sequencer'])}/"
    assert cloud.stored() == [f"{folder}reason.json", f"{folder}returns.md"]
    reason = json.loads(client("s3").get_object(Bucket=DOCUMENTS, Key=f"{folder}reason.json")["Body"].read())
    assert reason["code"] == "not_utf8"
    assert reason["origin"]["bucket"] == INCOMING


def test_a_bad_new_version_leaves_the_former_one_current(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    old = cloud.record("returns.md").current_version
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    record = cloud.record("returns.md")
    assert (record.state, record.current_version) == ("quarantined", old)


def test_a_file_that_is_too_large_is_refused_without_being_fetched(cloud: Cloud) -> None:
    execution = {**cloud.upload("film.pdf", b"small"), "size": 500_000_000, "object_version": "never-asked-for"}
    cloud.run(execution)
    reason = cloud.reason("film.pdf")
    assert reason.code == "too_large"
    assert "500.0 MB; at most 2.0 MB" in reason.message
    assert cloud.stored("raw/") == []


def test_an_event_that_hides_the_size_is_refused_by_the_objects_own(cloud: Cloud) -> None:
    cloud.run({**cloud.upload("film.pdf", bytes(2_000_001)), "size": 1})
    assert cloud.reason("film.pdf").code == "too_large"


def test_an_object_that_is_gone_already_is_left_to_its_own_event(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", FIRST)
    client("s3").delete_object(Bucket=INCOMING, Key="harbour/returns.md", VersionId=uploaded["object_version"])
    assert cloud.run(uploaded)["outcome"] == "superseded"


def test_a_fault_of_ours_is_failed_and_says_nothing_internal(cloud: Cloud) -> None:
    cloud.run({**cloud.upload("returns.md", FIRST), "bucket": "another"})
    assert (cloud.record("returns.md").state, cloud.reason("returns.md").code) == ("failed", "failed")
    assert "another" not in cloud.reason("returns.md").message
    assert cloud.stored("quarantine/") == []
