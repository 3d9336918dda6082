"""Statements of many documents in a file: their keys and values, none of their sentences."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from evaluation.contradictions.statements import Statement, difference

COMMON = 20  # documents with a heading, beyond which it tells nothing of what they are about, and only those of all headings together do
MANY = 5  # documents that make a statement, beyond which it is a template
_SCHEMA = """
create table if not exists document (number integer primary key, id text unique not null, version text not null);
create table if not exists said (
    key integer not null, value text not null, document integer not null, below integer not null, path integer not null,
    unique (key, value, document)
);
create index if not exists of_document on said (document);
"""
_FOUND = """
select key, group_concat(document), group_concat(value, char(10)), group_concat(path),
min(below) in (select below from common) from said where document in (select number from asked) group by key
having count(distinct document) between 2 and ? and count(distinct value) > 1 and count(*) = count(distinct document)
"""
_COMMON = """
insert into common select below from said where below != 0 and document in (select number from asked)
group by below having count(distinct document) > ?
"""
_TEMPLATES = """
select count(*) from (select key from said where document in (select number from asked) group by key
having count(distinct value) > 1 and count(distinct document) > 1
and (count(distinct document) > ? or count(*) > count(distinct document)))
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement that several documents make, in different values. values: by the id of the document.

    paths: of its headings, by the same; None if the heading above it says enough.
    """

    key: int
    values: Mapping[str, str]
    paths: Mapping[str, str] | None


class Statements:
    """One file. What it holds of a document is replaced when the document has another version."""

    def __init__(self, file: Path | str) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def unread(self, versions: Mapping[str, str]) -> list[str]:
        """Ids of those documents of which it does not hold this version. versions: of all documents by their ids; it forgets others."""
        held = dict(self._connection.execute("select id, version from document"))
        with self._connection:
            for document in held.keys() - {id for id, version in versions.items() if held.get(id) == version}:
                self._forget(document)
        return [id for id, version in versions.items() if held.get(id) != version]

    def add(self, document: str, version: str, made: Iterable[Statement]) -> None:
        with self._connection:
            self._forget(document)
            number = self._connection.execute("insert into document (id, version) values (?, ?)", (document, version)).lastrowid
            rows = [(each.key, each.value, number, each.below, each.path) for each in made]
            self._connection.executemany("insert or ignore into said values (?, ?, ?, ?, ?)", rows)

    def shared(self, asked: Collection[str]) -> Iterator[Shared]:
        """Statements in which two to five of these documents differ, each of which makes it once."""
        self._ask(asked)
        ids = dict(self._connection.execute("select number, id from document"))
        with closing(self._connection.execute(_FOUND, (MANY,))) as rows:
            for key, documents, values, paths, is_common in rows:
                names = [ids[int(number)] for number in documents.split(",")]
                by_name = dict(zip(names, paths.split(","), strict=True))
                yield Shared(key, dict(zip(names, values.split("\n"), strict=True)), by_name if is_common else None)

    def templates(self, asked: Collection[str]) -> int:
        """How many statements differ and are left out: more than five documents make them, or one of them does several times."""
        self._ask(asked)
        return int(self._connection.execute(_TEMPLATES, (MANY,)).fetchone()[0])

    def held(self) -> int:
        """How many statements."""
        return int(self._connection.execute("select count(*) from said").fetchone()[0])

    def _ask(self, asked: Collection[str]) -> None:
        with self._connection:
            self._connection.execute("create temp table if not exists asked (number integer primary key)")
            self._connection.execute("delete from asked")
            numbers = dict(self._connection.execute("select id, number from document"))
            self._connection.executemany("insert into asked values (?)", [(numbers[each],) for each in asked if each in numbers])
            self._connection.execute("create temp table if not exists common (below integer primary key)")
            self._connection.execute("delete from common")
            self._connection.execute(_COMMON, (COMMON,))

    def _forget(self, document: str) -> None:
        held = self._connection.execute("select number from document where id = ?", (document,)).fetchone()
        if held:
            self._connection.execute("delete from said where document = ?", held)
            self._connection.execute("delete from document where number = ?", held)


Differing = Mapping[tuple[str, str], Sequence[tuple[int, str, str]]]


def by_pairs(found: Iterable[Shared]) -> Differing:
    """For each two documents the keys of statements that contradict each other, and the values of the one and of the other."""
    pairs: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for each in found:
        for one, other in combinations(sorted(each.values), 2):
            if each.paths and each.paths[one] != each.paths[other]:
                continue
            if difference(each.values[one], each.values[other]) is not None:
                pairs[one, other].append((each.key, each.values[one], each.values[other]))
    return pairs
