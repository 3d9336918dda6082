"""Traces in documents: what was read of each is looked through, and the document is listed, deleted, or stored again without the words."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import PROCESSED, holds_passages
from causeway.documents.ingestion.store import MissingObject
from causeway.documents.ingestion.uploads import object_key
from causeway.documents.readers.formats import EXTENSIONS, extension
from causeway.erasure.erasure import Action
from causeway.erasure.files import Changed, Files
from causeway.erasure.trace import IN_DOCUMENTS, Found, Outcome
from causeway.erasure.words import Words

AT_ONCE = 25
PLAIN = frozenset(("csv", "html", "markdown", "text"))  # formats whose files hold their words as they are
ON_THE_WAY = frozenset(("processing", "read", "deleting"))


class Documents:
    """Documents of a tenant that mention a person, or of which nobody knows whether they do; each is a unit, by its id."""

    name, is_settled = IN_DOCUMENTS, True

    def __init__(
        self,
        registry: Registry,
        passages: Files,
        uploads: Files,
        *,
        tenant: str,
        words: Words,
        action: Action,
        since: str | None,
        is_known: Callable[[str], bool],
    ) -> None:
        """passages, uploads: of the documents bucket and of the incoming bucket.

        since: ISO 8601; only documents that have changed since then are looked for, and of these only those that are not known.
        """
        self._registry, self._passages, self._uploads = registry, passages, uploads
        self._tenant, self._words, self._action, self._since, self._is_known = tenant, words, action, since, is_known

    def find(self, after: str | None) -> Found:
        records, following = self._page(after)
        there = [each for each in records if each.state != "deleted" and not (self._since and self._is_known(each.document_id))]
        return Found([each.document_id for each in there if self._mentions(each) is not False], following, len(records))

    def erase(self, unit: str) -> Outcome:
        record = self._registry.get(self._tenant, unit)
        if record is None or record.state in ON_THE_WAY:
            return "waiting"
        return self._done(record)

    def settle(self, unit: str) -> Outcome:
        """A document is done once what was read of its newest file mentions the person no more."""
        record = self._registry.get(self._tenant, unit)
        if record is None or record.state == "deleted":
            return "erased"
        if record.state in ON_THE_WAY or not self._is_newest(record):
            return "waiting"
        return self._done(record)

    def _done(self, record: Record) -> Outcome:
        mentions = self._mentions(record)
        if mentions is None:
            return "unreadable"
        if self._action == "list":
            return "listed" if mentions else "clean"
        if not mentions:
            return "erased"
        return self._deleted(record) if self._action == "delete" else self._redacted(record)

    def _is_newest(self, record: Record) -> bool:
        """Whether the row is about the newest file: its event may still be on its way."""
        try:
            return self._uploads.version(object_key(record.tenant, record.name)) == record.object_version
        except MissingObject:
            return False

    def _page(self, after: str | None) -> tuple[Sequence[Record], str | None]:
        if self._since is None:
            return self._registry.page(self._tenant, AT_ONCE, after)
        records, following, more = self._registry.changed(self._tenant, after or self._since, AT_ONCE)
        return records, following if more else None

    def _mentions(self, record: Record) -> bool | None:
        """None for a document of which nothing was read."""
        if self._words.mentioned(record.name) or self._words.mentioned(record.title or ""):
            return True
        read = self._read_of(record)
        return self._words.mentioned(read) if read else None

    def _read_of(self, record: Record) -> str:
        """What was read of its versions, passage after passage."""
        versions = {version for version in (record.current_version, record.pending_version) if version}
        keys = self._passages.keys(f"{PROCESSED}/{record.tenant}/{record.document_id}/") if versions else []
        texts: list[str] = []
        for key in keys:
            folder, _, file = key.rpartition("/")
            if holds_passages(file) and folder.endswith(tuple(f".{version}" for version in versions)):
                texts += self._texts(key)
        return "\n".join(texts)

    def _texts(self, key: str) -> list[str]:
        try:
            passages = list(passages_in(self._passages.read(key)[0]))
        except MissingObject:  # a newer run has taken its place
            return []
        return [part for passage in passages for part in (passage.title, passage.heading, passage.text) if part]

    def _deleted(self, record: Record) -> Outcome:
        """As DELETE /v1/documents does it."""
        self._registry.mark_deleting(record.tenant, record.document_id)
        self._uploads.delete(object_key(record.tenant, record.name))
        return "waiting"

    def _redacted(self, record: Record) -> Outcome:
        """The file is stored again without the words, and read like any upload."""
        if self._words.mentioned(record.name) or EXTENSIONS.get(extension(record.name)) not in PLAIN:
            return "by-hand"
        key = object_key(record.tenant, record.name)
        try:
            content, tag = self._uploads.read(key)
            said = content.decode("utf-8")
        except MissingObject:
            return "waiting"  # its deletion is on its way
        except UnicodeDecodeError:
            return "by-hand"
        redacted = self._words.erased(said)
        if redacted != said:
            with suppress(Changed):  # the newer file is looked at in its turn
                self._uploads.replace(key, redacted.encode(), tag)
            return "waiting"
        return "by-hand" if self._is_newest(record) else "waiting"
