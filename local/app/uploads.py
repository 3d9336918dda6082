"""Documents of one user, put into the deployment and looked up by the app's own API."""

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from local.app.api import Reply, call, post_form, put_file
from local.app.domain import User
from local.app.people import Person, sign_in
from local.console import Trouble

LISTED = "/v1/documents"
SEARCHABLE = ("ready", "partial")
SETTLED = (*SEARCHABLE, "duplicate", "quarantined", "failed", "deleting", "deleted")
FEW = 20  # documents that are asked for one by one rather than by a list of all
ATTEMPTS, PAUSE = 4, 1.0  # of an upload that the API cannot take now; seconds before the second attempt, doubled for each later one

Record = dict[str, Any]
Ask = Callable[[str, str, Any], Reply]
Put = Callable[[str, bytes], Reply]
Post = Callable[[str, dict[str, str], bytes], Reply]


@dataclass(frozen=True)
class Upload:
    """A file, the name it is to have, and the user it is to belong to."""

    file: Path
    name: str
    owner: Person

    @property
    def kept_as(self) -> str:
        """The name under which the API keeps it; as it is, where the API would refuse it."""
        from causeway.documents.names import clean_name

        try:
            return clean_name(self.name)
        except ValueError:
            return self.name

    def digest(self) -> str:
        """Hex SHA-256 of the file. Raises OSError."""
        with self.file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


@dataclass(frozen=True)
class Placed:
    """An upload that is stored. at: when, in the API's format of times."""

    document_id: str
    object_version: str
    at: str

    def is_settled_by(self, record: Record | None) -> bool:
        """Whether the document's record says what became of this very upload."""
        if record is None or record["state"] not in SETTLED or record["updated_at"] < self.at:
            return False
        return record["object_version"] in (self.object_version, None)


@dataclass(frozen=True)
class Outcome:
    """What became of an upload.

    state: one of SETTLED, or "refused" when the document was not taken at all. Quarantined and refused documents are
    the uploader's to mend; "failed" is a fault on our side.
    code, reason: why the state is not ready. report: the rows of the reading's report.
    unchanged: it was there already. replaced: a document of the same name with other content was there.
    """

    upload: Upload
    state: str
    code: str = ""
    reason: str = ""
    passages: int = 0
    report: tuple[Record, ...] = ()
    unchanged: bool = False
    replaced: bool = False

    @property
    def is_searchable(self) -> bool:
        return self.state in SEARCHABLE

    @property
    def is_duplicate(self) -> bool:
        """Whether answers use another document that says the same."""
        return self.state == "duplicate"

    @property
    def is_refused(self) -> bool:
        return self.state in ("quarantined", "refused")


