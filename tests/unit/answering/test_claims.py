"""Claims in JSON, and the text that is made from them."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.answering.claims import CLAIMS, Claims
from causeway.models.chat import ChatReply, Sentences, Usage
from causeway.safety.citations import cited

REFUSED = "I could not find this in the documents."
BOOKS = ("Books may be returned within 30 days.", [1])
SIGNED = ("Signed copies are not taken back.", [1, 3])


def written(*claims: tuple[str, list[int]]) -> str:
    return json.dumps({"claims": [{"text": text, "citations": citations} for text, citations in claims]}, ensure_ascii=False)


def read(reply: str, piece: int = 10_000, stop_reason: str = "end_turn") -> tuple[list[str], ChatReply]:
    """What each piece of so many characters adds, and the whole."""
    claims = Claims()
    added = [claims.add(reply[place : place + piece]) for place in range(0, len(reply), piece)]
    return added, claims.reply(ChatReply(reply, stop_reason, Usage()))


def test_the_schema_takes_claims_with_citations_and_nothing_else() -> None:
    schema: Any = CLAIMS.schema
    assert jsonschema_rs.is_valid(schema, json.loads(written(BOOKS, SIGNED)))
    assert jsonschema_rs.is_valid(schema, {"claims": []})
    for other in ({}, {"claims": [{"text": "A."}]}, {"claims": [], "more": 1}, {"claims": [{"text": "A.", "citations": ["1"]}]}):
        assert not jsonschema_rs.is_valid(schema, other)


def test_each_sentence_of_a_claim_gets_the_marks_of_its_citations() -> None:
    _, reply = read(written(BOOKS, ("They must be clean! Bring the receipt.", [2, 2])))
    assert reply.text == "Books may be returned within 30 days [1]. They must be clean [2]! Bring the receipt [2]."
    assert (reply.structure, reply.left_out) == ("claims", 0)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (("本は30日以内に返品できます。署名本は返品できません。", [1]), "本は30日以内に返品できます [1]。署名本は返品できません [1]。"),
        (("Books, e.g. those of\n Dr. Lee, are kept.", [4]), "Books, e.g. those of Dr. Lee, are kept [4]."),
        (("He said “30 days.”", [1]), "He said “30 days.” [1]"),
        (("Books take 30 days [2].", [1]), "Books take 30 days [1][2]."),
        (("Nobody says where this is from.", []), "Nobody says where this is from."),
        (('Use {braces} and \\ "quotes".', [1]), 'Use {braces} and \\ "quotes" [1].'),
    ],
)
def test_marks_stand_before_the_full_stop_and_nothing_of_the_words_is_lost(claim: tuple[str, list[int]], text: str) -> None:
    assert read(written(claim))[1].text == text


def test_a_claim_without_a_full_stop_is_parted_from_the_next_by_a_line() -> None:
    assert read(written(("30 days", [1]), SIGNED))[1].text == "30 days [1]\nSigned copies are not taken back [1][3]."


def test_a_claim_is_told_when_it_has_ended_and_with_all_that_was_written_for_it() -> None:
    whole = written(BOOKS, SIGNED)
    added, reply = read(whole, piece=1)
    told = [place for place, text in enumerate(added, 1) if text]
    assert whole[told[0] - 1] == "}"
    assert whole[: told[0]].count("}") == 1
    assert "".join(added).strip() == reply.text
    assert all(isinstance(each, Sentences) for each in added)
    assert sum(each.written for each in added if isinstance(each, Sentences)) == len(whole)


def test_no_claims_are_the_refusal() -> None:
    assert read(written())[1].text == REFUSED


def test_a_reply_that_is_cut_keeps_its_whole_claims_and_counts_the_rest() -> None:
    whole = written(BOOKS, SIGNED)
    for cut in range(whole.index("}") + 1, whole.rindex('"citations"') + 18):
        _, reply = read(whole[:cut], stop_reason="max_tokens")
        assert reply.text == "Books may be returned within 30 days [1]."
        assert reply.left_out == (whole[:cut].count("{") == 3)


def test_a_citation_that_is_cut_within_its_number_is_no_claim() -> None:
    assert read('{"claims": [{"text": "Books take 30 days.", "citations": [1')[1].text == ""


def test_a_reply_that_breaks_keeps_the_claims_before_and_counts_one_at_least() -> None:
    added, reply = read('{"claims": [{"text": "Books take 30 days.", "citations": [1]}, oops {"text": "B.", "citations": [1]}]}', 5)
    assert (reply.text, reply.left_out) == ("Books take 30 days [1].", 1)
    assert "".join(added).strip() == reply.text


@pytest.mark.parametrize(
    "other", ['{"text": "No citations."}', '{"text": " ", "citations": [1]}', '"Books."', '{"text": 1, "citations": [1]}']
)
def test_a_claim_that_is_not_of_the_schema_is_left_out_and_counted(other: str) -> None:
    _, reply = read(f'{{"claims": [{other}, {{"text": "Books take 30 days.", "citations": [1]}}, {other}]}}')
    assert (reply.text, reply.left_out) == ("Books take 30 days [1].", 2)


@pytest.mark.parametrize("other", ['{"answer": "Books take 30 days."}', '{"claims": "none"}', "{"])
def test_other_json_is_no_refusal_of_the_model_and_is_counted(other: str) -> None:
    _, reply = read(other)
    assert (reply.text, reply.structure, reply.left_out) == ("", "claims", 1)


def test_json_in_a_fence_of_markdown_is_read() -> None:
    _, reply = read(f"```json\n{written(BOOKS)}\n```", piece=2)
    assert (reply.text, reply.structure, reply.left_out) == ("Books may be returned within 30 days [1].", "claims", 0)


@pytest.mark.parametrize("text", ["Books take 30 days [1].", "``", "`make` starts it [1].", "```\nmake up\n```", ""])
def test_a_text_in_place_of_json_is_handed_on_as_it_is(text: str) -> None:
    added, reply = read(text, piece=3)
    assert (reply.text, reply.structure) == (text, "ignored")
    assert not any(isinstance(each, Sentences) for each in added if each)


def test_a_guardrails_own_words_are_left_alone() -> None:
    _, reply = read("Sorry, not this.", stop_reason="guardrail_intervened")
    assert (reply.text, reply.structure) == ("Sorry, not this.", None)


SAID = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="[]【】"), max_size=40)


@given(st.lists(st.tuples(SAID, st.lists(st.integers(0, 120), max_size=3)), max_size=4), st.integers(1, 30))
def test_whatever_the_pieces_the_text_is_the_same(claims: list[tuple[str, list[int]]], piece: int) -> None:
    added, reply = read(written(*claims), piece)
    assert reply == read(written(*claims))[1]
    assert "".join(added).strip() in (reply.text, "")
    assert set(cited(reply.text)) <= {number for _, citations in claims for number in citations}


@given(st.text(max_size=80))
def test_no_text_of_a_model_is_an_error(text: str) -> None:
    for piece in (1, 80):
        for reply in (text, '{"claims": [' + text, "```" + text):
            read(reply, piece)
