"""A dossier as one HTML page that needs nothing else, as Markdown, and as data."""

import json
from collections.abc import Iterable, Iterator
from html import escape

from stacks.reports.comply.dossier import Dossier
from stacks.reports.comply.sections import Cell, Section, sections
from stacks.reports.pages import document

STYLE = """
:root { --bad: #c53030; --good: #2f855a; }
nav { columns: 15rem; font-size: .9rem; margin: 1rem 0; } nav a { display: block; }
body { max-width: 90rem; } h2 { margin-top: 2.5rem; } section { scroll-margin-top: 4rem; }
table { table-layout: fixed; } td, th { overflow-wrap: anywhere; } .bad { color: var(--bad); } .good { color: var(--good); }
.find { position: sticky; top: 0; background: Canvas; padding: .2rem 0; border-bottom: 1px solid var(--line); }
.sums b { font-size: 1.4rem; }
@media (max-width: 40rem) {
  .cards, .cards tbody { display: block; } .cards thead, .cards colgroup { display: none; } 
  .cards tr { display: block; padding: .5rem 0; border-bottom: 2px solid var(--line); }
  .cards tr[hidden] { display: none; }
  .cards td { display: grid; grid-template-columns: 7rem 1fr; gap: .5rem; border: 0; padding: .1rem 0; text-align: left; }
  .cards td::before { content: attr(data-head); opacity: .7; } .cards td:empty { display: none; }
}
@media print {
  body { max-width: none; margin: 0; font-size: 9pt; } nav, .find { display: none; }
  table { font-size: 7pt; } tr { break-inside: avoid; } thead { display: table-header-group; }
  @page { size: A4 landscape; margin: 12mm; }
}
"""

NARROWEST, WIDEST = 16, 48  # characters


def title(given: Dossier) -> str:
    return f"Compliance of {given.review.environment}"


def page(given: Dossier) -> str:
    every = sections(given)
    body = f"""<p>{escape(_origin(given))}</p>
<p class="{"bad" if given.faults or given.review.open else "good"}">{escape(_verdict(given))}</p>
<nav>{"".join(f'<a href="#{each.key}">{escape(each.title)}</a>' for each in every)}</nav>
<div class="find"><input type="search" placeholder="Search every table" aria-label="Search every table"></div>
{"".join(_section(each) for each in every)}"""
    return document(title(given), STYLE, body)


def _section(section: Section) -> str:
    numbers = [all(isinstance(row[number], int | float) for row in section.rows) for number in range(len(section.heads))]
    heads = "".join(f"<th{' class=n' if number else ''}>{escape(head)}</th>" for head, number in zip(section.heads, numbers, strict=True))
    rows = "".join(f"<tr>{''.join(_cells(section, row))}</tr>" for row in section.rows)
    columns = "".join(f'<col style="width:{share:.1f}%">' for share in _shares(section))
    table = f'<table class="cards"><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    about = f"<h2>{escape(section.title)}</h2><p>{escape(section.about)}</p>"
    return f'<section id="{section.key}">{about}{table if section.rows else ""}</section>\n'


def _shares(section: Section) -> list[float]:
    """Of the width, in percent, for each column: more where texts are longer."""
    texts = [[head, *(_text(row[number]) for row in section.rows)] for number, head in enumerate(section.heads)]
    weights = [
        min(max(len(head) + 3, sum(map(len, column)) / len(column), NARROWEST), WIDEST)
        for head, column in zip(section.heads, texts, strict=True)
    ]
    return [100 * weight / sum(weights) for weight in weights]


def _cells(section: Section, row: tuple[Cell, ...]) -> Iterator[str]:
    for head, cell in zip(section.heads, row, strict=True):
        number = ' class="n"' if isinstance(cell, int | float) else ""
        yield f'<td{number} data-head="{escape(head)}">{escape(_text(cell))}</td>'


def markdown(given: Dossier) -> str:
    lines = [f"# {title(given)}", "", _origin(given), "", _verdict(given)]
    for section in sections(given):
        lines += ["", f"## {section.title}", "", section.about]
        if section.rows:
            lines += ["", _line(section.heads), _line(["---"] * len(section.heads)), *(_line(map(_text, row)) for row in section.rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def as_json(given: Dossier) -> str:
    """environment, commit, versions, and each section's rows as objects."""
    data = {
        "environment": given.review.environment,
        "made_from": given.made_from,
        "versions": dict(given.versions),
        **{each.key: [dict(zip(each.heads, row, strict=True)) for row in each.rows] for each in sections(given)},
    }
    return json.dumps(data, indent=2) + "\n"


def _origin(given: Dossier) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in given.versions.items())
    return f"{given.made_from}; {versions}; rule packs {', '.join(given.review.packs)}"


def _verdict(given: Dossier) -> str:
    if given.review.open or given.faults:
        return f"{len(given.review.open)} open findings, {len(given.faults)} faults of the review."
    return "No open finding. Every acknowledgment has a finding behind it, a reason, an owner and a date of review."


def _text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
