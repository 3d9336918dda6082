"""Runs of teams and agents as a terminal shows them, from what the API says of them."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.console import counted

Run = Mapping[str, Any]
Piece = Mapping[str, Any]
WIDTH = 40  # characters of the whole time in the picture
SHORT = 160
MARKS = {"done": "✓", "failed": "✗", "working": "▶"}


@dataclass(frozen=True)
class Bar:
    """One piece in time. begin, length: shares of the run's whole time."""

    name: str
    begin: float
    length: float
    state: str


def named(piece: Piece) -> str:
    role, step = piece["role"], piece["step"]
    return f"{piece['key']} {role}" if role and role != step else str(piece["key"])


def begun(piece: Piece) -> str:
    return f"▶ {named(piece):<22} has begun"


def ended(piece: Piece) -> str:
    """One line: how long it took, what it cost, and what came of it."""
    said = piece["why"] or piece["decision"]
    return f"{MARKS[piece['state']]} {named(piece):<22} {_lasted(piece):>6.1f} s  ${piece['spent']['usd']:.4f}  {said}"


def summary(run: Run) -> str:
    spent = run["spent"]
    tokens = f"{spent['input_tokens']} tokens sent, {spent['output_tokens']} written"
    return f"${spent['usd']:.4f} · {tokens} · {counted(spent['model_calls'], 'model call')} · {_seconds_of(run):.1f} s"


def row(listed: Mapping[str, Any]) -> str:
    """One run of the list."""
    state = listed["state"] if listed["stopped"] in ("", "answered") else f"{listed['state']} ({listed['stopped']})"
    asked = f"[{listed['trigger']}]" if listed["trigger"] else " ".join(listed["asked"].split())
    when = listed["created_at"][5:16].replace("T", " ")
    return f"{when}  {listed['run_id']}  {listed['name']:<14} {state:<18} ${listed['usd']:.4f}  {asked[:60]}"


def picture(run: Run) -> Iterator[str]:
    """When each piece was worked on, then what each was given and handed over."""
    yield f"run {run['run_id']} of team {run['team']}: {run['state']}" + (f" ({run['stopped']})" if run["stopped"] else "")
    yield from _indented("task", run["task"])
    yield ""
    yield from map(_drawn, bars(run))
    for piece in run["pieces"]:
        if piece["step"] == "end":
            continue
        yield ""
        yield ended(piece)
        yield from _indented("input", _plain(piece["input"]))
        yield from _indented("output", _plain(piece["output"]))
    yield ""
    yield summary(run)
    if run["outcome"]:
        yield f"\n{run['outcome']['text']}"


def bars(run: Run) -> Sequence[Bar]:
    pieces, whole = run["pieces"], max(_seconds_of(run), 0.001)
    start = min((_at(piece["started_at"]) for piece in pieces), default=0.0)
    return [Bar(named(piece), (_at(piece["started_at"]) - start) / whole, _lasted(piece) / whole, piece["state"]) for piece in pieces]


def svg(run: Run) -> str:
    """The same picture of time, for a browser."""
    drawn, height = bars(run), 24 * len(run["pieces"]) + 40
    colours = {"done": "#2a7", "failed": "#c33", "working": "#c93"}
    rows = [_rect(bar, 24 * at + 50, colours[bar.state]) for at, bar in enumerate(drawn)]
    title = f'<text x="10" y="22">{_escaped(run["team"])}: {_escaped(run["state"])}, {_escaped(summary(run))}</text>'
    top = f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{height}" font-family="sans-serif" font-size="13">'
    return "\n".join([top, title, *rows, "</svg>", ""])


def _rect(bar: Bar, at: int, colour: str) -> str:
    where = f'x="{200 + 500 * bar.begin:.1f}" y="{at - 12}" width="{max(2, 500 * bar.length):.1f}" height="14"'
    return f'<text x="10" y="{at}">{_escaped(bar.name)}</text><rect {where} fill="{colour}"/>'


def _drawn(bar: Bar) -> str:
    before = min(round(bar.begin * WIDTH), WIDTH - 1)
    length = max(1, min(round(bar.length * WIDTH), WIDTH - before))
    return f"  {bar.name:<22} {' ' * before}{'█' * length}"


def _lasted(piece: Piece) -> float:
    return max(0.0, (_at(piece["ended_at"]) if piece["ended_at"] else datetime.now(UTC).timestamp()) - _at(piece["started_at"]))


def _seconds_of(run: Run) -> float:
    """From the beginning of its first piece to the end of the last."""
    starts = [_at(piece["started_at"]) for piece in run["pieces"]]
    return max((_at(piece["started_at"]) + _lasted(piece) for piece in run["pieces"]), default=0.0) - min(starts, default=0.0)


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _plain(value: Any) -> str:
    """Claims as a list, anything else as JSON."""
    if not isinstance(value, dict) or not value:
        return ""
    lines = [_line(name, each) for name, each in value.items() if each not in ("", None, [], {})]
    return "\n".join(lines)


def _line(name: str, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, dict) and "claim" in each for each in value):
        return "\n".join(f"{name}: {each['claim']} [{', '.join(each['evidence'])}] {each.get('carried') or ''}".rstrip() for each in value)
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{name}: {said[:SHORT]}{'…' if len(said) > SHORT else ''}"


def _indented(name: str, text: str) -> Iterator[str]:
    for at, line in enumerate(line for line in text.splitlines() if line.strip()):
        lead = f"  {name:<7}" if at == 0 else " " * 9
        yield from textwrap.wrap(line, 120, initial_indent=lead, subsequent_indent=" " * 11) or [lead]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
