"""Traces that are conversations, reviews and rights of a user."""

from causeway.conversations.archive import Archive
from causeway.conversations.keys import Owner
from causeway.conversations.returning import ArchivedMemory
from causeway.erasure.trace import Found, Outcome
from causeway.permissions.administration import Administration
from causeway.reviews.store import Reviews

AT_ONCE = 50


class Archives:
    """Conversations in the archive. They go before those in the tables: what is listed nowhere is found as well."""

    name, is_settled = "archived-conversations", False

    def __init__(self, archive: Archive, owner: Owner) -> None:
        self._archive, self._owner = archive, owner

    def find(self, after: str | None) -> Found:
        keys = self._archive.keys(self._owner, after)
        return Found(keys, keys[-1] if keys else None)

    def erase(self, unit: str) -> Outcome:
        self._archive.erase_key(unit)
        return "erased"

    def settle(self, unit: str) -> Outcome:
        return self.erase(unit)


class Conversations:
    """Conversations with their summaries and what they said of their user."""

    name, is_settled = "conversations", False

    def __init__(self, memory: ArchivedMemory, owner: Owner) -> None:
        self._memory, self._owner = memory, owner

    def find(self, after: str | None) -> Found:
        rows, following = self._memory.sessions(self._owner, AT_ONCE, after)
        return Found([row["session_id"]["S"] for row in rows], following)

    def erase(self, unit: str) -> Outcome:
        self._memory.erase(self._owner, unit)
        return "erased"

    def settle(self, unit: str) -> Outcome:
        return self.erase(unit)


class Answers:
    """Refusals, answers in doubt and appeals, with what people decided of them."""

    name, is_settled = "reviews", False

    def __init__(self, reviews: Reviews, owner: Owner) -> None:
        self._reviews, self._owner = reviews, owner

    def find(self, after: str | None) -> Found:
        units, following, looked_at = self._reviews.ids_of(self._owner, after)
        return Found(units, following, looked_at)

    def erase(self, unit: str) -> Outcome:
        self._reviews.withdraw(self._owner, unit)
        return "erased"

    def settle(self, unit: str) -> Outcome:
        return self.erase(unit)


class Membership:
    """The groups of a user, by name."""

    name, is_settled = "groups", False

    def __init__(self, administration: Administration, tenant: str, user: str) -> None:
        self._administration, self._tenant, self._user = administration, tenant, user

    def find(self, after: str | None) -> Found:
        return Found(["groups"] if self._administration.is_member(self._tenant, self._user) else [])

    def erase(self, unit: str) -> Outcome:
        self._administration.enrol(self._tenant, self._user, [])
        return "erased"

    def settle(self, unit: str) -> Outcome:
        return self.erase(unit)
