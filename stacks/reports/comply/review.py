"""What the rule packs find in one environment, and which acknowledgment answers each finding."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cdk_nag import NagPack

from stacks.application import PACKS, CheckedApp
from stacks.constructs.nag import value_of
from stacks.constructs.reasons import REASONS, Reason
from stacks.constructs.settings import Common
from stacks.environment import Environment
from stacks.reports.assembly import Assembly, synthesized
from stacks.reports.comply.residency import Residency, residency
from stacks.reports.egress.review import EgressReview, egress

KEYED = re.compile(r"(?P<key>[a-z-]+): (?P<here>.*)", re.DOTALL)
SETTING = re.compile(r"(?P<key>[a-z_]+(\.[a-z_]+)*)=(?P<value>.*?): ")


@dataclass(frozen=True)
class Acknowledged:
    """A rule that is accepted on one construct and all below it; `written` as the templates say it, `key of the reason: sentence`."""

    rule: str
    path: str
    written: str

    @property
    def reason(self) -> Reason | None:
        """None when the catalogue has no such reason."""
        return REASONS.get(match["key"]) if (match := KEYED.match(self.written)) else None

    @property
    def here(self) -> str:
        """What is said of this construct."""
        return match["here"] if (match := KEYED.match(self.written)) else self.written

    @property
    def for_what(self) -> tuple[str, str, str]:
        """Rule, construct and reason, whatever the sentence says."""
        return self.rule, self.path, self.reason.key if self.reason else self.written

    def answers(self, finding: "Finding") -> bool:
        return self.rule == finding.rule and f"{finding.path}/".startswith(f"{self.path}/")


@dataclass(frozen=True)
class Finding:
    """A rule, the resource it concerns, and the rule's text; `by` is None while nobody has acknowledged the finding."""

    rule: str
    path: str
    text: str
    by: Acknowledged | None = None


@dataclass(frozen=True)
class Review:
    """What the packs say of one environment.

    shown: resources that the packs were shown. own: acknowledgments of the CDK's own checks, which are no pack's.
    silent: acknowledgments that answer no finding. untrue: sentences about reasons that the environment contradicts. egress: where packets
    can go. residency: what leaves the region. templates: by the name of their stacks. types: construct path → type of the resource.
    seconds: synthesis with packs took so long.
    """

    environment: str
    packs: tuple[str, ...]
    resources: int
    shown: int
    open: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]
    egress: EgressReview = field(default_factory=EgressReview)
    residency: Residency = field(default_factory=Residency)
    own: tuple[Acknowledged, ...] = ()
    silent: tuple[Acknowledged, ...] = ()
    untrue: tuple[str, ...] = ()
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    today: date = field(default_factory=date.today)

    @property
    def faults(self) -> list[str]:
        """Why the review itself proves nothing, if so."""
        missing = len(PACKS) - len(self.packs)
        return [
            *([f"{missing} of {len(PACKS)} rule packs are not registered"] if missing else []),
            *(["the templates hold no resource"] if not self.resources else []),
            *([f"the packs saw {self.shown} resources, the templates hold {self.resources}"] if self.shown != self.resources else []),
            *(f"an acknowledgment answers no finding: {each.rule} on {each.path}" for each in self.silent),
            *(f"an acknowledgment is on a whole stack: {each.rule} on {each.path}" for each in self._wide),
            *self.untrue,
            *self.residency.faults,
            *outdated([each.by for each in self.acknowledged if each.by], self.today),
        ]

    @property
    def _wide(self) -> list[Acknowledged]:
        return list(dict.fromkeys(each.by for each in self.acknowledged if each.by and "/" not in each.by.path))


def review(environment: str) -> Review:
    """Synthesize an environment with its acknowledgments and without, and run each pack over both. Raises InvalidEnvironment."""
    with synthesized(environment, acknowledge=False) as bare:
        every = [finding for pack in bare.app.packs for finding in _findings(pack, bare.app)]
    started = time.monotonic()
    with synthesized(environment) as assembly:
        seconds = time.monotonic() - started
        packs = assembly.app.packs
        still_open = tuple(finding for pack in packs for finding in _findings(pack, assembly.app))
        given = list(_acknowledgments(assembly.folder))
        names = tuple(pack.read_pack_name for pack in packs)
        types = _types(assembly.folder)
        ours = [each for each in given if each.rule.startswith(names)]
        proved = _egress(assembly)
        acknowledged = tuple(answered(every, still_open, ours))
        return Review(
            environment=environment,
            packs=names,
            resources=len(assembly.resources()),
            shown=len(types),
            open=unanswered(every, still_open, ours),
            acknowledged=acknowledged,
            egress=proved,
            residency=_residency(assembly, proved),
            own=tuple(each for each in given if each not in ours),
            silent=tuple(idle(ours, acknowledged)),
            untrue=tuple(untrue(given, assembly.settings)),
            templates=assembly.templates(),
            types=types,
            seconds=seconds,
        )


