"""`python -m stacks.reports.comply ENV`: the rule packs over one environment, as a security reviewer wants to see them.

Prints a table, every open finding and every acknowledgment with its reason. Exits with 1 when a finding is open, when a pack is not
registered, or when the packs were shown another number of resources than the templates hold.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cdk_nag import NagPack

from stacks.application import PACKS, Causeway
from stacks.environment import InvalidEnvironment
from stacks.reports.assembly import synthesized


@dataclass(frozen=True)
class Finding:
    """A rule and one resource or construct it concerns; `reason` is empty while the finding is open."""

    rule: str
    path: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Review:
    """What the packs say of one environment."""

    environment: str
    packs: tuple[str, ...]
    resources: int
    checked: int
    open: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]

    @property
    def faults(self) -> list[str]:
        """Why the review itself proves nothing, if so."""
        missing = len(PACKS) - len(self.packs)
        return [
            *([f"{missing} of {len(PACKS)} rule packs are not registered"] if missing else []),
            *(["the templates hold no resource"] if not self.resources else []),
            *([f"the packs saw {self.checked} resources, the templates hold {self.resources}"] if self.checked != self.resources else []),
        ]


def review(environment: str) -> Review:
    """Synthesize an environment and run each registered pack over it. Raises InvalidEnvironment."""
    with synthesized(environment) as assembly:
        packs = assembly.app.packs
        return Review(
            environment=environment,
            packs=tuple(pack.read_pack_name for pack in packs),
            resources=len(assembly.resources()),
            checked=_resources_in_tree(assembly.folder),
            open=tuple(finding for pack in packs for finding in _open(pack, assembly.app)),
            acknowledged=tuple(sorted(_acknowledged(assembly.folder), key=lambda finding: (finding.reason, finding.rule))),
        )


def _open(pack: NagPack, app: Causeway) -> Iterator[Finding]:
    for violation in pack.validate_scope(app).violations:
        for resource in violation.violating_resources:
            yield Finding(violation.rule_name, resource.construct_path or "", violation.description)


def _acknowledged(folder: Path) -> Iterator[Finding]:
    for file in sorted(folder.glob("*.metadata.json")):
        for path, entries in json.loads(file.read_text()).items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    for rule, reason in entry["data"].items():
                        yield Finding(rule.removeprefix("Annotation::"), path.removeprefix("/"), "", reason)


def _resources_in_tree(folder: Path) -> int:
    """Resources in the construct tree that the packs walk."""
    nodes, found = [json.loads((folder / "tree.json").read_text())["tree"]], 0
    while nodes:
        node = nodes.pop()
        custom = node.get("constructInfo", {}).get("fqn") == "aws-cdk-lib.CfnResource"
        found += custom or "aws:cdk:cloudformation:type" in node.get("attributes", {})
        nodes.extend(node.get("children", {}).values())
    return found


def report(reviewed: Review) -> str:
    """The review as text: table, open findings, acknowledgments grouped by reason."""
    lines = [
        f"{reviewed.environment}: {reviewed.resources} resources",
        "",
        f"{'rule pack':<18}{'checked':>9}{'open':>7}{'acknowledged':>14}",
    ]
    for pack in reviewed.packs:
        counts = (_count(reviewed.open, pack), _count(reviewed.acknowledged, pack))
        lines.append(f"{pack:<18}{reviewed.checked:>9}{counts[0]:>7}{counts[1]:>14}")
    lines += ["", "Open findings" if reviewed.open else "No open finding"]
    lines += [f"  {finding.rule}\n    {finding.path}\n    {finding.text}" for finding in reviewed.open]
    lines += ["", "Acknowledged"]
    for reason, findings in _by_reason(reviewed.acknowledged).items():
        lines += [f"  {reason}", *(f"    {line}" for line in findings)]
    return "\n".join([*lines, "", *(f"This review proves nothing: {fault}" for fault in reviewed.faults)]).rstrip()


def _count(findings: Sequence[Finding], pack: str) -> int:
    return sum(finding.rule.startswith(f"{pack}-") for finding in findings)


def _by_reason(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Reason → one line per construct with its rules."""
    grouped: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        grouped[finding.reason][finding.path].append(finding.rule)
    return {reason: [f"{path}: {', '.join(rules)}" for path, rules in paths.items()] for reason, paths in grouped.items()}


def main(arguments: Sequence[str]) -> int:
    """Print the review of the environment named by the one argument; 0 when nothing is open, else 1."""
    if len(arguments) != 1:
        print("usage: python -m stacks.reports.comply ENV", file=sys.stderr)
        return 2
    try:
        reviewed = review(arguments[0])
    except InvalidEnvironment as error:
        print(error, file=sys.stderr)
        return 1
    print(report(reviewed))
    return 1 if reviewed.open or reviewed.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
