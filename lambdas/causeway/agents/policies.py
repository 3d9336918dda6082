"""Cedar policies as the files of a domain hold them. Each is checked by itself, so that a fault is told with its file and line."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cedarpy import PolicySet, policies_to_json_str, validate_policies

NAME = re.compile(r'^[ \t]*@id\("([^"]*)"\)', re.MULTILINE)  # with which every policy begins
UNNAMED = 'every policy begins with its name, @id("...")'
OF_CEDAR = re.compile(r"^\[\w+\] for policy `\w+`, ")  # by its place, which says nothing beside file, line and name


@dataclass(frozen=True)
class Policy:
    """A policy as it is written. line: from 1. name: "" for what comes before the first policy of a file."""

    file: str
    line: int
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}".removesuffix(": ")

    def faults(self, schema: str) -> Sequence[str]:
        try:
            found = len(PolicySet.from_str(self.text))
        except ValueError as error:
            return [f"not Cedar: {error}"]
        if found != (1 if self.name else 0):
            return [UNNAMED]
        return [OF_CEDAR.sub("", str(each)) for each in validate_policies(self.text, schema).errors] if found else []


def faults_in(files: Mapping[str, str], schema: str) -> Sequence[str]:
    """What is wrong with policies, each fault with file, line and policy; empty when nothing is.

    files: Cedar's text by the file's name. schema: Cedar's, as JSON.
    """
    policies = [each for file, text in files.items() for each in _policies(file, text)]
    faults = [f"{each}: {fault}" for each in policies for fault in each.faults(schema)]
    return [*faults, *_twice(policies)]


def permitted(text: str, actions: Iterable[str]) -> frozenset[str]:
    """Those of the actions that some policy permits to somebody, whoever that may be. text: Cedar's, valid."""
    known, found = frozenset(actions), set[str]()
    for policy in json.loads(policies_to_json_str(text))["staticPolicies"].values():
        if policy["effect"] == "permit":
            found |= _actions(policy["action"], known)
    return known & found


def _actions(scope: Mapping[str, Any], known: frozenset[str]) -> frozenset[str]:
    """scope: of Cedar's JSON: every action, one, or a list; of actions there are no groups here."""
    if scope["op"] == "All":
        return known
    return frozenset(each["id"] for each in scope.get("entities", [scope.get("entity")]) if each)


def _policies(file: str, text: str) -> Sequence[Policy]:
    named = list(NAME.finditer(text))
    starts = [0, *(each.start() for each in named), len(text)]
    names = ["", *(each[1] for each in named)]
    return [
        Policy(file, text.count("\n", 0, start) + 1, name, text[start:end])
        for name, start, end in zip(names, starts, starts[1:], strict=False)
    ]


def _twice(policies: Iterable[Policy]) -> Sequence[str]:
    count = Counter(each.name for each in policies if each.name)
    return [f"{each}: there is another policy of this name" for each in policies if count[each.name] > 1]
