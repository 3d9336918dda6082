"""Step: look what the user may read, now."""

from causeway.answering.turn import Turn
from causeway.permissions.permissions import Permissions


class Permit:
    """Puts the user's access into the turn, right before the search. When it cannot be read, the turn fails: nothing is searched for."""

    name = "permit"

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions

    def __call__(self, turn: Turn) -> None:
        turn.access = self._permissions.of(turn.tenant, turn.user_name, turn.deadline)
        turn.notes |= {"closed_folders": len(turn.access.closed), "permissions_version": turn.access.version}
