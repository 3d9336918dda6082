"""The state of what a tenant's documents say: which of them answer, which repeat others, and what their uploaders should look at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from local.app.results import plain, some
from local.app.uploads import SEARCHABLE, Record
from local.console import counted

SHOWN = 10  # groups of duplicates, and reasons of each kind
HELD = (*SEARCHABLE, "duplicate")


def lines(records: Sequence[Record], now: datetime, older: timedelta) -> Iterator[str]:
    """records: as the API lists documents. older: since when a document has not changed, to be called old."""
    yield from _states(records)
    yield from _section("The same file", _same(records, "content_hash"))
    yield from _section("The same words in other files", _same(records, "text_hash", but="content_hash"))
    yield from _section("Nearly the same words (where the domain's intake.yaml asks for them)", _near(records))
    yield from _section("Personal data", _told(records, "personal data"))
    yield from _section("Read in part", _in_part(records))
    yield from _section("Worth a look", _told(records, "text"))
    yield from _section("Not taken", _refused(records))
    yield from _section(f"Not changed for {counted(older.days, 'day')}", _old(records, now - older))


def contradicting(found: Iterable[str]) -> Iterator[str]:
    """found: lines of `contradictions`."""
    several = list(found)
    if several:
        yield "Different things said about the same:"
        yield from (f"  {line}" for line in several)


def unanswered(questions: Sequence[str], asked: int) -> Iterator[str]:
    """questions: golden ones that got no answer."""
    yield from _section(f"Golden questions without an answer, of {asked:,} asked", [plain(each) for each in questions])


def _states(records: Sequence[Record]) -> Iterator[str]:
    states = Counter(record["state"] for record in records)
    yield f"{counted(len(records), 'document')}: " + (_counts(states) or "none")
    languages = Counter(str(record["language"]) for record in records if record["state"] in SEARCHABLE)
    if languages:
        yield f"languages: {_counts(languages)}"


def _same(records: Iterable[Record], hashed: str, but: str = "") -> Iterator[str]:
    """Names of documents with an equal hash, unless they are equal in `but` as well."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record["state"] in HELD and record[hashed]:
            groups[record[hashed]].append(record)
    for group in groups.values():
        if len(group) > 1 and (not but or len({record[but] for record in group}) > 1):
            yield _names(group)


def _near(records: Sequence[Record]) -> Iterator[str]:
    by_id = {record["document_id"]: record for record in records}
    for record in records:
        other = by_id.get(record["duplicate_of"] or "")
        if record["state"] == "duplicate" and other and record["text_hash"] != other["text_hash"]:
            yield _names([other, record])


def _names(group: Iterable[Record]) -> str:
    """The one that answers use first."""
    ordered = sorted(group, key=lambda record: (record["state"] == "duplicate", record["name"]))
    return " = ".join(plain(record["name"]) + ("" if record["state"] in SEARCHABLE else " (not searched)") for record in ordered)


def _told(records: Iterable[Record], part: str) -> Iterator[str]:
    """What the reports say of one part, with the documents of which they say it."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for row in record["report"] or () if record["state"] in SEARCHABLE else ():
            if row["part"] == part:
                by_reason[row["why"]].append(record["name"])
    yield from (f"{reason} ({some(names)})" for reason, names in by_reason.items())


def _in_part(records: Sequence[Record]) -> Iterator[str]:
    pages = {record["name"]: left for record in records if (left := _unread_pages(record))}
    if pages:
        yield f"{counted(sum(pages.values()), 'page')} of {counted(len(pages), 'document')} not read: {some(list(pages))}"
    for record in records:
        if record["state"] == "partial":
            yield f"{plain(record['name'])}: {record['reason']['message']}"


def _unread_pages(record: Record) -> int:
    rows = record["report"] or () if record["state"] in SEARCHABLE else ()
    return sum(row["left_out"] for row in rows if row["part"] == "pages")


def _refused(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        if record["state"] in ("quarantined", "failed"):
            former = "; answers use its former version" if record["version"] else ""
            yield f"{plain(record['name'])}: {record['reason']['message'].rstrip('.')}{former}"


def _old(records: Iterable[Record], before: datetime) -> Iterator[str]:
    old = sorted(record["name"] for record in records if record["state"] in SEARCHABLE and _changed(record) < before)
    if old:
        yield f"{counted(len(old), 'document')}: {some(old)}"


def _changed(record: Record) -> datetime:
    return datetime.fromisoformat(record["updated_at"])


def _section(title: str, found: Iterable[str]) -> Iterator[str]:
    """Nothing for a section without a line."""
    several = list(found)
    if not several:
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in several[:SHOWN])
    if len(several) > SHOWN:
        yield f"  and {len(several) - SHOWN:,} more"


def _counts(counts: "Counter[str]") -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
