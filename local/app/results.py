"""What became of many uploads, in a few lines for a terminal and in full in a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from local.app.selection import Skipped
from local.app.uploads import Outcome, Record
from local.console import counted

SHOWN = 3  # names for each reason
PART, LANGUAGE = "read in part", "found less easily"
TITLES = {"language": LANGUAGE, "personal data": "with personal data", "text": "worth a look"}
FURNITURE = "furniture"  # menus and running lines: every document leaves them out, and nobody misses them


class Reason(NamedTuple):
    """Why the document of this name is not as its uploader expects. kind: of such reasons, whatever numbers their sentences hold."""

    kind: str
    sentence: str
    name: str


def lines(outcomes: Sequence[Outcome], skipped: Sequence[Skipped] = ()) -> Iterator[str]:
    """The counts, then each reason once, with how many documents have it and some of their names."""
    searchable = [each for each in outcomes if each.is_searchable]
    passages = sum(each.passages for each in searchable)
    yield f"can be asked about: {len(searchable):,} of {counted(len(outcomes), 'document')}, {counted(passages, 'passage')}"
    if unchanged := sum(each.unchanged for each in outcomes):
        yield f"{unchanged} were there already, unchanged (AGAIN=1 adds them again)"
    if replaced := [each.upload.name for each in searchable if each.replaced]:
        yield f"{len(replaced)} replaced a document of the same name: {some(replaced)}"
    if duplicates := [each.upload.name for each in outcomes if each.is_duplicate]:
        yield f"{counted(len(duplicates), 'duplicate')} not searched, others say the same (make quality names both): {some(duplicates)}"
    yield from (skipped_line(each) for each in skipped)
    for title in (PART, *TITLES.values()):
        yield from grouped(f"⚠ {{}} {title}", [reason for each in outcomes for told, reason in left_out(each) if told == title])
    for title, group in (("refused", [each for each in outcomes if each.is_refused]), ("failed on our side", failed(outcomes))):
        yield from grouped(f"✗ {{}} {title}", [Reason(each.code, each.reason or each.state, each.upload.name) for each in group])


def skipped_line(skipped: Skipped) -> str:
    """Such as "skipped 3 .xlsx: not read"."""
    count = len(skipped.names)
    kind = skipped.kind.replace("{s}", "" if count == 1 else "s")
    return f"skipped {count} {plain(kind)}" + (f": {skipped.why}" if skipped.why else "")


def left_out(outcome: Outcome) -> list[tuple[str, Reason]]:
    """A title and the reason for each part that was not read; first the reason of a partial document."""
    name = outcome.upload.name
    first = [(PART, Reason("too much", outcome.reason or "too much of it was not read", name))] if outcome.state == "partial" else []
    return [*first, *((TITLES.get(row["part"], PART), reason_of(row, name)) for row in missed(outcome.report))]


def missed(report: Iterable[Record]) -> list[Record]:
    """The rows of a reading's report that tell of something that was left out and that somebody may miss."""
    return [row for row in report if (row.get("left_out") or row.get("part") == "text") and row.get("part") != FURNITURE]


def reason_of(row: Record, name: str) -> Reason:
    """What a row of a reading's report says of the document of that name."""
    return Reason(str(row["part"]), str(row.get("why") or f"{row['left_out']} {row['part']} were not read").rstrip("."), name)


def failed(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those that a fault on our side has kept out."""
    return [each for each in outcomes if not (each.is_searchable or each.is_refused or each.is_duplicate)]


def in_full(outcomes: Iterable[Outcome], skipped: Iterable[Skipped]) -> Iterator[str]:
    """One line for each file that was not read completely: state, name, reasons; separated by tabs."""
    for each in outcomes:
        reasons = [reason.sentence for _, reason in left_out(each)] if each.is_searchable else [each.reason or each.state]
        yield from (f"{each.state}\t{plain(each.upload.name)}\t{reason}" for reason in reasons)
    for kind in skipped:
        yield from (f"skipped\t{plain(name)}\t{kind.why or 'hidden'}" for name in kind.names)


def write_in_full(file: Path, outcomes: Sequence[Outcome], skipped: Sequence[Skipped]) -> bool:
    """Write the full list; False, and no file, when everything was read completely."""
    content = list(in_full(outcomes, skipped))
    if content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    return bool(content)


def some(names: Sequence[str]) -> str:
    """The first names and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(plain(name) for name in names[:SHOWN]) + more


def plain(name: str) -> str:
    """A file's name without what a terminal would obey or cannot show."""
    return "".join(character if character.isprintable() else "�" for character in name)


def grouped(title: str, reasons: Iterable[Reason]) -> Iterator[str]:
    """One line for each reason; reasons that differ in every document are one line with some of them below it.

    title: with {} where the number of documents is to stand.
    """
    by_kind: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in sorted(reasons, key=lambda reason: reason.name):
        by_kind[each.kind][plain(each.sentence)].append(each.name)
    for kind, sentences in by_kind.items():
        most = [f"{sentence} ({some(names)})" for sentence, names in sorted(sentences.items(), key=lambda each: -len(each[1]))]
        counts = [f"{len(names):,}" for names in sorted(sentences.values(), key=len, reverse=True)]
        if len(sentences) <= SHOWN:
            yield from (f"{title.format(count)}: {told}" for count, told in zip(counts, most, strict=True))
        else:
            documents = {name for names in sentences.values() for name in names}
            yield f"{title.format(f'{len(documents):,}')}, {kind}:"
            yield from (f"    {told}" for told in most[:SHOWN])
            yield f"    and {len(sentences) - SHOWN:,} more reasons of this kind"
