"""A review as text for a person: where it comes from, a table, open findings, acknowledgments by reason, and what each rule asks."""

import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from stacks.reports.comply.review import Acknowledged, Finding, Review
from stacks.reports.egress import report as egress

TOP = Path(__file__).resolve().parents[3]


def report(reviewed: Review) -> str:
    """The whole text; its last lines say why the review proves nothing, if so."""
    lines = [
        f"{reviewed.environment}: {reviewed.resources} resources",
        f"{origin()}; cdk-nag {version('cdk-nag')}, aws-cdk-lib {version('aws-cdk-lib')}",
        "",
        *_table(reviewed),
        "",
        "Open findings" if reviewed.open else "No open finding",
        *(f"  {finding.rule}\n    {finding.path}\n    {finding.text}" for finding in reviewed.open),
        "",
        "Acknowledged findings",
        *_by_reason(reviewed.acknowledged),
        "",
        "Acknowledged of the CDK's own checks",
        *_by_reason(reviewed.own),
        "",
        *egress.lines(reviewed.egress),
        "",
        "What the acknowledged rules ask",
        *(f"  {rule}: {text}" for rule, text in sorted(_texts(reviewed.acknowledged).items())),
        "",
        *(f"This review proves nothing: {fault}" for fault in reviewed.faults),
    ]
    return "\n".join(lines).rstrip()


def origin() -> str:
    """The commit that was reviewed, and whether files differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return f"commit {git('rev-parse', '--short', 'HEAD')}" + (" with uncommitted changes" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "no commit known: this is no git repository"


def _table(reviewed: Review) -> list[str]:
    rows = [
        f"{pack:<18}{reviewed.shown:>7}{_count(reviewed.open, pack):>7}{_count(reviewed.acknowledged, pack):>14}" for pack in reviewed.packs
    ]
    return [f"{'rule pack':<18}{'shown':>7}{'open':>7}{'acknowledged':>14}", *rows]


def _count(findings: Sequence[Finding], pack: str) -> int:
    return sum(finding.rule.startswith(f"{pack}-") for finding in findings)


def _by_reason(findings: Iterable[Finding | Acknowledged]) -> list[str]:
    """Each reason, and below it a line for each construct with its rules."""
    grouped: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        grouped[finding.reason][finding.path].append(finding.rule)
    return [
        line
        for reason, paths in sorted(grouped.items())
        for line in (f"  {reason}", *(f"    {path}: {', '.join(rules)}" for path, rules in sorted(paths.items())))
    ]


def _texts(findings: Iterable[Finding]) -> dict[str, str]:
    """Rule without its detail → the pack's text."""
    return {finding.rule.partition("[")[0]: finding.text for finding in findings}
