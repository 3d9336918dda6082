"""Who may read which folder, set as in AWS: the first administrator by the operator, everything else by that administrator."""

from typing import Any
from urllib.parse import quote

from local.app.api import call
from local.app.aws import client, parameter
from local.app.domain import Domain, User
from local.app.people import Person, sign_in


def settle(domain: Domain) -> None:
    """Groups and restricted folders of the domain's tenants are those of the domain. A tenant without administrator has none."""
    for tenant, admin in domain.admins.items():
        make_admin(admin, client("dynamodb"), parameter("data/permissions-table"))
        person = sign_in(admin)
        for user in domain.users:
            if user.tenant == tenant:
                _put(person, "/v1/members", {"user": user.name, "groups": list(user.groups)})
        _restrict(person, {each.folder: each.readers for each in domain.folders if each.tenant == tenant})


def make_admin(user: User, tables: Any, table: str) -> None:
    """As docs/operations/deploying.md does it; the user's further groups are set by the API."""
    groups = {"L": [{"S": group} for group in user.groups]}
    tables.put_item(TableName=table, Item={"tenant": {"S": user.tenant}, "item": {"S": f"member#{user.name.casefold()}"}, "groups": groups})


def _restrict(admin: Person, folders: dict[str, tuple[str, ...]]) -> None:
    """These folders, and no others that an earlier domain has restricted."""
    there = call("GET", "/v1/folders", admin).require("Permissions cannot be read")["folders"]
    for folder in {each["folder"] for each in there} - {f"{folder}/" for folder in folders}:
        call("DELETE", f"/v1/folders?folder={quote(folder, safe='')}", admin).require("A folder cannot be opened")
    for folder, readers in folders.items():
        _put(admin, "/v1/folders", {"folder": folder, "readers": list(readers)})


def _put(admin: Person, path: str, body: dict[str, Any]) -> None:
    call("PUT", path, admin, body).require("Permissions cannot be set")
