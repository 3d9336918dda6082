from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from causeway.documents.chunking import chunks as module
from causeway.documents.chunking.chunks import Chunk, chunk, prefix
from causeway.documents.chunkings import CHUNKINGS, MODEL_LIMIT, STANDARD
from causeway.documents.content import Block, Content

MODEL = Tokenizer.from_file(str(Path(module.__file__).with_name("tokenizer.json")))

WORDS = st.one_of(
    st.sampled_from(["the", "shop", "£12.99", "café", "naïve", "東京", "x_y", "don't", "3–5", "e-mail", "https://a.example/b?c=d"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12),
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(lambda words: " ".join(words) + ".")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=25).map(" ".join)
CODE = st.lists(SENTENCES.map(lambda line: "    " + line), min_size=1, max_size=40).map("\n".join)
BLOCKS = st.one_of(
    st.builds(Block, st.just("heading"), SENTENCES, st.integers(1, 6)),
    st.builds(Block, st.just("text"), PARAGRAPHS, page=st.integers(1, 9)),
    st.builds(Block, st.just("table"), SENTENCES),
    st.builds(Block, st.just("code"), CODE),
)
TITLES = st.sampled_from(["Guide", "A rather long title of a document about returns", None])
CONTENTS = st.builds(Content, TITLES, st.lists(BLOCKS, max_size=12))


def embedded(made: Chunk, title: str | None) -> int:
    """Tokens that the embedding model sees, its special ones included."""
    return len(MODEL.encode(f"{prefix(title, made.heading)}\n{made.text}").ids)


def prose(sentences: int) -> str:
    return " ".join(f"This is sentence number {number} of a long text about shops." for number in range(sentences))


@settings(max_examples=60, deadline=None)
@given(CONTENTS)
def test_no_chunk_is_longer_than_the_model_takes(content: Content) -> None:
    for made in chunk(content):
        assert embedded(made, content.title) == made.tokens <= MODEL_LIMIT


@settings(max_examples=60, deadline=None)
@given(CONTENTS)
def test_every_word_is_in_some_chunk_in_order(content: Content) -> None:
    made = chunk(content)
    fresh = " ".join(piece.text[piece.overlap :] for piece in made).split()
    body = " ".join(block.text for block in content.blocks if block.kind != "heading").split()
    words = iter(fresh)
    assert all(any(word == found for found in words) for word in body)


@settings(max_examples=40, deadline=None)
@given(CONTENTS)
def test_every_heading_is_in_a_path_or_a_text(content: Content) -> None:
    made = chunk(content)
    read = " ".join(f"{content.title} {piece.heading} {piece.text}" for piece in made) + f" {content.title}"
    assert all(block.text in read for block in content.blocks if block.kind == "heading")


@settings(max_examples=60, deadline=None)
@given(CONTENTS)
def test_a_code_block_that_fits_is_whole_in_one_chunk(content: Content) -> None:
    made = chunk(content)
    for block in content.blocks:
        if block.kind == "code" and len(MODEL.encode(block.text).ids) < MODEL_LIMIT - 110:
            assert any(block.text in piece.text for piece in made)


@settings(max_examples=30, deadline=None)
@given(st.integers(60, 400))
def test_neighbours_in_a_long_text_overlap_by_at_most_64_tokens_at_a_sentence(sentences: int) -> None:
    made = chunk(Content("Guide", [Block("text", prose(sentences))]))
    for before, after in pairwise(made):
        shared = after.text[: after.overlap].strip()
        assert before.text.endswith(shared)
        assert shared.startswith("This is")
        assert STANDARD.overlap / 2 < len(MODEL.encode(shared, add_special_tokens=False).ids) <= STANDARD.overlap


def test_chunks_aim_at_450_tokens_and_end_with_a_sentence() -> None:
    made = chunk(Content("Guide", [Block("text", prose(300))]))
    assert all(0.8 * STANDARD.target <= piece.tokens <= STANDARD.target for piece in made[:-1])
    assert all(piece.text.endswith(".") for piece in made)


def test_small_sections_below_one_heading_share_a_chunk_under_the_path_they_share() -> None:
    blocks = [Block("heading", "Guide", 1), Block("heading", "Pay", 2), Block("text", "On the 26th."), Block("heading", "Leave", 2)]
    made = chunk(Content("Guide", [*blocks, Block("text", "25 days.")]))
    assert [(piece.heading, piece.text) for piece in made] == [("Guide", "Pay\n\nOn the 26th.\n\nLeave\n\n25 days.")]


def test_a_heading_over_several_sections_stands_once_above_them() -> None:
    blocks = [Block("heading", "Guide", 1), Block("text", "Read me."), Block("heading", "Staff", 2), Block("heading", "Pay", 3)]
    more = [Block("text", "On the 26th."), Block("heading", "Leave", 3), Block("text", "25 days.")]
    made = chunk(Content("Guide", [*blocks, *more]))
    assert [piece.text for piece in made] == ["Read me.\n\nStaff\n\nPay\n\nOn the 26th.\n\nLeave\n\n25 days."]


def test_sections_too_long_to_share_a_chunk_keep_their_own_heading_paths() -> None:
    blocks = [Block("heading", "Guide", 1), Block("heading", "Pay", 2), Block("text", prose(25)), Block("heading", "Leave", 2)]
    made = chunk(Content("Guide", [*blocks, Block("text", prose(25))]))
    assert [piece.heading for piece in made] == ["Guide > Pay", "Guide > Leave"]


def test_sections_without_a_heading_in_common_stay_apart() -> None:
    blocks = [Block("heading", "Pay", 1), Block("text", "On the 26th."), Block("heading", "Leave", 1), Block("text", "25 days.")]
    made = chunk(Content(None, blocks))
    assert [(piece.heading, piece.text) for piece in made] == [("Pay", "On the 26th."), ("Leave", "25 days.")]


def test_a_heading_with_nothing_below_it_is_its_own_text() -> None:
    made = chunk(Content(None, [Block("heading", "Closed on Mondays", 2), Block("heading", "Open", 2), Block("text", "Daily.")]))
    assert [piece.text for piece in made] == ["Closed on Mondays", "Daily."]


def test_a_chunk_has_the_page_on_which_its_new_text_begins() -> None:
    made = chunk(Content("Guide", [Block("text", prose(60), page=3), Block("text", prose(60), page=4)]))
    assert made[0].page == 3
    assert made[-1].page == 4


def test_a_sentence_goes_on_over_the_end_of_a_page_and_of_a_column() -> None:
    first = "The sluice is closed by the keeper of the tide mill when the"
    for page in (2, 3):
        (made,) = chunk(Content("Manual", [Block("text", first, page=2), Block("text", "gauge falls below 85 metres.", page=page)]))
        assert made.text == f"{first} gauge falls below 85 metres."
        assert made.pages == (((0, 2), (len(first) + 1, 3)) if page == 3 else ((0, 2),))


@pytest.mark.parametrize(
    ("before", "after", "page"),
    [
        ("The sluice is closed by the keeper of the tide mill.", "gauge", 3),  # it has ended
        ("The sluice is closed by the keeper of the tide mill", "Gauge", 3),  # a heading or a new sentence
        ("oak", "beech", 3),  # a list
        ("The sluice is closed by the keeper of the tide mill when the", "gauge", 4),  # a page between
        ("The sluice is closed by the keeper of the tide mill when the", "gauge", None),  # a format without pages
    ],
)
def test_what_does_not_go_on_is_a_paragraph_of_its_own(before: str, after: str, page: int | None) -> None:
    (made,) = chunk(Content("Manual", [Block("text", before, page=page and 2), Block("text", after, page=page)]))
    assert made.text == f"{before}\n\n{after}"


def test_table_rows_are_never_cut_and_not_repeated() -> None:
    rows = [f"Code: E{number}; Meaning: fault number {number} of the till in the shop" for number in range(200)]
    made = chunk(Content("Guide", [Block("table", row) for row in rows]))
    assert [line for piece in made for line in piece.text.split("\n")] == rows
    assert {piece.kind for piece in made} == {"table"}


def test_code_longer_than_the_model_takes_is_cut_at_line_ends() -> None:
    lines = [f"    total = add(total, line_{number})  # comment" for number in range(200)]
    made = chunk(Content("Guide", [Block("code", "\n".join(lines))]))
    assert [line for piece in made for line in piece.text.split("\n")] == lines
    assert len(made) > 1


def test_one_endless_word_is_cut_into_pieces() -> None:
    made = chunk(Content("Guide", [Block("text", "x" * 30_000)]))
    assert "".join(piece.text[piece.overlap :] for piece in made) == "x" * 30_000
    assert all(embedded(piece, "Guide") <= MODEL_LIMIT for piece in made)


def test_outer_headings_give_way_when_the_path_is_too_long() -> None:
    long = " ".join(f"word{number}" for number in range(40))
    made = chunk(Content("T", [Block("heading", long, 1), Block("heading", long, 2), Block("heading", "Pay", 3), Block("text", "x")]))
    assert made[-1].heading == f"{long} > Pay"
    assert made[-1].text == f"{long}\n\nx"


LONG_WORDS = st.integers(101, 160).map("x".__mul__)  # one unknown token each


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.lists(WORDS, min_size=300, max_size=900), st.lists(LONG_WORDS, min_size=80, max_size=200)))
def test_an_overlap_begins_with_a_whole_word_and_holds_at_most_64_tokens(words: list[str]) -> None:
    for before, after in pairwise(chunk(Content("Guide", [Block("text", " ".join(words))]))):
        shared = after.text[: after.overlap].strip()
        assert before.text.endswith(shared)
        assert not shared or before.text[: -len(shared)][-1:] in {" ", *"。！？।॥؟۔"}  # a sentence's mark needs no space behind it
        assert len(MODEL.encode(shared, add_special_tokens=False).ids) <= STANDARD.overlap