def _egress(assembly: Assembly) -> EgressReview:
    """The pipeline has no network of its own."""
    if isinstance(assembly.settings, Environment):
        return egress(assembly.settings, assembly.templates())
    return EgressReview(assembly.settings.name)


def _residency(assembly: Assembly, proved: EgressReview) -> Residency:
    """The pipeline holds no data of users."""
    if isinstance(assembly.settings, Environment):
        return residency(assembly.settings, assembly.templates(), proved)
    return Residency()


def _findings(pack: NagPack, app: CheckedApp) -> Iterator[Finding]:
    for violation in pack.validate_scope(app).violations:
        for resource in violation.violating_resources:
            yield Finding(violation.rule_name, resource.construct_path or "", violation.description)


def _acknowledgments(folder: Path) -> Iterator[Acknowledged]:
    """Each once: two statements that need the same one give it twice."""
    seen = set()
    for file in sorted(folder.glob("*.metadata.json")):
        for path, entries in json.loads(file.read_text()).items():
            for entry in (each for each in entries if each["type"] == "aws:cdk:acknowledged-rules"):
                for rule, reason in entry["data"].items():
                    seen.add(Acknowledged(rule.removeprefix("Annotation::"), path.removeprefix("/"), reason))
    yield from sorted(seen, key=lambda each: (each.written, each.path, each.rule))


def answered(every: Iterable[Finding], still_open: Sequence[Finding], given: Sequence[Acknowledged]) -> Iterator[Finding]:
    """The findings that are open no more, each once, with the acknowledgment given nearest to it.

    Two statements of one policy may need the same finding for the same reason: the acknowledgment then has both sentences.
    """
    for finding in dict.fromkeys(each for each in every if each not in still_open):
        answers = [each for each in given if each.answers(finding)]
        if answers:
            yield Finding(finding.rule, finding.path, finding.text, _nearest(answers))


def _nearest(answers: Sequence[Acknowledged]) -> Acknowledged:
    first = max(answers, key=lambda each: len(each.path))
    alike = [each.here for each in answers if each.for_what == first.for_what]
    return Acknowledged(first.rule, first.path, f"{first.reason.key}: {' '.join(alike)}") if first.reason else first


def unanswered(every: Iterable[Finding], still_open: Iterable[Finding], given: Sequence[Acknowledged]) -> tuple[Finding, ...]:
    """The findings that are open, and those that are open no more although no acknowledgment answers them."""
    gone = (finding for finding in every if not any(each.answers(finding) for each in given))
    return tuple(dict.fromkeys([*still_open, *gone]))


def idle(given: Iterable[Acknowledged], acknowledged: Iterable[Finding]) -> Iterator[Acknowledged]:
    """The acknowledgments that answer no finding, or none that another does not answer nearer to it."""
    needed = {finding.by.for_what for finding in acknowledged if finding.by}
    yield from (each for each in given if each.for_what not in needed)


def untrue(given: Iterable[Acknowledged], environment: Common) -> Iterator[str]:
    """A sentence for each acknowledgment that begins with a setting, as in `search.zones=1: ...`, and names another value than is set."""
    for here in dict.fromkeys(each.here for each in given):
        if match := SETTING.match(here):
            actual = _value(environment, match["key"])
            if actual != match["value"]:
                yield f"an acknowledgment says {match['key']}={match['value']}; {environment.name} has {actual}"


def _value(environment: Common, key: str) -> str:
    try:
        return value_of(environment, key)
    except AttributeError:
        return "no such setting"


def outdated(given: Sequence[Acknowledged], today: date) -> Iterator[str]:
    """A sentence for each reason that the catalogue lacks, or that somebody should have looked at again before today."""
    for each in given:
        if each.reason is None:
            yield f"stacks/constructs/reasons.py has no reason for {each.rule} on {each.path}: {each.written}"
    for reason in dict.fromkeys(each.reason for each in given if each.reason):
        if reason.review < today:
            yield f"the {reason.owner} was to look at the reason {reason.key} again by {reason.review}, and give it a new date or end it"


def _types(folder: Path) -> dict[str, str]:
    """Construct path → type, of each resource of the construct tree that the packs walk."""
    nodes, found = [json.loads((folder / "tree.json").read_text())["tree"]], {}
    while nodes:
        node = nodes.pop()
        type = node.get("attributes", {}).get("aws:cdk:cloudformation:type")
        if type or node.get("constructInfo", {}).get("fqn") == "aws-cdk-lib.CfnResource":
            found[node["path"]] = type or ""
        nodes.extend(node.get("children", {}).values())
    return found
