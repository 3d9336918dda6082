from dataclasses import replace

from causeway.conversations.conversation import Conversation, Message, Summary
from causeway.conversations.withholding import WITHHELD, readable_conversation, readable_turn
from causeway.permissions.access import Access

CITATION = {"n": 1, "document": "handbook", "quote": "90 days"}
OF_STAFF = Message("How long?", "90 days [1].", "answered", "r", "2026", citations=[CITATION], sources=["staff/handbook.md"])
NOT_STAFF, EVERYTHING = Access(closed=("staff/",)), Access()


def test_an_answer_from_a_closed_folder_is_withheld_with_its_citations_and_the_question_stays() -> None:
    shown = readable_turn(OF_STAFF, NOT_STAFF)
    assert (shown.question, shown.answer, shown.citations) == ("How long?", WITHHELD, ())
    assert readable_turn(OF_STAFF, EVERYTHING) == OF_STAFF


def test_one_closed_document_of_several_withholds_the_answer() -> None:
    assert readable_turn(replace(OF_STAFF, sources=["returns.md", "staff/handbook.md"]), NOT_STAFF).answer == WITHHELD


def test_an_answer_from_open_folders_or_from_no_document_is_shown() -> None:
    for message in (replace(OF_STAFF, sources=["returns.md"]), replace(OF_STAFF, citations=(), sources=())):
        assert readable_turn(message, NOT_STAFF) == message


def test_an_answer_whose_documents_nobody_knows_is_shown_only_to_who_may_read_everything() -> None:
    before_folders = replace(OF_STAFF, sources=())
    assert readable_turn(before_folders, NOT_STAFF).answer == WITHHELD
    assert readable_turn(before_folders, EVERYTHING) == before_folders


def test_lines_of_the_summary_are_withheld_like_the_answers_that_they_are_of() -> None:
    summary = Summary().with_turn(1, OF_STAFF).with_turn(2, replace(OF_STAFF, answer="30 days.", sources=["returns.md"]))
    conversation = Conversation("s", count=2, summary=summary)
    assert readable_conversation(conversation, NOT_STAFF).earlier == [WITHHELD, "Asked: How long? Answered: 30 days."]
    assert readable_conversation(conversation, EVERYTHING) == conversation
    assert readable_conversation(replace(conversation, summary=Summary(summary.lines)), NOT_STAFF).earlier == [WITHHELD] * 2


def test_what_leaves_the_summary_takes_its_documents_along() -> None:
    summary = Summary()
    for number in range(60):
        summary = summary.with_turn(number, replace(OF_STAFF, question="q" * 200, answer="A long sentence " * 20))
    assert summary.sources.keys() == {str(number) for number, _ in summary.lines}
