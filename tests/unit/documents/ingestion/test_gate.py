"""What a domain's rules do to documents on their way, through both functions."""

import json
from collections.abc import Callable

import pytest

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import document_id
from causeway.documents.shifts import LEAST_CHANGED
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FINGERPRINTS_TABLE, FIRST, SECOND, TABLE, Cloud, fingerprints, module
from tests.unit.documents.duplicates.making import changed, prose
from tests.unit.documents.lanes import Lane, lane_of

Told = Callable[..., Lane]
SKIP = {"duplicates": {"same_bytes": "skip", "same_text": "skip"}}
SAME_WORDS = b"RETURNS\n\nBooks may be *returned* within 30 days!"
LONG = " ".join(prose(1, 300)).encode()
NEAR = " ".join(changed(prose(1, 300), 0.01)).encode()


@pytest.fixture
def told(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Told:
    """A lane whose functions are told the rules."""

    lane = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)

    def made(**rules: object) -> Lane:
        monkeypatch.setenv("INTAKE", json.dumps(rules))
        module("read_documents").settings.cache_clear()
        return lane

    return made


def add(lane: Lane, name: str, content: bytes, tenant: str = "harbour") -> Change:
    change = lane.cloud.upload(name, content, tenant)
    lane.hear(lane.said(change))
    lane.run()
    return change


def remove(lane: Lane, name: str) -> None:
    lane.hear(lane.said(lane.cloud.delete(name)))
    lane.run()


def states(cloud: Cloud, *names: str) -> list[str]:
    return [cloud.record(name).state for name in names]


def why(cloud: Cloud, name: str) -> str:
    report = cloud.record(name).report
    assert report is not None
    return " ".join(tally.why for tally in report.tallies)


def texts(cloud: Cloud, name: str) -> str:
    of = document_id("harbour", name)
    return " ".join(each["text"] for each in cloud.engine.passages.values() if each["document_id"] == of)


def rows_of(name: str) -> list[str]:
    """Partitions with something of the document, its row of `shifts` apart."""
    of = document_id("harbour", name)
    items = client("dynamodb").scan(TableName=FINGERPRINTS_TABLE)["Items"]
    return sorted(each["fingerprint_key"]["S"] for each in items if of in each["fingerprint_key"]["S"] + each["item"]["S"])


def test_personal_data_is_neither_in_a_passage_nor_in_what_the_model_reads_and_its_uploader_is_told(cloud: Cloud, told: Told) -> None:
    lane = told(personal_data={"kinds": {"iban": "redact"}})
    add(lane, "refunds.md", b"# Refunds\n\nWe pay to DE89 3704 0044 0532 0130 00 within a week.")
    assert "0532" not in texts(cloud, "refunds.md") + str(cloud.model.texts)
    assert "[account number (IBAN)] within a week" in texts(cloud, "refunds.md")
    assert "Left out, with its kind in its place: 1 account number (IBAN)." in why(cloud, "refunds.md")
    assert cloud.record("refunds.md").state == "ready"


def test_a_document_with_data_that_may_not_be_stored_is_put_aside(cloud: Cloud, told: Told) -> None:
    lane = told(personal_data={"kinds": {"iban": "refuse"}})
    add(lane, "refunds.md", b"# Refunds\n\nWe pay to DE89 3704 0044 0532 0130 00 within a week.")
    assert (states(cloud, "refunds.md"), cloud.reason("refunds.md").code) == (["quarantined"], "personal_data")


def test_a_file_that_was_read_by_other_rules_is_read_again_when_it_is_added_again(cloud: Cloud, told: Told) -> None:
    content = b"# Refunds\n\nWe pay to DE89 3704 0044 0532 0130 00 within a week."
    add(told(), "refunds.md", content)
    assert "0532" in texts(cloud, "refunds.md")
    add(told(personal_data={"kinds": {"iban": "redact"}}), "refunds.md", content)
    assert "0532" not in texts(cloud, "refunds.md")


def test_a_text_that_does_not_pass_is_reported_or_refused(cloud: Cloud, told: Told) -> None:
    add(told(checks={"fewest_words": 20}), "returns.md", FIRST)
    assert (states(cloud, "returns.md"), "at least 20 are expected" in why(cloud, "returns.md")) == (["ready"], True)
    add(told(checks={"fewest_words": 20, "then": "refuse"}), "short.md", FIRST)
    assert (states(cloud, "short.md"), cloud.reason("short.md").code) == (["quarantined"], "too_short")


