"""What a team brings, as `domains/NAME/domain.yaml` describes it, and which of the domains is deployed here."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import places
from local.console import Trouble
from local.settings import ROOT

DOMAINS = ROOT / "domains"
SAMPLE = "bookshop"
BOOKSHOP = DOMAINS / SAMPLE
CHOSEN = places.STATE / "domain"
ADMINS, APPROVERS, OFFICERS, REVIEWERS = "admins", "approvers", "privacy-officers", "reviewers"


@dataclass(frozen=True)
class User:
    """A sample user, the tenant whose documents they see, the groups by which folders are read, and how much they may ask."""

    name: str
    tenant: str
    groups: tuple[str, ...] = ()
    tier: str = "prime"


@dataclass(frozen=True)
class Folder:
    """A folder of a tenant's documents that only some groups may read."""

    tenant: str
    folder: str
    readers: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A question to show, and the name of the user who asks it."""

    user: str
    question: str


@dataclass(frozen=True)
class Domain:
    """users: at least one for each tenant. folders: those that not everybody may read. examples: what `make up` asks, may be empty."""

    title: str
    users: tuple[User, ...]
    examples: tuple[Example, ...]
    folder: Path
    folders: tuple[Folder, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> "Domain":
        """Raises Trouble that names the file and what it lacks."""
        domain = cls._of(_content(folder / "domain.yaml"), folder)
        domain._check()
        return domain

    @classmethod
    def _of(cls, content: Mapping[str, Any], folder: Path) -> "Domain":
        try:
            users = tuple(User(str(each["name"]), str(each["tenant"]), _texts(each.get("groups"))) for each in content["users"])
            closed = content.get("folders") or ()
            folders = tuple(Folder(str(each["tenant"]), str(each["folder"]), _texts(each["readers"])) for each in closed)
            examples = tuple(Example(str(each["as"]), str(each["question"])) for each in content.get("examples") or ())
            return cls(title=str(content["title"]), users=users, examples=examples, folder=folder, folders=folders)
        except KeyError as missing:
            raise Trouble(f"{folder / 'domain.yaml'} lacks {missing}; domains/README.md shows what it holds.") from missing
        except TypeError as wrong:
            raise Trouble(f"{folder / 'domain.yaml'} has another shape than domains/README.md shows.") from wrong

    def _check(self) -> None:
        if not self.users:
            raise Trouble(f"{self.folder / 'domain.yaml'} names no user; each tenant needs one.")
        for user in self.users:
            if not self.documents(user.tenant).is_dir():
                raise Trouble(f"{self.documents(user.tenant)} is missing: it holds the documents of {user.name}'s tenant {user.tenant}.")
        for example in self.examples:
            self.user(example.user)
        for tenant in {folder.tenant for folder in self.folders} - self.admins.keys():
            raise Trouble(
                f"{self.folder / 'domain.yaml'} restricts a folder of {tenant}, and no user of {tenant} is in the group {ADMINS}."
            )

    def user(self, name: str) -> User:
        """Raises Trouble that lists the known ones."""
        for user in self.users:
            if user.name == name:
                return user
        known = ", ".join(user.name for user in self.users)
        raise Trouble(f"There is no user {name} in {self.folder.name}; AS is one of {known}.")

    @property
    def owners(self) -> Mapping[str, User]:
        """The first user of each tenant, who adds its documents."""
        return {user.tenant: user for user in reversed(self.users)}

    @property
    def admins(self) -> Mapping[str, User]:
        """The first administrator of each tenant that has one."""
        return {user.tenant: user for user in reversed(self.users) if ADMINS in user.groups}

    @property
    def tenants(self) -> frozenset[str]:
        return frozenset(user.tenant for user in self.users)

    def documents(self, tenant: str) -> Path:
        """The folder of a tenant's documents; a path below it is a document's name."""
        return self.folder / "documents" / tenant


def named(name: str, domains: Path = DOMAINS) -> Domain:
    """The domain in the folder of that name. Raises Trouble that lists those there are."""
    there = sorted(file.parent.name for file in domains.glob("*/domain.yaml"))
    if name not in there:
        raise Trouble(f"There is no domain {name}; DOMAIN is one of {', '.join(there)}. domains/README.md says how to bring another.")
    return Domain.read(domains / name)


def current(chosen: Path = CHOSEN) -> Domain:
    """The domain that DOMAIN names, else the one that `make up` deployed last, else the sample."""
    return named(os.environ.get("DOMAIN") or deployed(chosen).name)


def deployed(chosen: Path = CHOSEN) -> Path:
    """The folder of the domain that `make up` deployed last, else of the sample."""
    return DOMAINS / ((chosen.read_text().strip() if chosen.exists() else "") or SAMPLE)


def choose(domain: Domain, chosen: Path = CHOSEN) -> None:
    """Commands without DOMAIN use this domain from now on."""
    chosen.parent.mkdir(parents=True, exist_ok=True)
    chosen.write_text(f"{domain.folder.name}\n")


def asking() -> User:
    """The user that AS names, or the first of the current domain."""
    domain = current()
    name = os.environ.get("AS")
    return domain.user(name) if name else domain.users[0]


def reviewing() -> User:
    """The user that AS names, or the first of the current domain who is a reviewer. Raises Trouble when there is none."""
    return _one_of(REVIEWERS, "reviewer")


def approving() -> User:
    """As `reviewing`, of those who approve what teams have made."""
    return _one_of(APPROVERS, "approver")


def erasing() -> User:
    """As `reviewing`, of those who erase people."""
    return _one_of(OFFICERS, "privacy officer")


def _one_of(group: str, who: str) -> User:
    domain = current()
    if name := os.environ.get("AS"):
        return domain.user(name)
    found = next((user for user in domain.users if group in user.groups), None)
    if found is None:
        raise Trouble(f"{domain.folder.name} has no {who}: give a user of domain.yaml `groups: [{group}]` and run make up.")
    return found


def _texts(values: Sequence[object] | None) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError("a list is wanted, not a text")
    return tuple(map(str, values or ()))


def _content(file: Path) -> Mapping[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Trouble(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise Trouble(f"{file} has another shape than domains/README.md shows.")
    return content
