"""Beside which text a picture stands."""

import pytest

from causeway.documents.content import Block
from causeway.documents.readers.captions import captions, is_caption, placed


def picture(name: str) -> Block:
    return Block("text", "", pictures=(name,))


def text(said: str) -> Block:
    return Block("text", said)


def beside(*blocks: Block) -> list[tuple[str, tuple[str, ...]]]:
    known = {name for block in blocks for name in block.pictures}
    return [(block.text, block.pictures) for block in placed(blocks, known) if block.pictures]


@pytest.mark.parametrize(
    "said", ["Figure 2: The pump", "Fig. 2. The pump", "FIGURE 3-1 The pump", "Abb. 4: Pumpe", "Figura 2 – La bomba", "図 3"]
)
def test_a_caption_is_known_by_its_word_and_number(said: str) -> None:
    assert is_caption(text(said))


@pytest.mark.parametrize("said", ["Figure 2 shows the pump.", "Table 2: Pumps", "The pump is in figure 2.", "Figures are given below."])
def test_a_sentence_about_a_figure_is_no_caption(said: str) -> None:
    assert not is_caption(text(said))


def test_captions_below_their_pictures_and_captions_above_are_told_apart() -> None:
    one, two = text("Figure 1: One"), text("Figure 2: Two")
    assert beside(picture("a"), one, picture("b"), two) == [(one.text, ("a",)), (two.text, ("b",))]
    assert beside(one, picture("a"), two, picture("b")) == [(one.text, ("a",)), (two.text, ("b",))]


def test_several_pictures_share_a_caption() -> None:
    assert beside(picture("a"), picture("b"), text("Figure 1: Both")) == [("Figure 1: Both", ("a", "b"))]


def test_a_picture_without_a_caption_stands_with_the_text_before_it_in_its_section() -> None:
    before, heading, after = text("It pumps."), Block("heading", "Valves", 1), text("It closes.")
    assert beside(before, picture("a"), heading, after) == [("It pumps.", ("a",))]
    assert beside(before, heading, picture("a"), after) == [("It closes.", ("a",))]
    assert captions(placed([before, picture("a")], {"a"})) == {}


def test_a_picture_that_was_left_out_leaves_nothing() -> None:
    assert placed([text("It pumps."), picture("a")], set()) == [text("It pumps.")]


def test_the_words_that_describe_a_picture_are_its_caption_unless_a_numbered_one_stands_beside_it() -> None:
    told = Block("text", "a red valve", pictures=("a",), caption=True)
    assert captions(placed([told], {"a"})) == {"a": "a red valve"}
    assert captions(placed([told, text("Figure 3: The valve")], {"a"})) == {"a": "Figure 3: The valve"}


def test_a_long_caption_is_cut_at_a_word() -> None:
    said = captions(placed([picture("a"), text(f"Figure 1: {'pump ' * 100}")], {"a"}))["a"]
    assert len(said) <= 300
    assert said.endswith("pump…")
