from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from causeway.safety.quotes import LONGEST, quote
from causeway.safety.sentences import sentence_spans
from causeway.safety.words import numbers, stem, terms

PASSAGE = "We sell books. Members get 10 % off every book, e.g. on paperbacks. Ask at the till. Dr. Vane runs the club."


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_sentences_end_where_a_reader_ends_them():
    assert sentences(PASSAGE) == [
        "We sell books.",
        "Members get 10 % off every book, e.g. on paperbacks.",
        "Ask at the till.",
        "Dr. Vane runs the club.",
    ]


def test_list_items_and_rows_are_sentences():
    assert sentences("Fees:\n1. Late return 2.50\n2. Lost card 5") == ["Fees:", "1. Late return 2.50", "2. Lost card 5"]


@given(st.text(max_size=300))
def test_sentences_lie_in_order_and_lose_only_white_space(text: str):
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_quote_is_the_sentence_that_carries_the_claim():
    assert quote(PASSAGE, ["Members pay 10 % less for every book"]) == "Members get 10 % off every book, e.g. on paperbacks."


def test_two_sentences_are_quoted_when_both_carry_it():
    assert quote("Members pay less. Guests pay the full price. Dogs wait outside.", ["Guests pay the full price and members less"]) == (
        "Members pay less. Guests pay the full price."
    )


@given(st.text(max_size=900), st.lists(st.text(max_size=60), max_size=3))
def test_a_quote_is_verbatim_and_short(passage: str, claims: list[str]):
    words = quote(passage, claims)
    assert words in passage
    assert len(words) <= LONGEST


def test_words_meet_across_their_common_endings():
    assert {stem(word) for word in ("return", "returns", "returned", "returning")} == {"return"}
    assert {stem(word) for word in ("ship", "shipped", "shipping", "ships")} == {"ship"}
    assert stem("policies") == stem("policy")
    assert stem("class") == "class"


def test_numbers_have_one_form():
    assert numbers("1,000 and 5.00 and 12:30 and 3,5") == {"1000", "5", "12:30", "3,5"}


def test_stop_words_carry_no_claim():
    assert terms("what is the of and") == frozenset()
