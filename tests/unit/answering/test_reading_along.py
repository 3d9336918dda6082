import re

import pytest

from causeway.answering.reading_along import Growing, Unchecked
from causeway.safety.grounding import ground

PASSAGES = [
    "Returns\n\nBooks may be returned within 30 days with the receipt. Signed copies are not taken back.",
    "Post\n\nParcels take 5 days.",
]
GOOD = "Books may be returned within 30 days [1]. Signed copies are not taken back [1]."
MIXED = "Books may be returned within 30 days [1]. Penguins run the shop at night [2]. Signed copies are not taken back [1]."


def shown(answer: str, unchecked: Unchecked = "held", question: str = "What returns?", passages: list[str] | None = None) -> list[str]:
    """What is shown after each piece, of one to five characters."""
    growing = Growing(question, passages or PASSAGES, unchecked)
    return [growing.add(piece) for piece in re.findall(r".{1,5}", answer, re.DOTALL)]


def test_a_sentence_is_held_until_it_is_checked() -> None:
    texts = dict.fromkeys(shown(GOOD + " Come again soon, please."))
    assert list(texts) == ["", "Books may be returned within 30 days [1].", GOOD]


def test_a_sentence_that_no_passage_carries_is_never_shown() -> None:
    assert not any("Penguins" in text for text in shown(MIXED + " And so on."))
    assert shown(MIXED + " And so on.")[-1] == GOOD


def test_a_sentence_in_an_order_of_its_own_is_never_shown_where_answers_are_quoted() -> None:
    strung = "Within 30 days the receipt may return books [1]. Signed copies are not taken back [1]. And so on."
    assert "receipt" in Growing("What returns?", PASSAGES, "held").add(strung)
    assert Growing("What returns?", PASSAGES, "held", wording="quoted").add(strung) == "Signed copies are not taken back [1]."


def test_a_sentence_shown_at_once_is_taken_back_when_no_passage_carries_it() -> None:
    texts = shown(MIXED + " And so on.", "shown")
    assert any("Penguins run the shop" in text for text in texts)
    assert "Penguins" not in texts[-1]


@pytest.mark.parametrize("unchecked", ["held", "shown"])
@pytest.mark.parametrize(
    "answer",
    [
        GOOD,
        MIXED,
        "Books may be returned within 30 days [7]. Parcels take 5 days [2].",
        "Books may be returned within 30 days 【1】. Signed copies, e.g. those of Dr. Lee, are not taken back [1].",
        "- Books may be returned within 30 days [1]\n- Signed copies are not taken back [1]\n- Parcels take 5 days [2]",
        "Parcels take 5 days. [2] Books may be returned within 30 days. [1]",
    ],
)
def test_what_is_shown_of_checked_sentences_begins_the_final_answer(answer: str, unchecked: Unchecked) -> None:
    assert ground(answer, PASSAGES).text.startswith(shown(answer + " Xyz abc", "held")[-1])
    assert shown(answer, unchecked)[-1]


@pytest.mark.parametrize(
    ("passage", "sentences"),
    [
        ("本は30日以内に返品できます。署名本は返品できません。", ["本は30日以内に返品できます[1]。", "署名本は返品できません[1]。"]),
        ("书可以在30天内退货。签名本不能退货。", ["书可以在30天内退货[1]。", "签名本不能退货[1]。"]),
        (
            "Bücher nimmt der Laden 30 Tage zurück. Am 3. Oktober ist er zu.",
            ["Bücher nimmt der Laden 30 Tage zurück [1].", " Am 3. Oktober ist er zu [1]."],
        ),
    ],
)
def test_sentences_of_other_scripts_and_rules_are_shown_one_by_one(passage: str, sentences: list[str]) -> None:
    last = sentences[1] + (" " if " " in passage else "") + sentences[0] * 2
    texts = list(dict.fromkeys(shown(sentences[0] + last, question=passage, passages=[passage])))
    assert texts[1] == sentences[0]
    assert texts[2] == sentences[0] + sentences[1]
