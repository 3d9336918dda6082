"""Kinds of questions by the phrases of a domain, and how long turns of each are kept."""

import pytest

from causeway.conversations.intents import NONE, Intent, Remembering
from causeway.conversations.transaction import Lifetimes

RETURNS = Intent(name="return-request", phrases=("return* ... book*", "send* back", "zurückgeben", "返品"), turn_hours=168)
SHIPPING = Intent(name="shipping", phrases=("deliver*", "send*"))
BOOKSHOP = Remembering(intents=(RETURNS, SHIPPING))


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How do I return a book?", "return-request"),
        ("I am RETURNING my two new books.", "return-request"),
        ("May I send back what I bought?", "return-request"),
        ("Kann ich das Buch zurückgeben?", "return-request"),
        ("この本を返品できますか", "return-request"),
        ("How do I re\u200bturn a book?", "return-request"),
        ("Do you send books abroad?", "shipping"),
        ("When is it delivered?", "shipping"),
        ("Turn the book over?", NONE),
        ("I will return on Monday to your shop and would then like a new book.", NONE),
        ("What is resend?", NONE),
        ("", NONE),
    ],
)
def test_a_question_has_the_first_intent_of_which_it_holds_a_phrase(question: str, intent: str) -> None:
    assert BOOKSHOP.intent_of(question) == intent


def test_signs_in_a_phrase_stand_for_themselves() -> None:
    assert Remembering(intents=(Intent(name="a", phrases=("c++ (new)",)),)).intent_of("Is c++ (new) here?") == "a"
    assert Remembering(intents=(Intent(name="a", phrases=("a.b",)),)).intent_of("axb") == NONE
    assert Remembering(intents=(Intent(name="a", phrases=("a.b",)),)).intent_of("my a.b there") == "a"


def test_without_intents_a_question_has_none() -> None:
    assert Remembering().intent_of("How do I return a book?") == NONE


def test_an_intent_without_hours_lives_as_long_as_any_turn() -> None:
    assert BOOKSHOP.lifetimes == Lifetimes(of_intents={"return-request": 168})


def test_kinds_of_facts_live_as_long_as_the_domain_says_and_others_are_not_kept() -> None:
    assert Remembering.model_validate_json('{"fact_hours": {"decision": 720}}').lifetimes == Lifetimes(of_facts={"decision": 720})
    with pytest.raises(ValueError, match="fact_hours"):
        Remembering.model_validate_json('{"fact_hours": {"secret": 720}}')
