"""What documents a tenant has: how many in which state and why, and each by itself with its passages."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from local.app.people import Person
from local.app.results import Reason, grouped, missed, plain, reason_of
from local.app.uploads import Record
from local.console import counted

FEW = 40  # documents that are shown one by one
PASSAGES_SHOWN = 20
WORDS_SHOWN = 70  # characters of a passage
# In the order in which they are told, with what the state means where its name does not say it.
STATES = {
    "ready": "can be asked about",
    "partial": "can be asked about; too much of it was not read",
    "processing": "being read",
    "read": "waits to be embedded and indexed",
    "quarantined": "refused",
    "failed": "a fault on our side; it can be added again",
    "deleting": "being deleted",
}


def lines(person: Person, records: Sequence[Record], state: str = "") -> Iterator[str]:
    """Counts by state, reasons, then the documents, or their folders where they are many. state: of all these documents."""
    kind = f"{state} document" if state else "document"
    passages, size = sum(_passages(each) for each in records), sum(each["bytes"] or 0 for each in records)
    yield f"{person.tenant}, as {person.name} may read it: {counted(len(records), kind)}, {counted(passages, 'passage')}, {weight(size)}"
    states = Counter(each["state"] for each in records)
    yield from (f"  {each:<12}{states[each]:>7,}  {means}" for each, means in STATES.items() if states[each])
    for each in STATES:
        yield from grouped(f"{'⚠' if each == 'partial' else '✗'} {{}} {each}", _reasons(records, each))
    if len(records) <= FEW:
        yield from _table(records)
    else:
        yield from _folders(records)


def in_full(records: Sequence[Record]) -> Iterator[str]:
    """One line for each document, values separated by tabs, after a line with their names."""
    yield "\t".join(("state", "name", "passages", "bytes", "language", "version", "updated", "document_id", "reason"))
    for each in sorted(records, key=lambda record: record["name"]):
        why = (each["reason"] or {}).get("message", "")
        told = (each["bytes"] or "", each["language"] or "", each["version"] or "", each["updated_at"] or "", each["document_id"], why)
        yield "\t".join(plain(str(value)) for value in (each["state"], each["name"], _passages(each), *told))


def weight(size: int) -> str:
    """Bytes in words."""
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1e3:,.1f} KB" if size < 1e6 else f"{size / 1e6:,.1f} MB"


def described(record: Record, passages: Sequence[Record], source: Record, readers: str) -> Iterator[str]:
    """One document. passages: of the version that answers use. source: the page that named where they are from. readers: a sentence."""
    title = f" · {plain(record['title'])}" if record["title"] else ""
    language = f" ({record['language']})" if record["language"] else ""
    yield f"{plain(record['name'])}{title}{language}"
    yield f"  state          {record['state']}: {STATES.get(record['state'], '')}, since {record['updated_at']}"
    if record["reason"]:
        yield f"  why            {plain(record['reason']['message'])}"
    yield f"  who may read   {readers}"
    yield f"  document id    {record['document_id']}, first seen {record['created_at']}"
    yield f"  latest upload  object version {record['object_version']}, {weight(record['bytes'] or 0)}, SHA-256 {record['content_hash']}"
    yield from _source(record, source)
    for row in record["report"] or ():
        if row["part"] == "pages" and row.get("why") and not row["left_out"]:
            yield f"  read           {plain(row['why'])}"
    for row in missed(record["report"] or ()):
        yield f"  not read       {plain(reason_of(row, record['name']).sentence)}"
    yield from _listed(passages)


def pictured(pictures: Sequence[Record]) -> Iterator[str]:
    """The pictures that answers show of a document, each with an address that shows it for five minutes."""
    if pictures:
        yield "  pictures"
    for each in pictures:
        page = f" p. {each['page']}" if each["page"] else ""
        yield f"    {each['id']}{page} ({each['width']} x {each['height']}, {weight(each['bytes'])}) {plain(each['caption'])}"
        yield f"      {each['url']}"


def each_passage(passages: Sequence[Record]) -> Iterator[str]:
    """Every passage whole."""
    for each in passages:
        yield f"--- {each['id']}  {_place(each)}"
        yield each["text"]


def by_folder(records: Sequence[Record]) -> Mapping[str, Sequence[Record]]:
    """Documents by the first part of their names, "" for those in no folder."""
    folders: dict[str, list[Record]] = defaultdict(list)
    for each in sorted(records, key=lambda record: record["name"]):
        folder, slash, _ = each["name"].partition("/")
        folders[folder + slash if slash else ""].append(each)
    return folders


def _source(record: Record, source: Record) -> Iterator[str]:
    if not source["version"]:
        yield "  answers use    nothing of it"
        return
    yield f"  answers use    version {source['version']}, {counted(source['total'], 'passage')}"
    yield f"    read from    object version {source['read_from']} of {record['name']}"
    if source["file"] is None:
        yield "    kept in      not known: it was indexed before that was kept; add it again with AGAIN=1"
    else:
        yield f"    kept in      {source['file']}"
        yield f"    indexed as   {record['document_id']}:{source['version']}:0 to {source['total'] - 1}"


def _listed(passages: Sequence[Record]) -> Iterator[str]:
    if passages:
        yield "  passages"
    for each in passages[:PASSAGES_SHOWN]:
        words = " ".join(plain(each["text"].replace("\n", " ")).split())
        yield f"    {_place(each)}: {words[:WORDS_SHOWN]}{'…' if len(words) > WORDS_SHOWN else ''}"
    if len(passages) > PASSAGES_SHOWN:
        yield f"    and {len(passages) - PASSAGES_SHOWN:,} more"


def _place(passage: Record) -> str:
    pages = passage["pages"]
    where = f" p. {pages[0]}{f'-{pages[-1]}' if len(pages) > 1 else ''}" if pages else ""
    heading = f" {plain(passage['heading'])}" if passage["heading"] else ""
    warning = f", {counted(passage['instructions'], 'sentence')} that instruct a model" if passage["instructions"] else ""
    kind = "" if passage["kind"] == "text" else f"{passage['kind']}, "
    return f"[{passage['position']}]{where}{heading} ({kind}{passage['tokens']} tokens{warning})"


def _reasons(records: Sequence[Record], state: str) -> list[Reason]:
    of_state = (each for each in records if each["state"] == state and each["reason"])
    return [Reason(each["reason"]["code"], each["reason"]["message"], each["name"]) for each in of_state]


def _table(records: Sequence[Record]) -> Iterator[str]:
    for each in sorted(records, key=lambda record: record["name"]):
        size = weight(each["bytes"] or 0)
        yield f"  {each['state']:<12}{_passages(each):>5} passages {size:>12}  {each['language'] or '':<3} {plain(each['name'])}"


def _folders(records: Sequence[Record]) -> Iterator[str]:
    for folder, inside in by_folder(records).items():
        states = Counter(each["state"] for each in inside)
        told = ", ".join(f"{states[state]:,} {state}" for state in STATES if states[state])
        yield f"  {plain(folder) or '(no folder)'}: {counted(len(inside), 'document')}: {told}"


def _passages(record: Record) -> int:
    return (record["passages"] or 0) if record["version"] else 0


def write(file: Path, content: Iterator[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in content)
