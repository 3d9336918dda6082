"""Finding a document's duplicates by keys alone."""

from collections import defaultdict

import pytest
from rensa import RMinHash

from causeway.documents.duplicates import fingerprint as module
from causeway.documents.duplicates.fingerprint import Duplicate, Fingerprint, Other, candidates, duplicates
from causeway.documents.duplicates.signatures import BANDS, SCHEME, OtherScheme, Signature, signature_of
from causeway.documents.duplicates.words import words
from tests.unit.documents.duplicates.making import changed, prose

LONG = " ".join(prose(1, 300))
NEAR = " ".join(changed(prose(1, 300), 0.02))
FAR = " ".join(changed(prose(1, 300), 0.3))


class Table:
    """Items by their keys, as a table holds them; documents whose text was read are remembered."""

    def __init__(self) -> None:
        self.items: dict[str, list[str]] = defaultdict(list)
        self.documents: dict[str, tuple[Fingerprint, str]] = {}
        self.read: list[str] = []

    def add(self, document_id: str, content_hash: str, text: str) -> None:
        self.documents[document_id] = Fingerprint.of(content_hash, text), text
        for key in self.documents[document_id][0].keys:
            self.items[key].append(document_id)

    def found(self, content_hash: str, text: str, least: float = 0.9) -> list[Duplicate]:
        new = Fingerprint.of(content_hash, text)
        ids = candidates((key, document_id) for key in new.keys for document_id in self.items[key])
        return duplicates(new, text, [Other(each, self.documents[each][0], lambda each=each: self.text(each)) for each in ids], least)

    def text(self, document_id: str) -> str:
        self.read.append(document_id)
        return self.documents[document_id][1]


@pytest.fixture
def table() -> Table:
    table = Table()
    for document_id, (content_hash, text) in {"long": ("h1", LONG), "far": ("h2", FAR), "other": ("h3", " ".join(prose(2, 300)))}.items():
        table.add(document_id, content_hash, text)
    return table


def test_the_same_file_is_found_and_no_text_is_read(table: Table) -> None:
    assert table.found("h1", LONG) == [Duplicate("long", "same_bytes", 1.0)]
    assert table.read == []


def test_the_same_text_in_another_format_is_found(table: Table) -> None:
    assert table.found("h9", LONG.upper().replace(" ", "\n")) == [Duplicate("long", "same_text", 1.0)]


def test_a_near_one_is_found_with_its_exact_likeness(table: Table) -> None:
    (found,) = table.found("h9", NEAR)
    assert (found.document_id, found.kind) == ("long", "near")
    assert found.likeness == (299 - 12) / (299 + 12)
    assert table.read == ["long"]


def test_what_is_less_alike_than_asked_is_no_duplicate(table: Table) -> None:
    assert table.found("h9", NEAR, least=0.95) == []
    assert table.found("h9", " ".join(prose(3, 300))) == []


def test_the_surest_duplicates_come_first(table: Table) -> None:
    table.add("near", "h4", NEAR)
    table.add("copy", "h5", LONG.upper())
    table.add("nearer", "h6", " ".join(changed(prose(1, 300), 0.01)))
    assert [(found.document_id, found.kind) for found in table.found("h1", LONG)] == [
        ("long", "same_bytes"),
        ("copy", "same_text"),
        ("nearer", "near"),
        ("near", "near"),
    ]


def test_a_short_text_has_keys_for_the_file_and_the_words_only(table: Table) -> None:
    table.add("short", "h4", "Closed on Mondays.")
    assert len(Fingerprint.of("h4", "Closed on Mondays.").keys) == 2
    assert table.found("h9", "closed on mondays") == [Duplicate("short", "same_text", 1.0)]
    assert len(Fingerprint.of("h1", LONG).keys) == len(set(Fingerprint.of("h1", LONG).keys)) == 2 + BANDS


def test_documents_without_words_share_no_key_but_that_of_their_bytes() -> None:
    one, other = Fingerprint.of("h1", " … "), Fingerprint.of("h2", "!")
    assert one.keys == ["bytes#h1"]
    assert duplicates(one, " … ", [Other("b", other, lambda: "!")], 0.9) == []


def test_at_most_so_many_near_candidates_are_compared_and_every_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CANDIDATES", 2)
    shared = [("text#t", "same"), *((f"{SCHEME}#{band:02d}#x", f"d{many}") for many in range(1, 5) for band in range(many))]
    assert candidates(shared) == ["same", "d4", "d3"]


def test_one_band_alone_makes_no_candidate() -> None:
    assert candidates([(f"{SCHEME}#00#x", "d")]) == []
    assert candidates([(f"{SCHEME}#00#x", "d"), (f"{SCHEME}#01#x", "d")]) == ["d"]


def test_a_signature_is_the_same_on_every_machine_and_version() -> None:
    """Stored ones are compared with new ones; when this fails, the scheme's name must change."""
    made = signature_of(words("Causeway keeps what it is told. " * 3 + "The quick brown fox jumps over the lazy dog on a cold day in May."))
    assert made is not None
    assert (SCHEME, made.slots[:16].hex()) == (f"rensa{RMinHash.ALGORITHM_VERSION}-128-2words-1", "4d90d4024d8bd9d7c0e692fcc4df9270")


def test_a_stored_signature_is_read_back_only_if_it_is_of_this_scheme() -> None:
    made = signature_of(words(LONG))
    assert made is not None
    assert Signature.stored(SCHEME, made.slots) == made
    with pytest.raises(OtherScheme, match="make it again from the document's text"):
        Signature.stored("rensa1-128-2words-1", made.slots)
    with pytest.raises(ValueError, match="512 bytes, this one 4"):
        Signature.stored(SCHEME, b"1234")


def test_likeness_of_signatures_estimates_that_of_texts() -> None:
    one, near, far = (signature_of(words(text)) for text in (LONG, NEAR, FAR))
    assert one is not None
    assert near is not None
    assert far is not None
    assert one.likeness(one) == 1
    assert abs(one.likeness(near) - 287 / 311) < 0.1
    assert one.likeness(far) < 0.6