@pytest.mark.parametrize("content", [FIRST, SAME_WORDS])
def test_a_duplicate_has_no_passages_and_names_the_one_that_has(cloud: Cloud, told: Told, content: bytes) -> None:
    lane = told(**SKIP)
    add(lane, "returns.md", FIRST)
    add(lane, "copy.md", content)
    assert states(cloud, "returns.md", "copy.md") == ["ready", "duplicate"]
    assert (cloud.indexed("copy.md"), cloud.record("copy.md").duplicate_of) == ({}, document_id("harbour", "returns.md"))
    assert ("returns.md" in cloud.reason("copy.md").message, cloud.reason("copy.md").code) == (True, "duplicate")
    assert not [key for key in cloud.stored() if cloud.record("copy.md").document_id in key]


def test_without_a_policy_both_are_indexed(cloud: Cloud, told: Told) -> None:
    lane = told()
    add(lane, "returns.md", FIRST)
    add(lane, "copy.md", FIRST)
    assert states(cloud, "returns.md", "copy.md") == ["ready", "ready"]
    assert cloud.record("returns.md").text_hash == cloud.record("copy.md").text_hash


def test_a_duplicate_of_another_tenant_is_none(cloud: Cloud, told: Told) -> None:
    lane = told(**SKIP)
    add(lane, "returns.md", FIRST)
    add(lane, "returns.md", FIRST, "lantern")
    assert cloud.record("returns.md", "lantern").state == "ready"


def test_near_ones_are_found_by_their_texts(cloud: Cloud, told: Told) -> None:
    lane = told(duplicates={"near": "skip", "near_from": 0.8})
    add(lane, "terms.md", LONG)
    add(lane, "terms-2.md", NEAR)
    add(lane, "other.md", " ".join(prose(2, 300)).encode())
    assert states(cloud, "terms.md", "terms-2.md", "other.md") == ["ready", "duplicate", "ready"]
    assert "% alike" in cloud.reason("terms-2.md").message


@pytest.mark.parametrize("ends", ["deleted", "changed"])
def test_duplicates_come_back_when_the_one_they_stand_behind_goes(cloud: Cloud, told: Told, ends: str) -> None:
    lane = told(**SKIP)
    for name in ("returns.md", "a.md", "b.md"):
        add(lane, name, FIRST)
    assert states(cloud, "a.md", "b.md") == ["duplicate", "duplicate"]
    if ends == "deleted":
        remove(lane, "returns.md")
    else:
        add(lane, "returns.md", SECOND)
    assert sorted(states(cloud, "a.md", "b.md")) == ["duplicate", "ready"]
    (stays,) = [name for name in ("a.md", "b.md") if cloud.record(name).state == "ready"]
    assert cloud.indexed(stays) == {cloud.record(stays).current_version: 1}
    remove(lane, stays)
    (last,) = {"a.md", "b.md"} - {stays}
    assert (states(cloud, last), len(cloud.indexed(last))) == (["ready"], 1)


def test_a_duplicate_comes_back_when_the_one_that_was_on_its_way_turns_out_bad(cloud: Cloud, told: Told) -> None:
    lane = told(**SKIP)
    first = cloud.upload("returns.md", FIRST)
    lane.hear(lane.said(first))
    lane.read()
    second = cloud.upload("copy.md", FIRST)
    lane.hear(lane.said(second))
    lane.read()
    assert states(cloud, "copy.md") == ["duplicate"]
    lane.hear(lane.said(cloud.upload("returns.md", b"caf\xe9")))
    lane.run()
    assert states(cloud, "returns.md", "copy.md") == ["quarantined", "ready"]
    assert len(cloud.indexed("copy.md")) == 1


def test_what_answers_found_of_a_document_goes_when_it_becomes_a_duplicate(cloud: Cloud, told: Told) -> None:
    lane = told(**SKIP)
    add(lane, "returns.md", FIRST)
    add(lane, "copy.md", SECOND)
    assert len(cloud.indexed("copy.md")) == 1
    add(lane, "copy.md", FIRST)
    record = cloud.record("copy.md")
    assert (record.state, record.current_version, record.passages, cloud.indexed("copy.md")) == ("duplicate", None, None, {})
    assert not [key for key in cloud.stored() if record.document_id in key]


