"""What one user may read."""

from dataclasses import dataclass

ADMINS = "admins"  # the group whose members set a tenant's permissions
OFFICERS = "privacy-officers"  # the group whose members erase people and turn tokens back


@dataclass(frozen=True)
class Access:
    """One user's rights at one moment.

    closed: folders of the tenant that the user may not read, each with a slash at its end.
    groups: the user's. version: of the tenant's folders; it grows with every change of them.
    """

    closed: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    version: int = 0

    def may_read(self, name: str) -> bool:
        """Whether the document of this name is in no closed folder."""
        return not name.startswith(self.closed)

    @property
    def is_admin(self) -> bool:
        return ADMINS in self.groups

    @property
    def is_officer(self) -> bool:
        return OFFICERS in self.groups
