"""All that `make comply` says of one environment, and its figures."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from stacks.constructs.reasons import OBJECTS, REASONS, Reason
from stacks.reports.comply import controls
from stacks.reports.comply.controls import Matrix, Unseen
from stacks.reports.comply.encryption import Encryption, encryption
from stacks.reports.comply.review import Finding, Review
from stacks.reports.comply.roles import Role, Totals, roles, totals
from stacks.reports.pages import origin
from stacks.reports.templates import Templates

LARGEST_STACK, LARGEST_TEMPLATE = 500, 1_000_000  # resources, bytes: "AWS CloudFormation quotas"
MOST_ACKNOWLEDGMENTS, MOST_REASONS = 40, 15  # in prod, acknowledgments beside those for object prefixes


@dataclass(frozen=True)
class Stack:
    """sha256: of what CloudFormation acts on. size: bytes of the template."""

    name: str
    resources: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Acceptance:
    """One construct and one reason, with every rule that is accepted there."""

    path: str
    reason: Reason
    here: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """goal: what it should not exceed; None where there is no goal."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None


@dataclass(frozen=True)
class Dossier:
    """made_from: commit. versions: name of a package → version."""

    review: Review
    made_from: str
    versions: Mapping[str, str]
    stacks: tuple[Stack, ...]
    acceptances: tuple[Acceptance, ...]
    matrices: tuple[Matrix, ...]
    unseen: tuple[Unseen, ...]
    roles: tuple[Role, ...]
    totals: Totals
    encryption: Encryption

    @property
    def faults(self) -> list[str]:
        return [*self.review.faults, *controls.faults(self.unseen)]

    @property
    def reasons(self) -> list[Reason]:
        return list({each.reason.key: each.reason for each in self.acceptances}.values())

    @property
    def figures(self) -> list[Figure]:
        """Those that the platform is held to."""
        by_prefix = sum(each.reason is OBJECTS for each in self.acceptances)
        largest = max(self.stacks, key=lambda each: each.resources)
        longest = max(self.stacks, key=lambda each: each.size)
        return [
            Figure("resources", self.review.resources),
            Figure(f"resources of the largest stack, {largest.name}", largest.resources, goal=LARGEST_STACK),
            Figure(f"bytes of the longest template, {longest.name}", longest.size, goal=LARGEST_TEMPLATE),
            Figure("seconds of synthesis in one process", round(self.review.seconds, 1)),
            Figure("open findings", len(self.review.open), goal=0),
            Figure("acknowledged findings", len(self.review.acknowledged)),
            Figure("acknowledgments, beside object prefixes", len(self.acceptances) - by_prefix, goal=MOST_ACKNOWLEDGMENTS),
            Figure("acknowledgments of object prefixes", by_prefix),
            Figure("reasons", len(self.reasons), goal=MOST_REASONS),
            Figure("roles", len(self.roles)),
            Figure("IAM statements that allow", self.totals.statements),
            Figure("of them on every resource", self.totals.everything),
            Figure("of them with a wildcard anywhere", self.totals.with_wildcards),
            Figure("of them with a wildcard in an action", self.totals.actions_with_wildcards, goal=0),
        ]


def dossier(reviewed: Review) -> Dossier:
    templates = Templates(reviewed.templates)
    every = roles(templates)
    return Dossier(
        review=reviewed,
        made_from=origin(),
        versions={name: version(name) for name in ("cdk-nag", "aws-cdk-lib")},
        stacks=tuple(_stacks(reviewed.templates)),
        acceptances=tuple(_acceptances(reviewed)),
        matrices=tuple(controls.matrices(reviewed)),
        unseen=tuple(controls.unseen(reviewed)),
        roles=tuple(every),
        totals=totals(templates),
        encryption=encryption(templates, every),
    )


def fingerprint(template: Mapping[str, Any]) -> str:
    """SHA-256 of a template as canonical JSON, without the metadata that CloudFormation does not act on: paths of the building machine
    are in it."""
    resources = {
        id: {name: value for name, value in resource.items() if name != "Metadata"}
        for id, resource in template.get("Resources", {}).items()
    }
    acted_on = {name: value for name, value in template.items() if name != "Metadata"} | {"Resources": resources}
    return hashlib.sha256(json.dumps(acted_on, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _stacks(templates: Mapping[str, Mapping[str, Any]]) -> Iterator[Stack]:
    for name, template in templates.items():
        yield Stack(name, len(template.get("Resources", {})), len(json.dumps(template, indent=1)), fingerprint(template))


def _acceptances(reviewed: Review) -> Iterator[Acceptance]:
    """By reason and construct; those whose reason nobody knows are faults of the review."""
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in reviewed.acknowledged:
        if finding.by and finding.by.reason:
            grouped[finding.by.reason.key, finding.by.path].append(finding)
    for (key, path), findings in sorted(grouped.items()):
        here = dict.fromkeys(finding.by.here for finding in findings if finding.by)
        yield Acceptance(path, REASONS[key], " ".join(here), tuple(sorted(finding.rule for finding in findings)))
