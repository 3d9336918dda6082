"""Traces in documents: what was read of each is looked through, and the document is listed, deleted, or stored again without the words."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from causeway.documents.ingestion.lines import passages_in
from causeway.documents.ingestion.record import Record
from causeway.documents.ingestion.registry import Registry
from causeway.documents.ingestion.runs import PROCESSED, holds_passages, sealed_beside
from causeway.documents.ingestion.store import MissingObject
from causeway.documents.ingestion.uploads import object_key
from causeway.documents.personal import TOKENISED
from causeway.documents.readers.formats import EXTENSIONS, extension
from causeway.erasure.erasure import Action
from causeway.erasure.files import Changed, Files
from causeway.erasure.trace import IN_DOCUMENTS, Found, Outcome
from causeway.erasure.words import Words
from causeway.safety.personal.tokens import SEALED, NotOfThisToken, Tokens

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
        tokens: Callable[[], Tokens],
        since: str | None,
        is_known: Callable[[str], bool],
    ) -> None:
        """passages, uploads: of the documents bucket and of the incoming bucket. tokens: the tenant's.

        since: ISO 8601; only documents that have changed since then are looked for, and of these only those that are not known.
        """
        self._registry, self._passages, self._uploads = registry, passages, uploads
        self._tenant, self._words, self._action, self._since, self._is_known = tenant, words, action, since, is_known
        self._tokens = tokens

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
        """None for a document of which nothing was read, which was read without data that are not kept elsewhere, or whose
        tokens are of a key that is no longer there.
        """
        if self._words.mentioned(record.name) or self._words.mentioned(record.title or ""):
            return True
        try:
            read = self._read_of(record)
        except NotOfThisToken:
            return None
        if read and self._words.mentioned(read):
            return True
        return self._is_in_the_file(record) if _is_redacted(record) else False if read else None

    def _is_in_the_file(self, record: Record) -> bool | None:
        """What was left out of the passages still stands there. None for a file whose words are not plain to see."""
        if not _is_plain(record):
            return None
        try:
            return self._words.mentioned(self._uploads.read(object_key(record.tenant, record.name))[0].decode("utf-8"))
        except MissingObject:
            return False
        except UnicodeDecodeError:
            return None

    def _read_of(self, record: Record) -> str:
        """What was read of its versions, passage after passage, and what tokens in them stand for."""
        versions = {version for version in (record.current_version, record.pending_version) if version}
        keys = self._passages.keys(f"{PROCESSED}/{record.tenant}/{record.document_id}/") if versions else []
        texts: list[str] = []
        for key in keys:
            folder, _, file = key.rpartition("/")
            if holds_passages(file) and folder.endswith(tuple(f".{version}" for version in versions)):
                texts += self._texts(key)
                texts += self._values(sealed_beside(key)) if sealed_beside(key) in keys else []
        return "\n".join(texts)

    def _values(self, key: str) -> list[str]:
        try:
            sealed = SEALED.validate_json(self._passages.read(key)[0])
        except MissingObject:
            return []
        return [self._tokens().opened(token, each) for token, each in sealed.items()]

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
        if self._words.mentioned(record.name) or not _is_plain(record):
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


def _is_plain(record: Record) -> bool:
    return EXTENSIONS.get(extension(record.name)) in PLAIN


def _is_redacted(record: Record) -> bool:
    """Whether personal data were left out that no token stands for."""
    tallies = record.report.tallies if record.report else ()
    return any(each.part == "personal data" and each.left_out and not each.why.startswith(TOKENISED) for each in tallies)
