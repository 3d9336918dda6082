"""Golden questions from what reviewers have decided, in a copy of the sample domain."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from causeway.documents.ingestion.identity import document_id
from evaluation.domain_documents import DomainDocuments
from evaluation.from_reviews import WORDS, append, export, golden, shortened
from evaluation.golden import Evidence, Question, faults, questions

BOOKSHOP = Path(__file__).parents[3] / "domains" / "bookshop"
RETURNS = "policies/returns.md"
QUOTE = "you can return a book within 30 days of buying it"
SAID = "If you change your mind, you can return a book within 30 days of buying it, with the receipt [1]."


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    """With one document and one golden question."""
    folder = tmp_path / "shop"
    (folder / "documents" / "harbour" / "policies").mkdir(parents=True)
    shutil.copy(BOOKSHOP / "documents" / "harbour" / RETURNS, folder / "documents" / "harbour" / RETURNS)
    first = Question("harbour-first", "harbour", "single", "How many days?", (Evidence(RETURNS, QUOTE),))
    append(folder / "questions.yaml", [first])
    return folder


def review(request_id: str = "r1", verdict: str = "right", **more: Any) -> dict[str, Any]:
    """As the API lists one that was decided."""
    evidence = more.pop("evidence", [])
    return {
        "request_id": request_id,
        "question": "Can I bring a novel back after three weeks?",
        "reworded": None,
        "answer": SAID,
        "outcome": "answered",
        "passages": [
            {
                "document": document_id("harbour", RETURNS),
                "quote": f"If you change your mind, {QUOTE}, or within 30 days of the day it was delivered",
                "cited": True,
            }
        ],
        "decision": {"verdict": verdict, "evidence": evidence},
    } | more


WRONG = {"verdict": "wrong", "evidence": [{"document": RETURNS, "quote": QUOTE}]}


def test_a_right_answer_becomes_a_question_with_the_words_it_cites(domain: Path) -> None:
    (added,) = export(domain, "harbour", [review()]).added
    assert (added.id, added.kind, added.tenant) == ("harbour-review-r1", "single", "harbour")
    (piece,) = added.evidence
    assert piece.document == RETURNS
    assert "30 days" in piece.quote
    assert len(piece.quote.split()) <= WORDS
    assert questions(domain)[1:] == [added]


def test_a_wrong_answer_becomes_a_question_with_the_reviewer_s_evidence(domain: Path) -> None:
    (added,) = export(domain, "harbour", [review(**WRONG)]).added
    assert added.evidence == (Evidence(RETURNS, QUOTE),)


@pytest.mark.parametrize(
    ("verdict", "outcome"), [("right", "nothing-found"), ("not-answerable", "answered"), ("not-answerable", "ungrounded")]
)
def test_a_rightly_refused_question_becomes_one_without_an_answer(domain: Path, verdict: str, outcome: str) -> None:
    (added,) = export(domain, "harbour", [review(verdict=verdict, outcome=outcome)]).added
    assert (added.kind, added.evidence) == ("none", ())


def test_nothing_is_added_twice(domain: Path) -> None:
    export(domain, "harbour", [review()])
    before = (domain / "questions.yaml").read_text()
    again = export(domain, "harbour", [review(), review("r2"), review("r3", question="how many  DAYS?")])
    assert (len(again.added), len(again.known)) == (0, 3)
    assert (domain / "questions.yaml").read_text() == before


def test_a_question_of_those_held_out_is_not_added(domain: Path) -> None:
    append(domain / "held_out.yaml", [Question("held", "harbour", "none", "Can I bring a novel back after three weeks?", ())])
    assert len(export(domain, "harbour", [review()]).known) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "wrong", "evidence": [{"document": RETURNS, "quote": "within 99 years"}]}, "no passage of"),
        ({"verdict": "wrong", "evidence": [{"document": "policies/none.md", "quote": QUOTE}]}, "is no document of harbour"),
        ({"passages": [{"document": "unknown", "quote": QUOTE, "cited": True}]}, "is no document of harbour"),
        ({"passages": []}, "cites nothing"),
        ({"outcome": "question-refused", "passages": []}, "rightly turned away"),
        ({"question": "q" * 1001}, "1,001 characters"),
    ],
)
def test_what_would_be_no_golden_question_is_refused_with_its_reason(domain: Path, change: Any, said: str) -> None:
    before = (domain / "questions.yaml").read_text()
    exported = export(domain, "harbour", [review(**change)])
    ((request_id, why),) = exported.refused
    assert (request_id, exported.added) == ("r1", [])
    assert said in why
    assert (domain / "questions.yaml").read_text() == before


def test_the_reviewer_s_wording_takes_the_place_of_the_question_asked() -> None:
    asked = review(question="I am Ada Byron, 12 Quay Street. How long?", reworded="How long?")
    assert golden(asked, "harbour", {}).text == "How long?"


@pytest.mark.parametrize("text", ['He said: "no" # not yet', "- a\n- b", "£5 für 🎁?\x7f\u2028 \\n", "true", "'", " spaced "])
def test_any_text_is_read_back_as_it_was_written_and_what_was_there_stays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text("# Ours.\n\n- {id: a, tenant: t, kind: none, question: Why, answers: []}\n")
    append(file, [Question("t-review-1", "t", "single", text, (Evidence("a b.md", text),))])
    assert file.read_text().startswith("# Ours.\n\n- {id: a")
    assert [each.text for each in questions(tmp_path)] == ["Why", text]
    assert questions(tmp_path)[1].evidence == (Evidence("a b.md", text),)


def test_questions_of_a_new_domain_begin_a_file(tmp_path: Path) -> None:
    append(tmp_path / "questions.yaml", [Question("a", "t", "none", "Why?", ())])
    assert yaml.safe_load((tmp_path / "questions.yaml").read_text()) == [
        {"id": "a", "tenant": "t", "kind": "none", "question": "Why?", "answers": []}
    ]


def test_a_quote_is_cut_to_the_words_that_say_what_was_answered() -> None:
    long = "Word " * 20 + "the fee is five pounds for each order of the day " + "word " * 20
    assert "fee is five pounds" in shortened(long, "The fee is five pounds [1].")
    assert len(shortened(long, "x").split()) == WORDS
    assert shortened("", "x") == ""


def test_what_fits_a_domain_s_own_questions_is_checked_alike(domain: Path) -> None:
    question = Question("x", "harbour", "multi", "Q?", (Evidence(RETURNS, QUOTE),))
    assert list(faults(question, DomainDocuments(domain))) == ["1 documents answer, which does not fit the kind multi"]
    assert list(faults(Question("x", "harbour", "some", "Q?", ()), DomainDocuments(domain))) == ["kind some is none of none, single, multi"]
