"""A bill as one HTML page that needs nothing else: sums, a picture by stack, and every line, to be searched and printed."""

from collections.abc import Iterator
from datetime import date
from html import escape

from stacks.reports.cost.bill import Bill

STYLE = """
:root { color-scheme: light dark; --fixed: #2b6cb0; --use: #dd8a2c; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.sums { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 1rem 0; } .sums b { display: block; font-size: 1.7rem; }
.bar { display: grid; grid-template-columns: 8rem 1fr 7rem; gap: .5rem; align-items: center; margin: .2rem 0; }
.bar svg { width: 100%; height: 1.1rem; } .bar span:last-child, td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.key i { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 1rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
input { font: inherit; width: 100%; max-width: 24rem; padding: .3rem .5rem; margin: .5rem 0; }
@media (max-width: 40rem) { .bar { grid-template-columns: 5.5rem 1fr 5rem; font-size: .85rem; } }
@media print { input { display: none; } }
"""
SCRIPT = """
const field = document.querySelector("input");
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\\s+/);
  for (const row of document.querySelectorAll("tbody tr")) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
});
"""


def page(bill: Bill, priced: date, made_from: str) -> str:
    """made_from: commit and versions, a line."""
    title = f"What {bill.environment} costs a month"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
<style>{STYLE}</style></head><body>
<h1>{escape(title)}</h1>
<p>{escape(bill.region)}, list prices of {priced}, without free tiers, discounts, tax and support. {escape(made_from)}</p>
<div class="sums">{"".join(_sums(bill))}</div>
<h2>By stack</h2>
<p class="key"><i style="background:var(--fixed)"></i>fixed<i style="background:var(--use)"></i>by use</p>
{"".join(_bars(bill))}
<h2>The load</h2>
<p>{escape(", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in bill.load.model_dump().items()))}</p>
<h2>Every line</h2>
<input type="search" placeholder="Search the lines" aria-label="Search the lines">
<div class="wide"><table><thead><tr><th>Stack</th><th>What</th><th>Of</th><th class="n">Quantity</th><th>Unit</th>
<th class="n">USD each</th><th class="n">USD</th>
<th>Source of the price</th></tr></thead><tbody>{"".join(_rows(bill))}</tbody></table></div>
<h2>What costs nothing by itself</h2>
<ul>{"".join(_free(bill))}</ul>
<script>{SCRIPT}</script></body></html>
"""


def _sums(bill: Bill) -> Iterator[str]:
    for name, usd in (("a month", bill.usd()), ("fixed", bill.usd("fixed")), ("by use", bill.usd("use"))):
        yield f"<div><b>{usd:,.0f} USD</b>{name}</div>"
    for of, usd in bill.surviving().items():
        yield f"<div><b>{usd:,.0f} USD</b>of it to outlive the loss of a {escape(of)}</div>"


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
