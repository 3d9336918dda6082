"""A bill as one HTML page that needs nothing else: sums, a picture by stack, and every line, to be searched and printed."""

from collections.abc import Iterator
from datetime import date
from html import escape

from stacks.reports.cost.bill import Bill
from stacks.reports.pages import document

STYLE = """
:root { --fixed: #2b6cb0; --use: #dd8a2c; }
.bar { display: grid; grid-template-columns: 8rem 1fr 7rem; gap: .5rem; align-items: center; margin: .2rem 0; }
.bar svg { width: 100%; height: 1.1rem; } .bar span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.key i { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 1rem; }
@media (max-width: 40rem) { .bar { grid-template-columns: 5.5rem 1fr 5rem; font-size: .85rem; } }
"""


def page(bill: Bill, priced: date, made_from: str) -> str:
    """made_from: commit and versions, a line."""
    title = f"What {bill.environment} costs a month"
    body = f"""<p>{escape(bill.region)}, list prices of {priced}, without free tiers, discounts, tax and support. {escape(made_from)}</p>
<div class="sums">{"".join(_sums(bill))}</div>
<h2>By stack</h2>
<p class="key"><i style="background:var(--fixed)"></i>fixed<i style="background:var(--use)"></i>by use</p>
{"".join(_bars(bill))}
<h2>The load</h2>
<p>{escape(bill.told or ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in bill.load.model_dump().items()))}</p>
<h2>Every line</h2>
<input type="search" placeholder="Search the lines" aria-label="Search the lines">
<div class="wide"><table><thead><tr><th>Stack</th><th>What</th><th>Of</th><th class="n">Quantity</th><th>Unit</th>
<th class="n">USD each</th><th class="n">USD</th>
<th>Source of the price</th></tr></thead><tbody>{"".join(_rows(bill))}</tbody></table></div>
<h2>What costs nothing by itself</h2>
<ul>{"".join(_free(bill))}</ul>"""
    return document(title, STYLE, body)


def _sums(bill: Bill) -> Iterator[str]:
    for name, usd in (("a month", bill.usd()), ("fixed", bill.usd("fixed")), ("by use", bill.usd("use"))):
        yield f"<div><b>{usd:,.0f} USD</b>{name}</div>"
    for of, usd in bill.surviving().items():
        yield f"<div><b>{usd:,.0f} USD</b>of it to outlive the loss of a {escape(of)}</div>"
    if endpoints := bill.of_endpoints():
        yield f"<div><b>{bill.usd() - endpoints:,.0f} USD</b>a month in a VPC that has the interface endpoints already</div>"


def _bars(bill: Bill) -> Iterator[str]:
    stacks = bill.by_stack()
    longest = max((sum(both) for both in stacks.values()), default=0) or 1
    for stack, (fixed, use) in stacks.items():
        a, b = 100 * fixed / longest, 100 * use / longest
        yield (
            f'<div class="bar"><span>{escape(stack)}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
            f'aria-label="{escape(stack)}: fixed {fixed:,.2f}, by use {use:,.2f} USD">'
            f'<rect width="{a:.2f}" height="10" fill="var(--fixed)"/><rect x="{a:.2f}" width="{b:.2f}" height="10" fill="var(--use)"/>'
            f"</svg><span>{fixed + use:,.2f}</span></div>"
        )


def _rows(bill: Bill) -> Iterator[str]:
    for line in sorted(bill.lines, key=lambda each: -each.usd):
        price = line.price
        texts = "".join(f"<td>{escape(text)}</td>" for text in (line.stack, line.what, line.resource))
        each = f"<td>{escape(price.unit)}</td><td class=n>{price.each:.3g}</td>"
        sums = f"<td class=n>{line.quantity:,.2f}</td>{each}<td class=n>{line.usd:,.2f}</td>"
        yield f"<tr>{texts}{sums}<td>{escape(price.source)}</td></tr>"


def _free(bill: Bill) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for name, reason in bill.free.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        yield f"<li>{escape(reason)}: {escape(', '.join(names))}</li>"
