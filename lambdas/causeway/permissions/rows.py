"""Rows of the permissions table: one with all folders of a tenant, and one for each user who is in a group."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

FOLDERS = "folders"
MEMBER = "member#"

Row = Mapping[str, Any]


class PermissionItem(TypedDict, total=False):
    """item: `folders`, or `member#` with the user's name in the user pool. groups: of that user.

    folders: the groups that may read each restricted folder. version: of the folders, grows with every change.
    Data class: restricted; tenant, version: internal; folders: confidential.
    """

    tenant: str
    item: str
    folders: Mapping[str, Sequence[str]]
    groups: Sequence[str]
    version: int


def folders_key(tenant: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "item": {"S": FOLDERS}}


def member_key(tenant: str, user: str) -> dict[str, Any]:
    """user: as the user pool names the person, in whatever case."""
    return {"tenant": {"S": tenant}, "item": {"S": f"{MEMBER}{user.casefold()}"}}


def user_of(row: Row) -> str:
    return str(row["item"]["S"]).removeprefix(MEMBER)


def groups_of(row: Row) -> frozenset[str]:
    return frozenset(_texts(row.get("groups")))


def readers_of(row: Row) -> dict[str, Sequence[str]]:
    """The groups that may read each restricted folder. An entry that cannot be read has none: its folder is closed to everybody."""
    return {folder: _texts(readers) for folder, readers in row.get("folders", {}).get("M", {}).items()}


def version_of(row: Row) -> int:
    return int(row.get("version", {}).get("N", 0))


def listed(texts: Sequence[str]) -> dict[str, Any]:
    """A list of texts as DynamoDB takes it."""
    return {"L": [{"S": text} for text in texts]}


def _texts(value: Any) -> list[str]:
    return [entry["S"] for entry in (value or {}).get("L", []) if "S" in entry]
