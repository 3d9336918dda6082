"""What `make comply` prints: where the review comes from, findings by pack, open findings, reasons, controls and figures."""

from collections import Counter
from collections.abc import Iterator, Sequence

from stacks.reports.comply import residency
from stacks.reports.comply.dossier import Dossier, Figure
from stacks.reports.comply.review import Finding
from stacks.reports.egress import report as egress


def report(given: Dossier) -> str:
    """A page of text; its last lines say why the review proves nothing, if so."""
    reviewed = given.review
    lines = [
        f"{reviewed.environment}: {reviewed.resources} resources in {len(given.stacks)} stacks",
        f"{given.made_from}; {', '.join(f'{name} {number}' for name, number in given.versions.items())}",
        "",
        f"{'rule pack':<18}{'shown':>7}{'open':>7}{'acknowledged':>14}",
        *(
            f"{pack:<18}{reviewed.shown:>7}{count(reviewed.open, pack):>7}{count(reviewed.acknowledged, pack):>14}"
            for pack in reviewed.packs
        ),
        "",
        "Open findings" if reviewed.open else "No open finding",
        *(f"  {finding.rule}\n    {finding.path}\n    {finding.text}" for finding in reviewed.open),
        "",
        "Acknowledged, by reason",
        *_reasons(given),
        "",
        "Controls: met by a rule or a test, others' to meet, met by nobody",
        *_controls(given),
        "",
        *egress.lines(reviewed.egress),
        "",
        *residency.lines(reviewed.residency),
        "",
        "Figures",
        *(f"  {figure.name:<62}{_amount(figure.value):>10}{_goal(figure)}" for figure in given.figures),
        "",
        *(f"This review proves nothing: {fault}" for fault in given.faults),
    ]
    return "\n".join(lines).rstrip()


def count(findings: Sequence[Finding], pack: str) -> int:
    return sum(finding.rule.startswith(f"{pack}-") for finding in findings)


def _reasons(given: Dossier) -> Iterator[str]:
    number = Counter(each.reason.key for each in given.acceptances)
    for reason in sorted(given.reasons, key=lambda each: -number[each.key]):
        yield f"  {number[reason.key]:>3}  {reason.key}: {reason.text}"


def _controls(given: Dossier) -> Iterator[str]:
    for matrix in given.matrices:
        met = sum(row.met for row in matrix.rows)
        missing = len(matrix.missing)
        yield f"  {matrix.standard.name:<40}{met:>5}{len(matrix.rows) - met - missing:>5}{missing:>5}"


def _amount(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _goal(figure: Figure) -> str:
    return "" if figure.goal is None else f"  (at most {_amount(figure.goal)})"
