import json
from itertools import pairwise

import pytest

from causeway.documents.ingestion.changes import Change, UnknownEvent
from causeway.documents.ingestion.identity import document_id, ordered, version


def event(kind: str = "Object Created", key: str = "harbour/a.md", **thing: object) -> dict[str, object]:
    return {"detail-type": kind, "detail": {"bucket": {"name": "b"}, "object": {"key": key, "sequencer": "00A1", "size": 3, **thing}}}


def test_a_document_keeps_its_id_and_tenants_never_share_one() -> None:
    assert document_id("harbour", "a.md") == document_id("harbour", "a.md")
    assert document_id("harbour", "a.md") != document_id("lantern", "a.md")
    assert len(document_id("harbour", "a.md")) == 32


def test_a_version_is_of_the_content() -> None:
    assert version(b"one") == version(b"one") != version(b"two")
    assert len(version(b"one")) == 16


def test_sequencers_sort_as_s3_orders_them() -> None:
    sequencers = ["0055AED6DCD90281E4", "0055AED6DCD90281E5", "0055aed6dcd90281e5f", "0055AED6DCD90282", "617F08299329D189"]
    assert all(ordered(before) < ordered(after) for before, after in pairwise(sequencers))


def test_a_change_survives_its_way_through_the_queues() -> None:
    change = Change.of_event(event(**{"version-id": "v"}))
    assert change is not None
    assert Change.model_validate_json(json.dumps({**change.model_dump(), "version": "added", "passages": 3})) == change


def test_an_event_without_a_version_id_is_taken() -> None:
    change = Change.of_event(event())
    assert change is not None
    assert change.object_version is None


@pytest.mark.parametrize("wrong", [{}, event(kind="Object Restored"), event(key="a.md"), event(key="/a.md")])
def test_an_event_of_no_document_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UnknownEvent):
        Change.of_event(wrong)


def test_a_message_is_a_change_that_is_handed_on_or_an_event() -> None:
    change = Change.of_event(event())
    assert change is not None
    assert Change.of_message(json.dumps(event())) == change
    assert Change.of_message(change.model_dump_json()) == change
    assert Change.of_message(json.dumps(event(key="harbour/folder/"))) is None
    for wrong in ("no JSON", "[]", '{"action": "paint"}'):
        with pytest.raises(ValueError, match=r"."):
            Change.of_message(wrong)
