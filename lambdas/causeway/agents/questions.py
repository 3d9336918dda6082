"""Questions of a tenant's users, as a tool reads them: with the rights of the user for whom the agent acts."""

from datetime import UTC, datetime, timedelta

from causeway.conversations.keys import Owner
from causeway.permissions.permissions import Permissions
from causeway.reviews.unanswered import Unanswered
from causeway.runtime.deadlines import Deadline


class QuestionsOf:
    def __init__(self, unanswered: Unanswered, permissions: Permissions, owner: Owner) -> None:
        self._unanswered, self._permissions, self._owner = unanswered, permissions, owner

    def unanswered(self, hours: int, deadline: Deadline) -> list[str]:
        """As `Questions.unanswered`."""
        tenant, access = self._owner.tenant, self._permissions.of(self._owner.tenant, self._owner.name, deadline)
        moment = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds")
        return list(self._unanswered.since(tenant, moment, access, deadline))
