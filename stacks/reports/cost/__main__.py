"""What environments cost a month, and how two differ.

    python -m stacks.reports.cost prod                    (make cost ENV=prod)
    python -m stacks.reports.cost --compare dev prod      (make cost COMPARE="dev prod")
    python -m stacks.reports.cost --idle dev              (make cost ENV=dev IDLE=1: with no load at all)

Writes build/cost/ENV.json and ENV.html. Exits with 1 if something has no price.
"""

import argparse
import json
import sys

from stacks.environment import InvalidEnvironment
from stacks.load import Load
from stacks.reports.assembly import synthesized
from stacks.reports.cost.bill import Bill
from stacks.reports.cost.billing import bill
from stacks.reports.cost.page import page
from stacks.reports.cost.prices import Prices, Unpriced, known
from stacks.reports.cost.report import as_json, compared, report
from stacks.reports.ending import end
from stacks.reports.pages import origin, write


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="+", metavar="ENV")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--idle", action="store_true")
    given = parser.parse_args(arguments)
    if given.compare and len(given.environments) != 2:
        print('name two environments to compare: make cost COMPARE="dev prod"', file=sys.stderr)
        return 2
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
        data, html = json.dumps(as_json(each, prices.date), indent=2) + "\n", page(each, prices.date, origin())
        files = write("cost", each.environment, {"html": html, "json": data})
        print(f"{report(each, prices.date)}\n\n{' and '.join(files)}")
    return 0


def _billed(environment: str, prices: Prices, load: Load | None) -> Bill:
    with synthesized(environment) as assembly:
        return bill(assembly, prices, load)


if __name__ == "__main__":
    end(main)
