"""Compare what the local AWS made with the templates, property by property.

    python -m local.commands.compare [STACK-PREFIX]

Prints the differences, those that are accepted, and what was not compared. Exit status 1 when a difference is not accepted.
"""

import sys

from local.comparison.report import compare
from local.console import command


def main() -> int:
    report = compare(*sys.argv[1:2])
    for each in report.differences:
        print(each)
    for each in report.accepted:
        print(f"accepted ({each.reason}): {each}")
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(report.not_compared.items()))
    counted = f"{len(report.differences)} differences, {len(report.accepted)} accepted"
    print(f"{report.compared} resources compared, {counted}; recorded only: {listed}")
    return 1 if report.differences else 0


if __name__ == "__main__":
    command(main)
