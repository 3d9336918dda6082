"""A bill as text, as JSON, and two bills side by side."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from stacks.reports.cost.advice import how_to_lower
from stacks.reports.cost.bill import Bill

LARGEST = 3
SHOWN = 0.005  # dollars: less is no line


def report(bill: Bill, priced: date) -> str:
    """priced: when the prices were looked up."""
    lines = [
        f"{bill.environment}, {bill.region}: {_usd(bill.usd())} USD a month, {_usd(bill.usd('fixed'))} of them fixed",
        f"list prices of {priced}, without free tiers, discounts, tax and support; stacks/reports/cost/prices.yaml names their sources",
        f"load: {_load(bill)}",
        "",
        f"{'stack':<14}{'fixed':>12}{'by use':>12}{'together':>12}",
        *(f"{stack:<14}{_usd(fixed):>12}{_usd(use):>12}{_usd(fixed + use):>12}" for stack, (fixed, use) in bill.by_stack().items()),
        f"{'all':<14}{_usd(bill.usd('fixed')):>12}{_usd(bill.usd('use')):>12}{_usd(bill.usd()):>12}",
        "",
        "What it is for",
        *(f"  {_usd(usd):>10}  {stack}: {what}" for (stack, what), usd in bill.by_what().items() if usd >= SHOWN),
        "",
        "The three largest, and how to lower each",
        *_largest(bill),
        "",
        *_surviving(bill),
        *_shared(bill),
    ]
    return "\n".join(lines).rstrip()


def _largest(bill: Bill) -> Iterator[str]:
    for (stack, what), usd in list(bill.by_what().items())[:LARGEST]:
        yield f"  {stack}: {what}, {_usd(usd)} USD a month"
        yield f"    {how_to_lower(stack, what)}"


def _surviving(bill: Bill) -> Iterator[str]:
    for of, usd in sorted(bill.surviving().items(), reverse=True):
        yield f"To outlive the loss of a {of} costs {_usd(usd)} USD of it."


def _shared(bill: Bill) -> Iterator[str]:
    if endpoints := bill.of_endpoints():
        yield f"In a VPC that has the interface endpoints already (network.adopt) it is {_usd(bill.usd() - endpoints)} USD at most."


def _load(bill: Bill) -> str:
    if bill.told:
        return bill.told
    given = bill.load.model_dump()
    counted = [
        f"{value:,} {name.replace('_', ' ')}" for name, value in given.items() if value and name not in ("document_kb", "passages_each")
    ]
    return ", ".join(counted) or "none: it idles (add `load:` to the environment's file)"


def _usd(amount: float) -> str:
    return f"{amount:,.2f}"


def as_json(bill: Bill, priced: date) -> dict[str, Any]:
    return {
        "environment": bill.environment,
        "region": bill.region,
        "prices_of": priced.isoformat(),
        "load": bill.load.model_dump(),
        "usd_a_month": {"fixed": round(bill.usd("fixed"), 2), "use": round(bill.usd("use"), 2), "all": round(bill.usd(), 2)},
        "usd_a_month_with_endpoints_of_others": round(bill.usd() - bill.of_endpoints(), 2),
        "survives": {of: round(usd, 2) for of, usd in bill.surviving().items()},
        "lines": [
            {
                "kind": line.kind,
                "stack": line.stack,
                "resource": line.resource,
                "what": line.what,
                "quantity": line.quantity,
                "unit": line.price.unit,
                "usd_each": line.price.each,
                "usd": line.usd,
                "source": line.price.source,
            }
            for line in bill.lines
        ],
        "free": dict(bill.free),
    }


def compared(one: Bill, other: Bill) -> str:
    """What each is for, side by side, by how much they differ."""
    left, right = one.by_what(), other.by_what()
    every = sorted(left.keys() | right.keys(), key=lambda each: -abs(left.get(each, 0) - right.get(each, 0)))
    heads = f"{one.environment:>12}{other.environment:>12}{'difference':>12}"
    rows = [("all", one.usd(), other.usd()), ("of it fixed", one.usd("fixed"), other.usd("fixed"))]
    rows += [(f"{stack}: {what}", left.get((stack, what), 0), right.get((stack, what), 0)) for stack, what in every]
    return "\n".join(
        [
            f"{'USD a month':<46}{heads}",
            *(f"{what:<46}{_usd(a):>12}{_usd(b):>12}{_usd(b - a):>12}" for what, a, b in rows if max(a, b) >= SHOWN),
        ]
    )
