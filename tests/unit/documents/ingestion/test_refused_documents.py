"""What becomes of a document that cannot be ingested, for its own fault or for ours."""

import json

from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.quarantine import fail
from causeway.runtime.clients import client
from tests.unit.documents.cloud import DOCUMENTS, FIRST, INCOMING, SECOND, Cloud, documents, registry


def test_a_bad_document_is_quarantined_with_its_file_and_reason(cloud: Cloud) -> None:
    bad = cloud.upload("returns.md", b"caf\xe9")
    for _ in range(2):  # as after a crash at its end
        taken = cloud.take(bad)
    record = cloud.record("returns.md")
    assert (record.state, record.reason) == ("quarantined", taken.reason)
    assert taken.reason is not None
    assert (taken.reason.code, "UTF-8" in taken.reason.message) == ("not_utf8", True)
    folder = f"quarantine/harbour/{record.document_id}/{ordered(bad.sequencer)}/"
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
    cloud.run(cloud.upload("film.pdf", b"small").model_copy(update={"size": 500_000_000, "object_version": "never-asked-for"}))
    reason = cloud.reason("film.pdf")
    assert reason.code == "too_large"
    assert "500.0 MB; at most 2.0 MB" in reason.message
    assert [key.rpartition("/")[2] for key in cloud.stored()] == ["reason.json"]


def test_an_event_that_hides_the_size_is_refused_by_the_objects_own(cloud: Cloud) -> None:
    cloud.run(cloud.upload("film.pdf", bytes(2_000_001)).model_copy(update={"size": 1}))
    assert cloud.reason("film.pdf").code == "too_large"


def test_an_object_that_is_gone_already_is_left_to_its_own_event(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", FIRST)
    client("s3").delete_object(Bucket=INCOMING, Key="harbour/returns.md", VersionId=uploaded.object_version)
    assert cloud.run(uploaded) == "superseded"


def test_a_fault_of_ours_is_failed_says_nothing_internal_and_keeps_the_former_version(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    former = cloud.record("returns.md").current_version
    assert fail(cloud.read(SECOND), registry(), documents())
    record = cloud.record("returns.md")
    assert (record.state, record.current_version, cloud.reason("returns.md").code) == ("failed", former, "failed")
    assert cloud.stored("quarantine/") == []


def test_a_fault_of_ours_with_a_document_that_a_newer_event_has_is_not_written_down(cloud: Cloud) -> None:
    older = cloud.read(FIRST)
    cloud.run(cloud.upload("returns.md", SECOND))
    assert not fail(older, registry(), documents())
    assert cloud.record("returns.md").state == "ready"
    assert len(cloud.stored()) == 1
