"""A memory that brings conversations back from the archive when their users return."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from causeway.conversations.archive import Archive
from causeway.conversations.conversation import Conversation, Message
from causeway.conversations.items import session_key, text
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Erased, Memory, no_session
from causeway.conversations.rebuilding import bring_back, completed, revive, revived
from causeway.conversations.transaction import ERASING, Lifetimes, Tables, update, write
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure, record_rebuild
from causeway.runtime.tables import Overtaken

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 3  # before each of which another writer was faster


class ArchivedMemory(Memory):
    """What `Memory` raises, and the same of the dependency "storage" when a conversation is nowhere but in the archive."""

    def __init__(
        self,
        client: "DynamoDBClient",
        tables: Tables,
        dependency: Dependency,
        lifetimes: Lifetimes | None,
        archive: Callable[[], Archive],
    ) -> None:
        """archive: is called at the first need of it, for few requests have one."""
        super().__init__(client, tables, dependency, lifetimes)
        self._archive = archive

    def get_conversation_history(self, owner: Owner, session_id: str, deadline: Deadline | None = None) -> Conversation:
        """As `Memory` has it; turns that have expired are brought back if the archive has them. An archive that fails ends no
        conversation of which the table knows anything.
        """
        for _ in range(ATTEMPTS):
            known = self._found(owner, session_id, deadline)
            try:
                if known is None:
                    return self._revived(owner, session_id, deadline)
                return self._completed(owner, known, deadline) if known.missing else known
            except Overtaken:
                continue
            except DependencyError as failure:
                if known is None:
                    raise
                record_failure(failure)
                return known
        raise no_session()

    def messages(self, owner: Owner, session_id: str) -> list[tuple[int, Message]]:
        """Every turn that is in the table or in the archive, by number."""
        archived = self._archive().read(owner, session_id)
        return sorted({**(archived.turns if archived else {}), **dict(super().messages(owner, session_id))}.items())

    def erase(self, owner: Owner, session_id: str) -> Erased:
        """As `Memory` has it, with its archive. From its beginning on nothing brings the conversation back."""
        self._mark_erasing(owner, session_id)
        erased = self._erase_items(owner, session_id)
        archived = self._archive().erase(owner, session_id)
        return Erased(self._erase_row(owner, session_id) or erased.there or archived, erased.facts)

    def erase_archives(self, owner: Owner) -> int:
        """Everything of the owner that is in the archive, listed or not."""
        return self._archive().erase_all(owner)

    def _mark_erasing(self, owner: Owner, session_id: str) -> None:
        """The owner's list then says so, until everything is gone."""
        marked = update(self._tables.sessions, session_key(owner, session_id), {"state": text(ERASING)})
        with suppress(Overtaken):  # it is not in the list
            self._dependency.call(lambda: write(self._client, [marked]))

    def _completed(self, owner: Owner, known: Conversation, deadline: Deadline | None) -> Conversation:
        whole = completed(known, self._archive().read(owner, known.session_id, deadline))
        items = bring_back(self._tables, owner, known, whole, self._lifetimes)
        self._dependency.call(lambda: write(self._client, items), deadline)
        if whole.rebuilt:
            record_rebuild(whole.rebuilt)
        return whole

    def _revived(self, owner: Owner, session_id: str, deadline: Deadline | None) -> Conversation:
        archived = self._archive().read(owner, session_id, deadline)
        if archived is None:
            raise no_session()
        whole = revived(archived)
        items = revive(self._tables, owner, whole, archived.created_at, self._lifetimes)
        self._dependency.call(lambda: write(self._client, items), deadline)
        record_rebuild(whole.rebuilt)
        return whole
