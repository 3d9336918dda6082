"""A domain in the deployment: its users, and its documents in place of those of an earlier domain."""

import json
from collections.abc import Callable
from pathlib import Path

from local import places
from local.app.domain import Domain, User
from local.app.people import Person, sign_in
from local.app.uploads import Library

ADDED = places.ACCOUNT / "domains.json"  # forgotten with the account that holds the documents


class Added:
    """Which documents the domains have added to which tenants: {domain: {tenant: [names]}}, kept in a file."""

    def __init__(self, file: Path = ADDED) -> None:
        self._file = file

    def read(self) -> dict[str, dict[str, list[str]]]:
        content: dict[str, dict[str, list[str]]] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return content

    def note(self, domain: Domain) -> None:
        """From now on the domain has its documents in all its tenants, and no other domain has any there."""
        others = {
            name: kept
            for name, tenants in self.read().items()
            if (kept := {tenant: names for tenant, names in tenants.items() if tenant not in domain.tenants})
        }
        self._write(others | {domain.folder.name: {tenant: document_names(domain, tenant) for tenant in domain.tenants}})

    def outdated(self, domain: Domain) -> dict[str, set[str]]:
        """By tenant of the domain, names of documents that some domain has added and this one lacks. Other tenants keep theirs."""
        found = {
            tenant: {name for tenants in self.read().values() for name in tenants.get(tenant, [])} - set(document_names(domain, tenant))
            for tenant in domain.tenants
        }
        return {tenant: names for tenant, names in found.items() if names}

    def _write(self, content: dict[str, dict[str, list[str]]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(content, indent=1))


def remove_outdated(
    domain: Domain,
    added: Added,
    sign_in: Callable[[User], Person] = sign_in,
    library: Callable[[Person], Library] = Library,
) -> int:
    """Delete what an earlier domain, or an earlier state of this one, has left in the domain's tenants. Returns how many there were."""
    outdated = added.outdated(domain)
    owners = domain.owners
    return sum(_remove(library(sign_in(owners[tenant])), names) for tenant, names in outdated.items())


def document_names(domain: Domain, tenant: str) -> list[str]:
    """Paths below the tenant's folder."""
    folder = domain.documents(tenant)
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def _remove(library: Library, names: set[str]) -> int:
    found = [identifier for identifier, record in library.records().items() if record["name"] in names and record["state"] != "deleting"]
    for identifier in found:
        library.remove(identifier)
    return len(found)
