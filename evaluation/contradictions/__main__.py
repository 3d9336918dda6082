"""Contradictions in public documents, and planted ones that are found again: `python -m evaluation.contradictions DATA [--samples N]`.

DATA holds `aws_documentation/` (evaluation/README.md). Precision is a person's to judge: the program prints what it found, samples at
random, both sentences with what differs. For recall it adds copies of documents in which one sentence says something else.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measure import Share, print_table
from causeway.documents.bad import BadDocument
from causeway.documents.content import Block
from causeway.documents.readers.reading import read
from causeway.language.detection import language_of
from causeway.language.sentences import sentence_spans
from evaluation.contradictions.statements import Place, Statement, difference, statements
from evaluation.contradictions.store import Statements, by_pairs
from evaluation.contrast.changes import NUMBER, negated
from evaluation.corpora import aws_documentation

SEED, PLANTED = 7, 200
_UNIT = re.compile(r"\b(\d[\d,.]*) (seconds?|minutes?|hours?|days?|weeks?|months?|years?|KB|MB|GB|TB)\b")
_OTHER_UNIT = {"second": "minutes", "minute": "hours", "hour": "days", "day": "weeks", "week": "months", "month": "years", "year": "months"}
_OTHER_SIZE = {"KB": "MB", "MB": "GB", "GB": "TB", "TB": "GB"}
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})(?= \d)")


@dataclass(frozen=True)
class Document:
    name: str
    blocks: Sequence[Block]
    language: str


def main(data: Path, samples: int) -> None:
    began = time.perf_counter()
    documents = {each.name: each for each in _documents(data)}
    parsed = time.perf_counter()
    made = {name: list(_statements(document)) for name, document in documents.items()}
    stated = time.perf_counter()
    store = _stored(made)
    stored = time.perf_counter()
    pairs = _pairs(store, made)
    found = time.perf_counter()
    rows = [
        ["documents", f"{len(made):,}", f"read in {parsed - began:.0f} s"],
        ["statements", f"{store.held():,}", f"made in {stated - parsed:.0f} s, stored in {stored - stated:.0f} s"],
        ["left out as templates", f"{store.templates(made):,}", ""],
        ["statements that two documents make in other values", f"{sum(map(len, pairs.values())):,}", f"found in {found - stored:.1f} s"],
        ["pairs of documents", f"{len(pairs):,}", ""],
    ]
    print_table("Contradictions in aws_documentation", ["", "number", ""], rows, [])
    _print_samples(pairs, samples)
    _print_planted(documents, made)


def _documents(data: Path) -> Iterator[Document]:
    for file in aws_documentation(data / "aws_documentation").files:
        try:
            content = read(file.content, file.name)
        except BadDocument:
            continue
        yield Document(file.name, content.blocks, language_of(" ".join(block.text for block in content.blocks[:20])))


def _statements(document: Document) -> Iterator[Statement]:
    headings: dict[int, str] = {}
    for block in document.blocks:
        if block.kind == "heading":
            headings = {level: text for level, text in headings.items() if level < block.level} | {block.level: block.text}
        elif block.kind != "code":
            yield from statements(block.text, Place(" > ".join(headings.values()), block.page), document.language, block.kind == "table")


def _stored(made: Mapping[str, Sequence[Statement]]) -> Statements:
    store = Statements(":memory:")
    for name, each in made.items():
        store.add(name, "1", each)
    return store


Pairs = Mapping[tuple[str, str], Sequence[tuple[Statement, Statement, str]]]


def _pairs(store: Statements, made: Mapping[str, Sequence[Statement]]) -> Pairs:
    said = {name: {each.key: each for each in several} for name, several in made.items()}
    differing = by_pairs(store.shared(made)).items()
    return {
        (one, other): [(said[one][key], said[other][key], difference(a, b) or "") for key, a, b in several]
        for (one, other), several in differing
    }


def _print_samples(pairs: Pairs, samples: int) -> None:
    every = [(names, each) for names, several in pairs.items() for each in several]
    for names, (one, other, why) in random.Random(SEED).sample(every, min(samples, len(every))):  # noqa: S311
        print(f"\n{why}")
        for name, said in zip(names, (one, other), strict=True):
            print(f"  {name}, {said.place.heading!r}: {said.text[:300]}")


def _number(sentence: str) -> str | None:
    found = NUMBER.search(sentence)
    return None if found is None else f"{sentence[: found.start()]}{_other(found[0])}{sentence[found.end() :]}"


def _other(figures: str) -> str:
    return re.sub(r"\d", lambda found: str((int(found[0]) % 9) + 1), figures, count=1)


def _unit(sentence: str) -> str | None:
    found = _UNIT.search(sentence)
    if found is None:
        return None
    other = _OTHER_SIZE.get(found[2]) or _OTHER_UNIT[found[2].removesuffix("s")]
    return f"{sentence[: found.start(2)]}{other}{sentence[found.end(2) :]}"


def _date(sentence: str) -> str | None:
    found = _DATE.search(sentence)
    return None if found is None else f"{sentence[: found.start()]}{_next(found[1])}{sentence[found.end() :]}"


def _next(month: str) -> str:
    return _MONTHS[(_MONTHS.index(month) + 1) % 12]


PLANTS: Mapping[str, Callable[[str], str | None]] = {
    "another number": _number,
    "another unit": _unit,
    "another month": _date,
    "a negation put in or taken out": lambda sentence: negated(sentence, sentence, "en"),
}


def _print_planted(documents: Mapping[str, Document], made: Mapping[str, Sequence[Statement]]) -> None:
    rows, chance = [], random.Random(SEED)  # noqa: S311
    for kind, plant in PLANTS.items():
        names = chance.sample(sorted(documents), len(documents))
        copies = [each for name in names if (each := _planted(documents[name], plant, chance))][:PLANTED]
        with_copies = {**made, **{copy.name: list(_statements(copy)) for copy in copies}}
        pairs = _pairs(_stored(with_copies), with_copies)
        found = [any(copy.name in names for names in pairs if copy.name.removesuffix(" (copy)") in names) for copy in copies]
        rows.append([kind, str(len(copies)), str(Share.of(found))])
    notes = ["Copies of documents with one sentence changed, one kind at a time, beside all the others."]
    print_table("Planted contradictions that are found", ["planted", "copies", "found"], rows, notes)


def _planted(document: Document, plant: Callable[[str], str | None], chance: random.Random) -> Document | None:
    """A copy in which one sentence of its text, chosen at random, says something else."""
    places = [(at, span) for at, block in enumerate(document.blocks) if block.kind == "text" for span in sentence_spans(block.text, "en")]
    for at, (start, end) in chance.sample(places, len(places)):
        block = document.blocks[at]
        changed = plant(block.text[start:end])
        if changed is not None:
            text = f"{block.text[:start]}{changed}{block.text[end:]}"
            return Document(f"{document.name} (copy)", [*document.blocks[:at], replace(block, text=text), *document.blocks[at + 1 :]], "en")
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--samples", type=int, default=40)
    chosen = parser.parse_args()
    main(chosen.data, chosen.samples)
