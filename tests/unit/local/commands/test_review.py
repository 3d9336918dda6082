from typing import Any

import pytest

from local.commands.review import Quit, decision, shown

REVIEW: dict[str, Any] = {
    "request_id": "r1",
    "version": 3,
    "why": ["low-confidence", "appealed"],
    "since": "2026-11-26T00:00:00+00:00",
    "question": "How long?",
    "outcome": "answered",
    "answer": "Forty days [1].",
    "appeal_reason": "It is thirty.\x1b[2J",
    "opinions": [{"model": "m", "answer": "Thirty."}],
    "passages": [{"n": 1, "document": "d1", "title": "Returns", "heading": "Books", "quote": "thirty days", "cited": True}],
}
NAMES = {"d1": "policies/returns.md"}


class Typing:
    """Answers prompts with lines in order."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def __call__(self, prompt: str) -> str:
        return self._lines.pop(0)


def test_a_review_shows_question_answer_appeal_opinions_and_passages_and_no_control_characters() -> None:
    text = "\n".join(shown(REVIEW, NAMES))
    for part in ("low-confidence, appealed", "How long?", "answered: Forty days", "its user says: It is thirty.", "m: Thirty."):
        assert part in text
    assert "[1] cited policies/returns.md · Books: thirty days" in text
    assert "\x1b" not in text


def test_a_refusal_without_words_shows_why_it_was_refused() -> None:
    refused = REVIEW | {"answer": "", "outcome": "question-refused"}
    assert "turned away: question-refused" in "\n".join(shown(refused, NAMES))


@pytest.mark.parametrize(("letter", "verdict"), [("r", "right"), ("N", "not-answerable")])
def test_a_letter_decides(letter: str, verdict: str) -> None:
    assert decision(REVIEW, NAMES, Typing("?", letter, "")) == {"version": 3, "verdict": verdict, "question": None}


def test_a_wrong_answer_is_corrected_with_a_passage_s_number_or_a_document_s_name() -> None:
    typed = Typing("w", "", "Thirty days.", "", "1", "thirty days", "shops/hours.md", "", "ten to six", "", "How many days?")
    assert decision(REVIEW, NAMES, typed) == {
        "version": 3,
        "verdict": "wrong",
        "question": "How many days?",
        "answer": "Thirty days.",
        "evidence": [{"document": "policies/returns.md", "quote": "thirty days"}, {"document": "shops/hours.md", "quote": "ten to six"}],
    }


def test_a_review_is_skipped_and_the_reviewer_stops() -> None:
    assert decision(REVIEW, NAMES, Typing("s")) is None
    with pytest.raises(Quit):
        decision(REVIEW, NAMES, Typing("q"))
