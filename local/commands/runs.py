"""The runs of agents and teams of one user, newest first: all of a page, or one with everything that is known of it.

    python -m local.commands.runs [RUN]

AS names the sample user whose runs they are; SVG=file writes the picture of one team's run for a browser.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.app.api import call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.app.team_runs import picture, row, svg
from local.commands.agent_chat import in_short, remarks
from local.console import Console, Trouble, command


def main() -> int:
    console, person = Console(), sign_in(asking())
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for line in one(person, wanted) if wanted else every(person):
        console.say(line)
    return 0


def every(person: Person) -> Iterator[str]:
    found = call("GET", "/v1/runs", person).require("No list")
    yield from map(row, found["runs"])
    if not found["runs"]:
        yield f"{person.name} of {person.tenant} has no runs yet."
    if found["next"]:
        yield "These are the newest; there are more."


def one(person: Person, run_id: str) -> Iterator[str]:
    run: dict[str, Any] = call("GET", f"/v1/runs/{run_id}", person).require("No run")
    if run["kind"] == "agent":
        yield from agents(run)
        return
    yield from picture(run)
    if file := os.environ.get("SVG"):
        Path(file).expanduser().write_text(svg(run), encoding="utf-8")
        yield f"\nwritten: {file}"


def agents(run: dict[str, Any]) -> Iterator[str]:
    """A turn of an agent."""
    if os.environ.get("SVG"):
        raise Trouble("SVG draws runs of teams; this is a turn of an agent.")
    yield f"run {run['run_id']} of agent {run['agent']}: {run['state']}"
    yield from (in_short(each) for each in run["calls"])
    yield from (run["answer"], *remarks(run))


if __name__ == "__main__":
    command(main)
