"""What a sync of a folder has to do: what is new, changed, renamed and gone, compared with the documents that are there."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.app.synced import Synced
from local.app.uploads import SEARCHABLE, Record, Upload
from local.console import Trouble

# With the same bytes, nothing is to be done: it can be searched, will be, another says the same, or it was refused for what it is.
SETTLED_WITH_ITS_BYTES = (*SEARCHABLE, "duplicate", "processing", "read", "quarantined")
MANY = 10  # deletions, that are half of all: more are asked about

ELSEWHERE = "another content was uploaded under this name since"
UNKNOWN = "what it holds is not known yet; a later sync decides"
NOT_SEEN = "whether its file is gone cannot be seen"
NOT_TAKEN = "its file is still there, and is skipped"


@dataclass
class Plan:
    """renamed: the former name, and the file under its new one. gone: names of documents to be deleted. contents: digests of all files.

    refused: files that are as they were when they were refused. kept: names that are no longer synced, with the reason why the document
    stays. over: names of which neither file nor document is there. strangers: documents of the tenant that this folder never had.
    """

    new: list[Upload] = field(default_factory=list)
    changed: list[Upload] = field(default_factory=list)
    renamed: list[tuple[str, Upload]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: list[Upload] = field(default_factory=list)
    refused: list[Upload] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    strangers: int = 0
    contents: dict[str, str] = field(default_factory=dict)

    @property
    def uploads(self) -> list[Upload]:
        return [*self.new, *self.changed, *(upload for _, upload in self.renamed)]

    @property
    def deletions(self) -> list[str]:
        return [*self.gone, *(former for former, _ in self.renamed)]


def planned(folder: Path, files: Sequence[Upload], records: Iterable[Record], synced: Synced, again: bool = False) -> Plan:
    """files: of the folder. again: upload also what is there already, unchanged."""
    there = {record["name"]: record for record in records}
    plan = Plan()
    for upload in files:
        _sort_in(plan, upload, there.get(upload.kept_as), again)
    names = {upload.kept_as for upload in files}
    for name in sorted(synced.known.keys() - names):
        _miss(plan, folder, name, there.get(name), synced)
    plan.strangers = len(there.keys() - names - synced.known.keys())
    _find_renamed(plan, there)
    return plan


def refuse_many_deletions(plan: Plan, known: int) -> None:
    """Raises Trouble when so many of the known documents would go that something else may be wrong."""
    count = len(plan.gone)
    if count > MANY and 2 * count > known:
        raise Trouble(
            f"{count:,} of {known:,} documents of this folder would be deleted, because their files are gone. "
            "DRY=1 lists them. If that is meant, give FORCE=1."
        )


def _sort_in(plan: Plan, upload: Upload, record: Record | None, again: bool) -> None:
    try:
        digest = upload.digest()
    except OSError:
        plan.new.append(upload)  # its upload says why the file cannot be read
        return
    plan.contents[upload.kept_as] = digest
    if record is None or record["state"] == "deleting":
        plan.new.append(upload)
    elif again or record["content_hash"] != digest or record["state"] not in SETTLED_WITH_ITS_BYTES:
        plan.changed.append(upload)
    else:
        (plan.refused if record["state"] == "quarantined" else plan.unchanged).append(upload)


def _miss(plan: Plan, folder: Path, name: str, record: Record | None, synced: Synced) -> None:
    """A name that earlier syncs had and the folder no longer has."""
    why = _why_not_gone(folder / name)
    if record is None or record["state"] == "deleting":
        plan.over.append(name)
    elif why or not synced.holds(name, record["content_hash"]):
        plan.kept.append((name, why or (ELSEWHERE if record["content_hash"] else UNKNOWN)))
    else:
        plan.gone.append(name)


def _why_not_gone(file: Path) -> str:
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        return NOT_SEEN
    return NOT_TAKEN


def _find_renamed(plan: Plan, there: Mapping[str, Record]) -> None:
    """A new file with the bytes of one that is gone was renamed."""
    former: dict[str, list[str]] = defaultdict(list)
    for name in plan.gone:
        former[there[name]["content_hash"] or ""].append(name)
    for upload in list(plan.new):
        digest = plan.contents.get(upload.kept_as)
        if digest and former[digest]:
            name = former[digest].pop(0)
            plan.renamed.append((name, upload))
            plan.new.remove(upload)
            plan.gone.remove(name)
