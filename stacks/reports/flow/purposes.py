"""What the pictures call functions, stores and services: `purposes.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from stacks.reports.templates import Resource

FILE = Path(__file__).with_name("purposes.yaml")
OF_A_HASH = 8


@dataclass(frozen=True)
class Purposes:
    """functions: name of each → purpose. stores: `stack/id` likewise. services: prefix of actions → name. pictures: title → purposes."""

    functions: Mapping[str, str]
    stores: Mapping[str, str]
    services: Mapping[str, str]
    everywhere: tuple[str, ...]
    pictures: Mapping[str, tuple[str, ...]]

    def function(self, name: str, stack: str) -> str:
        return self.functions.get(name, f"Functions of {stack}")

    def store(self, resource: Resource, prefix: str) -> str:
        """prefix: of the names of stacks."""
        stack = resource.stack.removeprefix(prefix)
        return self.stores.get(f"{stack}/{resource.id[:-OF_A_HASH]}", f"Stores of {stack}")


@cache
def purposes() -> Purposes:
    raw = yaml.safe_load(FILE.read_text())

    def turned(section: str) -> dict[str, str]:
        return {member: purpose for purpose, members in raw[section].items() for member in members}

    pictures = {title: tuple(members) for title, members in raw["pictures"].items()}
    return Purposes(turned("functions"), turned("stores"), raw["services"], tuple(raw["everywhere"]), pictures)
