"""Documents of a tenant that say different things about the same, among those that a user may read.

What was read of a document is kept in a file of the user's own, as numbers of its sentences and the values in them, until the document
changes: the next time only what is new is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from evaluation.contradictions.statements import Place, Statement, difference, statements
from evaluation.contradictions.store import Statements, by_pairs
from local import places
from local.app.crew import Crew
from local.app.people import Person
from local.app.results import plain
from local.app.uploads import SEARCHABLE, Library, Record
from local.console import Trouble, counted

AT_ONCE = 8
SHOWN = 10  # pairs of documents
QUOTED = 300  # characters of a sentence
_YEAR = re.compile(r"(?:19|20)\d\d|v?\d+(?:\.\d+)*")

Read = tuple[str, str, list[Statement]]


def file_of(person: Person) -> Path:
    """Where what this user has read is kept; no other user's."""
    owner = sha256(f"{person.tenant}\n{person.name}".encode()).hexdigest()[:16]
    return places.ACCOUNT / "statements" / f"{owner}.sqlite"


def contradictions(
    records: Sequence[Record], library: Library, file: Path | str, note: Callable[[str], None] = lambda said: None
) -> Iterator[str]:
    """Lines for a person: the newest pairs of documents first, both sentences quoted. Raises Trouble when the API is gone.

    records: all that the user may read. note: hears how far the reading is.
    """
    current = {each["document_id"]: each for each in records if each["state"] in SEARCHABLE and each["version"]}
    store = Statements(file)
    try:
        unread = _read_new(store, {id: each["version"] for id, each in current.items()}, library, note)
        pairs = by_pairs(store.shared(current))
        templates = store.templates(current)
    finally:
        store.close()
    newest = sorted(pairs, key=lambda pair: max(current[id]["updated_at"] for id in pair), reverse=True)
    for pair in newest[:SHOWN]:
        yield from _told([current[id] for id in pair], pairs[pair], library)
    if len(pairs) > SHOWN:
        yield f"and {counted(len(pairs) - SHOWN, 'more pair')} of documents"
    if templates:
        yield f"left out: {counted(templates, 'sentence')} in which many documents, or one in several places, differ, as templates do"
    if unread:
        yield f"not compared: {counted(unread, 'document')} whose passages could not be read"


def _read_new(store: Statements, versions: Mapping[str, str], library: Library, note: Callable[[str], None]) -> int:
    """How many could not be read."""
    new, unread = store.unread(versions), 0
    crew: Crew[Read | None] = Crew(AT_ONCE)
    for id in new:
        crew.give(lambda id=id: _read(library, id))  # type: ignore[misc]
    for count, read in enumerate(crew.rest(len(new)), 1):
        if read is None:
            unread += 1
        else:
            store.add(*read)
        if count % 20 == 0:
            note(f"{count:,} of {counted(len(new), 'document')} read that are new since the last time")
    return unread


def _read(library: Library, document_id: str) -> Read | None:
    try:
        pages = library.passages(document_id)
    except Trouble:
        return None  # it was deleted meanwhile, or may not be read any more
    version = pages[0]["version"]
    return (document_id, version, list(_statements(pages))) if version and all(each["version"] == version for each in pages) else None


def _statements(pages: Sequence[Record]) -> Iterator[Statement]:
    for passage in (each for page in pages for each in page["passages"] if each["kind"] != "code"):
        place = Place(passage["heading"], passage["pages"][0] if passage["pages"] else None)
        yield from statements(passage["text"], place, passage["language"], passage["kind"] == "table")


def _told(pair: Sequence[Record], differing: Sequence[tuple[int, str, str]], library: Library) -> Iterator[str]:
    newer, older = sorted(pair, key=_age, reverse=True)
    key, *values = differing[0]
    first, second = values if newer is pair[0] else reversed(values)
    more = f" (and {counted(len(differing) - 1, 'more sentence')})" if len(differing) > 1 else ""
    says = "older says" if _same_but_for_the_year(newer["name"], older["name"]) else "also says"
    yield f"{difference(first, second)}{more}"
    yield f"  {_quote(newer, key, library)}"
    yield f"  {says}: {_quote(older, key, library)}"


def _age(record: Record) -> tuple[list[str], str]:
    """Of two versions of one name the later year is the newer, else what changed last."""
    return _YEAR.findall(record["name"]), record["updated_at"]


def _same_but_for_the_year(one: str, other: str) -> bool:
    return _YEAR.sub("", one.casefold()) == _YEAR.sub("", other.casefold())


def _quote(record: Record, key: int, library: Library) -> str:
    read = _read(library, record["document_id"])
    said = next((each for each in read[2] if each.key == key), None) if read else None
    if said is None:
        return f"{plain(record['name'])} has changed meanwhile"
    where = [f"page {said.place.page}"] if said.place.page else []
    where += [f"“{plain(said.place.heading.rpartition(' > ')[2])}”"] if said.place.heading else []
    text = plain(said.text)
    return f"{plain(record['name'])}{', ' if where else ''}{', '.join(where)}: {text[:QUOTED]}{'…' if len(text) > QUOTED else ''}"