def test_an_overlap_of_letters_that_are_several_tokens_each_holds_at_most_64_tokens() -> None:
    made = chunk(Content("Guide", [Block("text", " ".join(["달"] * 600))]))  # three tokens a letter: 64 end within one
    shared = [after.text[: after.overlap].strip() for after in made[1:]]
    assert {len(MODEL.encode(text, add_special_tokens=False).ids) for text in shared} == {63}


@pytest.mark.parametrize("name", sorted(CHUNKINGS))
def test_each_named_chunking_keeps_to_its_own_sizes_and_loses_no_word(name: str) -> None:
    chunking, text = CHUNKINGS[name], prose(300)
    made = chunk(Content("Guide", [Block("heading", "Part", 1), Block("text", text), Block("code", "x = 1\n" * 400)]), chunking)
    of_text = [piece for piece in made if piece.kind == "text"]
    assert all(0.8 * chunking.target <= piece.tokens <= chunking.target for piece in of_text[:-1])
    assert chunking.target < max(piece.tokens for piece in made) <= chunking.limit
    assert all(len(MODEL.encode(piece.text[: piece.overlap]).ids) - 2 <= chunking.overlap for piece in made)
    assert "".join(piece.text[piece.overlap :] for piece in of_text).replace(" ", "") == text.replace(" ", "")
