"""Checks of a document's text before it is indexed."""

import pytest
from pydantic import ValidationError

from causeway.documents.bad import BadDocument
from causeway.documents.checks import Checks, Measures, checked, faults
from causeway.documents.content import Block, Content, Tally
from tests.unit.documents.duplicates.making import prose

ENGLISH = " ".join(f"The shop takes back book {word} within thirty days of the purchase." for word in prose(1, 30))
GERMAN = " ".join(f"Für Bücher über {word} gewähren wir eine Rückgabe: „später“ heißt höchstens dreißig Tage." for word in prose(2, 20))


def of(*texts: str, kind: str = "text") -> Content:
    return Content(None, tuple(Block(kind, text) for text in texts))


def codes(content: Content, checks: Checks | None = None, language: str = "en") -> list[str]:
    return [fault.code for fault in faults(Measures.of(content, language), checks or Checks())]


@pytest.mark.parametrize(
    "text", [ENGLISH, GERMAN, "Closed.", "Ünïcödé", "東京の書店は月曜日に休みます。" * 2, "naïve café São Paulo NÃO À Â "]
)
def test_ordinary_text_passes(text: str) -> None:
    assert codes(of(text)) == []
    assert checked(of(text), "en", Checks(then="refuse")) == []


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", [GERMAN, "Ü", "Größe – 10 €"])
def test_utf8_that_was_read_as_a_western_encoding_is_told(text: str, encoding: str) -> None:
    misread = text.encode().decode(encoding, errors="replace")
    assert codes(of(misread)) == ["damaged_encoding"]


def test_lost_characters_are_told() -> None:
    assert codes(of(GERMAN.replace("ü", "\ufffd"))) == ["damaged_encoding"]
    assert codes(of(GERMAN.replace("ü", "\ue0fc"))) == ["damaged_encoding"]
    assert codes(of(f"{ENGLISH} \ufffd")) == []


def test_repetition_counts_in_runs_of_eight_words() -> None:
    once = " ".join(prose(1, 40))
    assert Measures.of(of(" ".join([once] * 20)), "en").repeated == 19 / 20
    assert codes(of(" ".join([once] * 20))) == ["repetitive"]
    assert codes(of(" ".join([once] * 9))) == []
    seven = " ".join(f"{' '.join(prose(1, 7))} {word}" for word in prose(2, 50))
    assert Measures.of(of(seven), "en").repeated == 0


def test_a_short_text_may_repeat_and_draw() -> None:
    assert codes(of("row row row row " * 12)) == []
    assert codes(of("a -------- " * 40)) == []
    assert codes(of("a -------- " * 60)) == ["repetitive", "mostly_signs"]


def test_signs_of_code_do_not_count() -> None:
    signs = " ".join(f"{word} =========={'.' * 20}" for word in prose(1, 60))
    assert codes(of(signs)) == ["mostly_signs"]
    assert codes(of(signs, kind="code")) == []
    assert codes(Content(None, (*of(signs, kind="code").blocks, *of(ENGLISH).blocks))) == []


@pytest.mark.parametrize(("fewest", "expected"), [(3, []), (4, ["too_short"])])
def test_a_document_has_the_words_that_its_domain_expects(fewest: int, expected: list[str]) -> None:
    assert codes(of("We are", "closed."), Checks(fewest_words=fewest)) == expected


def test_a_language_counts_only_where_the_domain_names_some() -> None:
    german = Checks(languages=("de", "fr"))
    assert codes(of(ENGLISH)) == []
    assert codes(of(ENGLISH), german) == ["other_language"]
    assert codes(of(GERMAN), german, "de") == []
    assert codes(of("42"), german, "und") == []


def test_the_uploader_is_told_everything_and_refused_only_if_the_domain_says_so() -> None:
    content = of(" ".join([" ".join(prose(1, 40))] * 20))
    strict = Checks(languages=("de",), then="refuse")
    (first, second) = checked(content, "en", Checks(languages=("de",)))
    assert first == Tally("text", 0, 0, "95% of the text repeats what came before. Upload each part once, without generated filler.")
    assert second.why == "The language is en; documents here are in de. Upload a translation."
    with pytest.raises(BadDocument) as refused:
        checked(content, "en", strict)
    assert refused.value.code == "repetitive"
    assert refused.value.message == f"{first.why} {second.why}"


@pytest.mark.parametrize("wrong", [{"most_damaged": 1.5}, {"fewest_words": -1}, {"then": "delete"}, {"most_signs": -0.1}, {"minimum": 1}])
def test_limits_that_cannot_hold_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Checks(**wrong)
