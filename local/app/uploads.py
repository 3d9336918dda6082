"""Documents into the deployment by its own API, and what becomes of them."""

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.app.api import call, post_form
from local.app.people import Person
from local.console import Trouble

AT_ONCE = 4
SETTLED = ("ready", "quarantined", "failed")
LISTED = "/v1/documents"

Record = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file, the name it is to have, and whose it is to be."""

    file: Path
    name: str
    owner: Person

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the file."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Placed:
    """An upload that is stored; at: when, as the API writes times."""

    document_id: str
    object_version: str
    at: str

    def is_settled_by(self, record: Record | None) -> bool:
        """Whether the document's record tells what became of this very upload."""
        if record is None or record["state"] not in SETTLED or record["updated_at"] < self.at:
            return False
        return record["object_version"] in (self.object_version, None)


@dataclass(frozen=True)
class Outcome:
    """What became of a document: state is one of SETTLED or "refused"; reason is empty unless it cannot be asked about."""

    upload: Upload
    state: str
    reason: str = ""
    passages: int = 0


def uploads_of(path: Path, owner: Person) -> list[Upload]:
    """A file under its own name, or a folder's files under their paths in it; hidden files, and links out of the folder, are left out.

    Raises Trouble when there is nothing to upload.
    """
    if path.is_file():
        return [Upload(path, path.name, owner)]
    inside = path.resolve()
    names = sorted(file.relative_to(path) for file in path.rglob("*") if file.is_file() and file.resolve().is_relative_to(inside))
    seen = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    if not seen:
        raise Trouble(f"{path} is no file, and no folder with files in it.")
    return [Upload(path / name, name.as_posix(), owner) for name in seen]


def not_there_yet(uploads: Sequence[Upload]) -> list[Upload]:
    """Those that the deployment does not hold, ready, with the content that the file has now."""
    records = {(owner, record["name"]): record for owner, documents in _listed(uploads).items() for record in documents.values()}

    def is_there(upload: Upload) -> bool:
        record = records.get((upload.owner, upload.name), {})
        return record.get("state") == "ready" and record.get("content_hash") == upload.digest

    return [upload for upload in uploads if not is_there(upload)]


def add(uploads: Sequence[Upload], progress: Callable[[int, int], None], seconds: float = 900) -> list[Outcome]:
    """Upload all and wait until each is settled. progress: hears how many are settled, of how many.

    Raises Trouble when not all are settled after that many seconds.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tried = list(zip(pool.map(upload_one, uploads), uploads, strict=True))
    waiting = {placed: upload for placed, upload in tried if isinstance(placed, Placed)}
    outcomes = [refused for refused, _ in tried if isinstance(refused, Outcome)]
    deadline = time.monotonic() + seconds
    while waiting:
        _give_up_after(deadline, waiting.values())
        outcomes += _settled(waiting)
        progress(len(outcomes), len(uploads))
        time.sleep(0.7 if waiting else 0)
    return outcomes


def upload_one(upload: Upload) -> Placed | Outcome:
    """Ask the API for a place and put the file there; the outcome "refused" when either takes it not."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    reply = call("POST", LISTED, upload.owner, {"name": upload.name, "bytes": upload.file.stat().st_size})
    if reply.status >= 300:
        return Outcome(upload, "refused", reply.said)
    place = reply.body
    stored = post_form(place["upload"]["url"], place["upload"]["fields"], upload.file.read_bytes())
    if stored.status >= 300:
        return Outcome(upload, "refused", "".join(re.findall("<Message>(.*?)</Message>", stored.text)) or stored.text)
    return Placed(place["document_id"], stored.headers["x-amz-version-id"], now)


def listed(owner: Person) -> dict[str, Record]:
    """All documents of the owner's tenant by id, as the API lists them."""
    found: dict[str, Record] = {}
    query = ""
    while True:
        page = call("GET", LISTED + query, owner).require("The documents cannot be listed")
        found |= {document["document_id"]: document for document in page["documents"]}
        if not page.get("next"):
            return found
        query = f"?after={page['next']}"


def _listed(uploads: Iterable[Upload]) -> dict[Person, dict[str, Record]]:
    return {owner: listed(owner) for owner in {upload.owner for upload in uploads}}


def _settled(waiting: dict[Placed, Upload]) -> list[Outcome]:
    """Take what is settled by now out of `waiting`."""
    now = _listed(waiting.values())
    outcomes = []
    for placed, upload in list(waiting.items()):
        record = now[upload.owner].get(placed.document_id)
        if record and placed.is_settled_by(record):
            outcomes.append(_outcome(waiting.pop(placed), record))
    return outcomes


def _outcome(upload: Upload, record: Record) -> Outcome:
    reason = record.get("reason") or {}
    return Outcome(upload, record["state"], reason.get("message", ""), record.get("passages") or 0)


def _give_up_after(deadline: float, waiting: Iterable[Upload]) -> None:
    if time.monotonic() > deadline:
        names = ", ".join(upload.name for upload in waiting)
        raise Trouble(f"These documents are still on their way: {names}. What happened to them: make logs")
