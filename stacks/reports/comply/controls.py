"""Which controls of which standard the rules and tests meet, which nobody meets, and what no rule looks at."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from stacks.reports.comply.review import Finding, Review
from stacks.reports.comply.rules import Rule, rules

HERE = Path(__file__).resolve().parent
STANDARDS = ("nist", "hipaa", "pci", "cis", "soc2")
LAST_PART = re.compile(r"(\.[^.()]+|\([^()]*\)|[a-z]+)$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Standard(_Strict):
    """controls: number → title. pack: whose rules name its controls. moved: number in the pack's edition → numbers in this one.

    elsewhere: beginning of numbers → who has to meet these, since no template can. absent: beginning of numbers → types that they are
    about, and that no template may have.
    """

    name: str
    pack: str = ""
    elsewhere: dict[str, str] = {}
    absent: dict[str, list[str]] = {}
    moved: dict[str, list[str]] = Field({}, alias="from")
    controls: dict[str, str]

    def control(self, number: str) -> str | None:
        """The control that `number` is, or is a part of: `AU-2b` is part of AU-2, 10.2.1.3 of 10.2."""
        while number and number not in self.controls:
            number, cut = LAST_PART.subn("", number)
            if not cut:
                return None
        return number or None

    def whose(self, number: str, types: Collection[str]) -> str:
        """Who has to meet a control that no template can; empty when it is ours. types: those of the templates."""
        who = [who for start, who in self.elsewhere.items() if _begins(number, start)]
        absent = [alike for start, alike in self.absent.items() if _begins(number, start) and not set(alike) & set(types)]
        return next(iter([*who, *(f"nobody: there is no {' and no '.join(alike)}" for alike in absent)]), "")


def _begins(number: str, start: str) -> bool:
    """10.1 begins with 10 and not with 1."""
    return re.match(rf"{re.escape(start)}(?!\d)", number) is not None


class Held(_Strict):
    """What tests of ours hold. types: of resources that they look at. stack: theirs, if not every environment has it.

    The rest: controls of each standard.
    """

    holds: str
    tests: list[str]
    types: list[str] = []
    stack: str = ""
    nist: list[str] = []
    hipaa: list[str] = []
    pci: list[str] = []
    cis: list[str] = []
    soc2: list[str] = []

    def applies(self, reviewed: Review) -> bool:
        """Whether its templates have anything of what the tests look at: where there is no trail, none serves a control."""
        there = any(name.endswith(self.stack) for name in reviewed.templates)
        return there and (not self.types or not _types(reviewed).keys().isdisjoint(self.types))


class Controls(_Strict):
    """controls.yaml; its head says what the keys are."""

    tests: list[Held]
    rules: dict[str, dict[str, list[str]]]
    plain: dict[str, str]


@dataclass(frozen=True)
class Looked:
    """What a rule found: resources of its types, how many of them have a finding that is acknowledged, and how many one that is open."""

    rule: Rule
    resources: int
    accepted: int
    open: int

    @property
    def in_order(self) -> int:
        return self.resources - self.accepted - self.open


@dataclass
class Row:
    """One control. parts: the finer numbers that rules and tests name."""

    number: str
    title: str
    rules: list[Looked] = field(default_factory=list)
    tests: list[Held] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    whose: str = ""

    @property
    def met(self) -> bool:
        """By a test, or by a rule that found at least one resource in order; and no finding is open."""
        return not self.open and (bool(self.tests) or any(each.in_order > 0 for each in self.rules))

    @property
    def open(self) -> int:
        return sum(each.open for each in self.rules)

    @property
    def accepted(self) -> int:
        return sum(each.accepted for each in self.rules)


@dataclass(frozen=True)
class Matrix:
    """beyond: controls that rules name and the list of the standard does not have."""

    standard: Standard
    rows: tuple[Row, ...]
    beyond: tuple[str, ...]

    @property
    def missing(self) -> list[Row]:
        """Those that are ours and nobody meets."""
        return [row for row in self.rows if not row.met and not row.whose]


@dataclass(frozen=True)
class Unseen:
    """A type that no rule names. held: by tests of ours. plain: why there is nothing to hold."""

    type: str
    resources: int
    held: tuple[Held, ...]
    plain: str


@cache
def declared() -> Controls:
    return Controls.model_validate(yaml.safe_load((HERE / "controls.yaml").read_text()))


@cache
def standard(key: str) -> Standard:
    return Standard.model_validate(yaml.safe_load((HERE / "standards" / f"{key}.yaml").read_text()))


def matrices(reviewed: Review) -> list[Matrix]:
    looked = list(_looked(reviewed))
    return [_matrix(key, looked, reviewed) for key in STANDARDS]


def unseen(reviewed: Review) -> list[Unseen]:
    """Each type of the templates that no rule of the packs names."""
    given, packs = declared(), _ours(reviewed.packs)
    return [
        Unseen(type, number, tuple(each for each in given.tests if type in each.types), given.plain.get(type, ""))
        for type, number in sorted(_types(reviewed).items())
        if not any(rule.looks_at(type) for rule in packs)
    ]


def faults(found: Iterable[Unseen]) -> Iterator[str]:
    """A sentence for each type that neither a rule nor a test of ours looks at."""
    for each in found:
        if not each.held and not each.plain:
            yield (
                f"no rule and no test looks at {each.type}: name in stacks/reports/comply/controls.yaml the tests that hold it, "
                "or why there is nothing to hold"
            )


def _looked(reviewed: Review) -> Iterator[Looked]:
    """Each rule of the packs that looked at something."""
    types, accepted, still_open = _types(reviewed), _paths(reviewed.acknowledged), _paths(reviewed.open)
    for rule in _ours(reviewed.packs):
        number = sum(each for type, each in types.items() if rule.looks_at(type))
        if number:
            yield Looked(rule, number, len(accepted[rule.id] - still_open[rule.id]), len(still_open[rule.id]))


def _paths(findings: Iterable[Finding]) -> Mapping[str, set[str]]:
    """Rule → the constructs that it has something against."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        found[finding.rule.partition("[")[0]].add(finding.path)
    return found


def _ours(packs: Sequence[str]) -> list[Rule]:
    return [rule for rule in rules().values() if rule.pack in packs]


def _types(reviewed: Review) -> Counter[str]:
    return Counter(str(each["Type"]) for template in reviewed.templates.values() for each in template.get("Resources", {}).values())


def _matrix(key: str, looked: Iterable[Looked], reviewed: Review) -> Matrix:
    its, types = standard(key), _types(reviewed)
    rows = {number: Row(number, title, whose=its.whose(number, types)) for number, title in its.controls.items()}
    beyond = set()
    for each in looked:
        for number in _numbers(key, its, each.rule):
            if control := its.control(number):
                row = rows[control]
                row.parts.add(number)
                if each not in row.rules:
                    row.rules.append(each)
            else:
                beyond.add(number)
    for held in (each for each in declared().tests if each.applies(reviewed)):
        for number in getattr(held, key):
            row = rows[_known(its, number)]
            row.parts.add(number)
            if held not in row.tests:
                row.tests.append(held)
    return Matrix(its, tuple(rows.values()), tuple(sorted(beyond)))


def _numbers(key: str, its: Standard, rule: Rule) -> list[str]:
    """What a rule serves: as its pack says it, moved into the edition of this list, or as controls.yaml says it of a rule of any pack."""
    own = [new for number in rule.controls for new in its.moved.get(number, [number])] if rule.pack == its.pack else []
    return [*own, *declared().rules.get(rule.name, {}).get(key, [])]


def _known(its: Standard, number: str) -> str:
    control = its.control(number)
    if control is None:
        raise ValueError(f"controls.yaml: {its.name} has no control {number}")
    return control
