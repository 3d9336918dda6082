"""The sample domain as `domains/bookshop/domain.yaml` describes it."""

from dataclasses import dataclass
from pathlib import Path

from local.console import Trouble
from local.settings import ROOT

FOLDER = ROOT / "domains" / "bookshop"


@dataclass(frozen=True)
class User:
    """A sample user and the tenant whose documents they see."""

    name: str
    tenant: str


@dataclass(frozen=True)
class Example:
    """A question to show, and who asks it."""

    user: str
    question: str


@dataclass(frozen=True)
class Domain:
    """users: at least one for each tenant; examples: what `make up` asks."""

    title: str
    users: tuple[User, ...]
    examples: tuple[Example, ...]
    folder: Path

    @classmethod
    def read(cls, folder: Path = FOLDER) -> "Domain":
        import yaml

        content = yaml.safe_load((folder / "domain.yaml").read_text())
        return cls(
            title=content["title"],
            users=tuple(User(each["name"], each["tenant"]) for each in content["users"]),
            examples=tuple(Example(each["as"], each["question"]) for each in content["examples"]),
            folder=folder,
        )

    def user(self, name: str) -> User:
        """Raises Trouble that lists the known ones."""
        for user in self.users:
            if user.name == name:
                return user
        raise Trouble(f"There is no user {name}; AS is one of {', '.join(user.name for user in self.users)}.")

    def documents(self, tenant: str) -> Path:
        """The folder of a tenant's documents; a path below it is a document's name."""
        return self.folder / "documents" / tenant
