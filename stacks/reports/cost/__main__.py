"""What environments cost a month, and how two differ.

    python -m stacks.reports.cost prod                    (make cost ENV=prod)
    python -m stacks.reports.cost --compare dev prod      (make cost COMPARE="dev prod")
    python -m stacks.reports.cost --idle dev              (make cost ENV=dev IDLE=1: with no load at all)

Writes build/cost/ENV.json and ENV.html. Exits with 1 if something has no price.
"""

import argparse
import json
import sys
from pathlib import Path

from stacks.environment import InvalidEnvironment
from stacks.load import Load
from stacks.reports.assembly import synthesized
from stacks.reports.comply.report import origin
from stacks.reports.cost.bill import Bill
from stacks.reports.cost.billing import bill
from stacks.reports.cost.page import page
from stacks.reports.cost.prices import Prices, Unpriced, known
from stacks.reports.cost.report import as_json, compared, report

BUILD = Path(__file__).resolve().parents[3] / "build" / "cost"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="+", metavar="ENV")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--idle", action="store_true")
    given = parser.parse_args(arguments)
    if given.compare and len(given.environments) != 2:
        parser.error("--compare takes two environments")
    prices = known()
    try:
        bills = [_billed(name, prices, Load() if given.idle else None) for name in given.environments]
    except (InvalidEnvironment, Unpriced) as error:
        print(error, file=sys.stderr)
        return 1
    if given.compare:
        print(compared(*bills))
        return 0
    for each in bills:
        print(report(each, prices.date))
        print("\n" + " and ".join(str(file.relative_to(BUILD.parents[1])) for file in _written(each, prices)))
    return 0


def _billed(environment: str, prices: Prices, load: Load | None) -> Bill:
    with synthesized(environment) as assembly:
        return bill(assembly, prices, load)


def _written(made: Bill, prices: Prices) -> list[Path]:
    BUILD.mkdir(parents=True, exist_ok=True)
    data, html = BUILD / f"{made.environment}.json", BUILD / f"{made.environment}.html"
    data.write_text(json.dumps(as_json(made, prices.date), indent=2) + "\n")
    html.write_text(page(made, prices.date, origin()))
    return [html, data]


if __name__ == "__main__":
    sys.exit(main())
