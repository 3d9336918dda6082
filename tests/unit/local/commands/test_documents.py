import pytest

from causeway.documents.ingestion.identity import document_id
from local.app.api import Reply
from local.app.people import Person
from local.app.uploads import Library
from local.commands import documents
from local.console import Trouble

ADA = Person("ada", "harbour", "token")


def answering(*names):
    """An API that has these documents, in pages of two."""
    there = {document_id("harbour", name): {"document_id": document_id("harbour", name), "name": name} for name in names}

    def ask(method, path, body):
        place, _, query = path.partition("?")
        if place == "/v1/documents":
            start = int(query.partition("after=")[2] or 0)
            page = list(there.values())[start : start + 2]
            return Reply(200, {"documents": page, "next": str(start + 2) if start + 2 < len(there) else None}, "", {})
        record = there.get(place.rpartition("/")[2])
        return Reply(200, record, "", {}) if record else Reply(404, {"detail": "There is no such document."}, "", {})

    return Library(ADA, ask)


SHELF = ("policies/returns.md", "policies/gifts.md", "lantern/returns.md", "faq/opening hours.md")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("policies/returns.md", "policies/returns.md"),
        ("/policies//gifts.md", "policies/gifts.md"),
        ("gifts.md", "policies/gifts.md"),
        ("opening hours.md", "faq/opening hours.md"),
    ],
)
def test_a_document_is_found_by_its_name_or_by_the_only_end_like_it(said, meant):
    assert documents.found(answering(*SHELF), ADA, said)["name"] == meant


def test_an_end_that_several_names_have_and_a_name_that_none_has_are_answered_with_those_like_it():
    with pytest.raises(Trouble, match=r"2 documents are called so: lantern/returns\.md, policies/returns\.md"):
        documents.found(answering(*SHELF), ADA, "returns.md")
    with pytest.raises(Trouble, match=r"no document Gift in harbour\. Similar: policies/gifts\.md"):
        documents.found(answering(*SHELF), ADA, "Gift")
    with pytest.raises(Trouble, match="must not contain"):
        documents.found(answering(*SHELF), ADA, "../x.md")


def test_a_name_that_was_not_given_and_a_state_that_is_none_are_refused():
    with pytest.raises(Trouble, match="make document NAME="):
        list(documents.one(ADA, ""))
    with pytest.raises(Trouble, match="STATE=done is none: it is one of ready, partial"):
        list(documents.every(ADA, "done"))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(403, {}, "", {}), "ada does; administrators see who else"),
        (Reply(200, {"folders": [{"folder": "board/", "readers": ["directors"]}]}, "", {}), "everybody of harbour"),
        (
            Reply(200, {"folders": [{"folder": "staff/", "readers": ["staff", "hr"]}, {"folder": "staff/pay/", "readers": []}]}, "", {}),
            "members of staff, hr (staff/) and members of no group (staff/pay/)",
        ),
    ],
)
def test_who_may_read_is_told_as_far_as_the_user_may_know(monkeypatch, reply, said):
    monkeypatch.setattr(documents, "call", lambda *_: reply)
    assert documents.readers(ADA, "staff/pay/2026.md") == said
