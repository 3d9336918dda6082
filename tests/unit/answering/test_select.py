import pytest

from causeway.answering.select import Select, speaks
from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline
from tests.unit.loopback import hit

ENGLISH, GERMAN = "The book shop closes at six on weekdays.", "Die Buchhandlung schließt werktags um sechs."
ASKED_IN_GERMAN = "Wann schließt die Buchhandlung und wo ist sie?"


def passage(text: str, language: str, similarity: float = 0.9) -> FoundPassage:
    return FoundPassage.of_hit(hit(language, text=text, language=language), similarity)


def selected(question: str, passages: list[FoundPassage], known: tuple[str, ...]) -> Turn:
    turn = Turn(request_id="r", tenant="harbour", question=question, deadline=Deadline.after(60), passages=passages)
    Select(0.6, known)(turn)
    return turn


def test_a_question_in_a_language_that_neither_documents_nor_model_speak_is_refused_however_near_a_passage_seems():
    turn = selected(ASKED_IN_GERMAN, [passage(ENGLISH, "en", 0.99)], ("en",))
    assert turn.answer is not None
    assert turn.answer.outcome == "nothing-found"
    assert turn.notes["other_languages"] == 1


def test_a_model_that_knows_both_languages_judges_by_meaning():
    assert selected(ASKED_IN_GERMAN, [passage(ENGLISH, "en")], ("en", "de")).answer is None


def test_passages_in_another_language_make_room_for_those_in_the_questions():
    turn = selected(ASKED_IN_GERMAN, [passage(ENGLISH, "en"), passage(GERMAN, "de", 0.5)], ("en",))
    assert turn.answer is None
    assert [found.language for found in turn.passages] == ["de"]


@pytest.mark.parametrize(("question", "found"), [("und", "en"), ("de", "und"), ("da", "nb"), ("pt", "es"), ("ja", "ja")])
def test_a_language_that_cannot_be_told_or_is_easily_taken_for_another_costs_no_answer(question: str, found: str):
    assert speaks(question, found, ())


@pytest.mark.parametrize(("question", "found"), [("de", "en"), ("en", "ja"), ("ar", "en")])
def test_languages_apart_need_a_model_that_knows_both(question: str, found: str):
    assert not speaks(question, found, (question,))
    assert speaks(question, found, (found, question))


def test_a_passage_that_answers_one_part_of_a_question_is_relevant():
    question = "When does the book shop close on weekdays, and which voucher pays for a ticket to an author's evening?"
    parts = ("When does the book shop close on weekdays", "which voucher pays for a ticket to an author's evening?")
    for known, refused in (((), True), (parts, False)):
        turn = Turn("r", "harbour", question, Deadline.after(60), passages=[passage(ENGLISH, "en", 0.5)], parts=known)
        Select(0.6, ("en",))(turn)
        assert (turn.answer is not None) is refused