class Library:
    """The documents of one user's tenant."""

    def __init__(
        self,
        owner: Person,
        ask: Ask | None = None,
        post: Post = post_form,
        put: Put = put_file,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """ask: sends method, path and body to the API as the owner. post: sends a form. put: stores a file.

        pause: waits for so many seconds.
        """
        user, self._tenant = User(owner.name, owner.tenant), owner.tenant
        self._ask = ask or (lambda method, path, body: call(method, path, sign_in(user), body))
        self._post, self._store, self._pause = post, put, pause
        self._files: dict[str, Path] = {}
        self._lock = threading.Lock()

    def place(self, upload: Upload) -> Placed | Outcome:
        """Ask the API for a place and put the file there; an Outcome when the file is not taken."""
        try:
            size = upload.file.stat().st_size
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            asked = self._patiently(lambda: self._ask("POST", LISTED, {"name": upload.name, "bytes": size}))
            if asked.status >= 300:
                return _not_taken(upload, asked, asked.said)
            if taken := self._taken_by_another(asked.body["document_id"], upload):
                return Outcome(upload, "refused", "same_name", taken)
            form, content = asked.body["upload"], upload.file.read_bytes()
        except OSError as error:
            return _unreadable(upload, error)
        stored = self._patiently(lambda: self._post(form["url"], form["fields"], content))
        return self._placed(upload, stored, asked.body["document_id"], now)

    def _placed(self, upload: Upload, stored: Reply, document_id: str, at: str) -> Placed | Outcome:
        if stored.status >= 300:
            return _not_taken(upload, stored, "".join(re.findall("<Message>(.*?)</Message>", stored.text)) or stored.text)
        return Placed(document_id, stored.headers["x-amz-version-id"], at)

    def place_all(self, uploads: Sequence[Upload]) -> list[Placed | Outcome]:
        """As `place`, for at most 100 files at once; they do not delay what people upload one by one."""
        sizes = {upload: _size(upload) for upload in uploads}
        places = iter(self._places([(upload, size) for upload, size in sizes.items() if isinstance(size, int)]))
        return [size if isinstance(size, Outcome) else self._put(upload, size, next(places)) for upload, size in sizes.items()]

    def _places(self, wanted: Sequence[tuple[Upload, int]]) -> Sequence[Record | None]:
        """What the API answers for each; None where it does not take them together, as for one name that it does not allow."""
        documents = [{"name": upload.name, "bytes": size} for upload, size in wanted]
        asked = self._patiently(lambda: self._ask("POST", "/v1/uploads", {"documents": documents})) if wanted else None
        return asked.body["uploads"] if asked and asked.status < 300 else [None] * len(wanted)

    def _put(self, upload: Upload, size: int, place: Record | None) -> Placed | Outcome:
        if place is None:
            return self.place(upload)
        if place["refused"]:
            return Outcome(upload, "refused", place["refused"]["code"], place["refused"]["message"])
        if taken := self._taken_by_another(place["document_id"], upload):
            return Outcome(upload, "refused", "same_name", taken)
        try:
            content = upload.file.read_bytes()
        except OSError as error:
            return _unreadable(upload, error)
        if len(content) != size:
            return self.place(upload)  # it has changed since it was asked for
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._placed(upload, self._patiently(lambda: self._store(place["url"], content)), place["document_id"], now)

    def records(self, state: str = "") -> dict[str, Record]:
        """All documents of the tenant by id, or those in one state. Raises Trouble."""
        found: dict[str, Record] = {}
        for page in self._pages(LISTED, {"state": state} if state else {}, "The documents cannot be listed"):
            found |= {document["document_id"]: document for document in page["documents"]}
        return found

    def named(self, name: str) -> Record | None:
        """The document of exactly that name. Raises Trouble."""
        try:
            return self._at(name)
        except ValueError as error:
            raise Trouble(f"No document has such a name: it {error}.") from error

    def known(self, names: Collection[str]) -> dict[str, Record]:
        """The documents of these names that exist, by name, and perhaps others. Raises Trouble.

        A library may hold millions: a few are asked for by name.
        """
        if len(names) > FEW:
            return {record["name"]: record for record in self.records().values()}
        found: dict[str, Record] = {}
        for name in names:
            with contextlib.suppress(ValueError):  # no document can have that name
                found |= {name: record} if (record := self._at(name)) else {}
        return found

    def _at(self, name: str) -> Record | None:
        from causeway.documents.ingestion.identity import document_id
        from causeway.documents.names import clean_name

        reply = self._ask("GET", f"{LISTED}/{document_id(self._tenant, clean_name(name))}", None)
        return None if reply.status == 404 else reply.require("The document cannot be read")

    def pictures(self, document_id: str) -> list[Record]:
        """A document's pictures, each with an address that shows it for some minutes. Raises Trouble."""
        reply = self._ask("GET", f"{LISTED}/{document_id}/pictures", None)
        return list(reply.require("The pictures cannot be listed")["pictures"])

    def passages(self, document_id: str) -> list[Record]:
        """Pages of a document's passages, at least one. Raises Trouble."""
        return list(self._pages(f"{LISTED}/{document_id}/passages", {}, "The passages cannot be listed"))

    def _pages(self, path: str, query: dict[str, str], what: str) -> Iterator[Record]:
        after: dict[str, str] = {}
        while True:
            asked = urlencode(query | after)
            page = self._ask("GET", f"{path}?{asked}" if asked else path, None).require(what)
            yield page
            if not page.get("next"):
                return
            after = {"after": page["next"]}

    def changes(self, since: datetime) -> dict[str, Record]:
        """Documents of the tenant that changed since then, by id. Raises Trouble."""
        found: dict[str, Record] = {}
        place = since.astimezone(UTC).isoformat(timespec="milliseconds")
        while True:
            asked = f"/v1/changes?since={quote(place)}"
            page = self._ask("GET", asked, None).require("The documents cannot be listed")
            found |= {document["document_id"]: document for document in page["documents"]}
            if not page["more"]:
                return found
            place = page["next"]

    def remove(self, document_id: str) -> None:
        """Delete the document; that it is gone already is no error. Raises Trouble."""
        reply = self._ask("DELETE", f"{LISTED}/{document_id}", None)
        if reply.status != 404:
            reply.require("A document cannot be deleted")

    def _taken_by_another(self, document_id: str, upload: Upload) -> str:
        """Why the document must not be replaced: another file of this run has it; else empty."""
        with self._lock:
            first = self._files.setdefault(document_id, upload.file)
        return "" if first == upload.file else f"The API keeps {first.name} under the same name. Rename one of them."

    def _patiently(self, request: Callable[[], Reply]) -> Reply:
        """The reply, asked for again while the API is too busy, fails or does not answer. Raises Trouble when it never answers."""
        for attempt in range(ATTEMPTS - 1):
            with contextlib.suppress(Trouble):
                reply = request()
                if reply.status < 500 and reply.status != 429:
                    return reply
            self._pause(PAUSE * 2**attempt)
        return request()


def outcome(upload: Upload, record: Record, unchanged: bool = False) -> Outcome:
    """What a settled record says of the upload."""
    reason = record.get("reason") or {}
    told = reason.get("code", ""), reason.get("message", "")
    if record["state"] in ("deleting", "deleted"):
        return Outcome(upload, "refused", "deleted", "It was deleted while it was being added.")
    if record["state"] not in SEARCHABLE:
        return Outcome(upload, record["state"], *told, unchanged=unchanged)  # passages and report, if any, are those of an earlier version
    return Outcome(upload, record["state"], *told, record.get("passages") or 0, tuple(record.get("report") or ()), unchanged)


def _size(upload: Upload) -> int | Outcome:
    try:
        return upload.file.stat().st_size
    except OSError as error:
        return _unreadable(upload, error)


def _unreadable(upload: Upload, error: OSError) -> Outcome:
    return Outcome(upload, "refused", "unreadable", f"The file cannot be read here: {error.strerror}.")


def _not_taken(upload: Upload, reply: Reply, said: str) -> Outcome:
    """Refused by a 4xx that says why; failed on our side by anything else."""
    problem = reply.body.get("type", "") if isinstance(reply.body, dict) else ""
    is_refusal = 400 <= reply.status < 500 and reply.status not in (401, 403, 429)
    return Outcome(upload, "refused" if is_refusal else "failed", str(problem).rpartition(":")[2] or str(reply.status), said)