def test_a_document_that_stood_behind_another_is_itself_again_when_it_changes(cloud: Cloud, told: Told) -> None:
    lane = told(**SKIP)
    add(lane, "returns.md", FIRST)
    add(lane, "copy.md", FIRST)
    add(lane, "copy.md", SECOND)
    record = cloud.record("copy.md")
    assert (record.state, record.duplicate_of, len(cloud.indexed("copy.md"))) == ("ready", None, 1)
    remove(lane, "returns.md")
    assert states(cloud, "copy.md") == ["ready"]


def test_the_newest_takes_the_place_and_the_older_comes_back_when_it_goes(cloud: Cloud, told: Told) -> None:
    lane = told(duplicates={"same_text": "keep_newest", "same_bytes": "keep_newest"})
    add(lane, "2025.md", FIRST)
    add(lane, "2026.md", FIRST)
    assert states(cloud, "2025.md", "2026.md") == ["duplicate", "ready"]
    assert "2025.md, which it replaces in answers" in why(cloud, "2026.md")
    assert (cloud.indexed("2025.md"), "2026.md" in cloud.reason("2025.md").message) == ({}, True)
    add(lane, "2025.md", FIRST)  # added again it is no newer
    assert states(cloud, "2025.md", "2026.md") == ["duplicate", "ready"]
    remove(lane, "2026.md")
    assert (states(cloud, "2025.md"), len(cloud.indexed("2025.md"))) == (["ready"], 1)


@pytest.mark.parametrize("expired", [False, True])
def test_a_duplicate_that_was_deleted_does_not_come_back_with_the_others(cloud: Cloud, told: Told, expired: bool) -> None:
    lane = told(**SKIP)
    for name in ("returns.md", "a.md", "b.md"):
        add(lane, name, FIRST)
    remove(lane, "a.md")
    if expired:
        key = {"tenant": {"S": "harbour"}, "document_id": {"S": document_id("harbour", "a.md")}}
        client("dynamodb").delete_item(TableName=TABLE, Key=key)
    remove(lane, "returns.md")
    assert (cloud.indexed("a.md"), states(cloud, "b.md")) == ({}, ["ready"])


@pytest.mark.parametrize(("kept", "dropped", "state"), [("staff/a.md", "b.md", "ready"), ("staff/a.md", "staff/x/b.md", "duplicate")])
def test_no_document_stands_behind_one_in_a_folder_that_may_be_closed_to_its_readers(
    cloud: Cloud, told: Told, kept: str, dropped: str, state: str
) -> None:
    lane = told(**SKIP)
    add(lane, kept, FIRST)
    add(lane, dropped, FIRST)
    assert states(cloud, kept, dropped) == ["ready", state]


def test_a_deleted_document_leaves_nothing_to_compare_with(cloud: Cloud, told: Told) -> None:
    lane = told(duplicates={"near": "skip"})
    add(lane, "terms.md", LONG)
    assert len(rows_of("terms.md")) == 35
    add(lane, "terms.md", FIRST)
    add(lane, "terms.md", SECOND)
    versions = [key for key in rows_of("terms.md") if "#of#" in key]
    assert len(versions) == 2, "the one before last is dropped"
    remove(lane, "terms.md")
    assert rows_of("terms.md") == []


def test_a_version_that_differs_much_is_told(cloud: Cloud, told: Told) -> None:
    lane = told()
    add(lane, "terms.md", LONG)
    add(lane, "terms.md", LONG[: len(LONG) // 5])
    assert "its last version had" in why(cloud, "terms.md")


def test_many_that_differ_much_are_held_back_until_they_are_added_again(cloud: Cloud, told: Told) -> None:
    lane = told()
    names = [f"{n}.md" for n in range(LEAST_CHANGED + 1)]
    for n, name in enumerate(names):
        add(lane, name, " ".join(prose(n, 100)).encode())
    broken = [" ".join(prose(n, 100)).encode()[:200] + b"%d" % n for n in range(len(names))]
    for name, content in zip(names, broken, strict=True):
        lane.hear(lane.said(cloud.upload(name, content)))
    lane.run()
    held = [name for name in names if cloud.record(name).state == "quarantined"]
    assert len(held) == 2
    record = cloud.record(held[0])
    assert (cloud.reason(held[0]).code, record.current_version is not None) == ("shifted", True)
    assert "add it again" in cloud.reason(held[0]).message
    again = add(lane, held[0], broken[names.index(held[0])])
    assert (states(cloud, *held), cloud.record(held[0]).current_version != record.current_version) == (["ready", "quarantined"], True)
    assert fingerprints().of("harbour", again.document_id)
