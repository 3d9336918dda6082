"""Give a team of the local deployment a task, and watch each of its roles begin and end.

    TEAM=complaint python -m local.commands.team "My parcel H-10482 arrived wet."

AS names the sample user whose task it is. Ctrl-C stops the watching only; the run goes on. Exit status 1 when it fails.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from local.app.api import call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.app.team_runs import begun, ended, summary
from local.console import Console, Trouble, command

LOOK_SECONDS, PATIENCE_SECONDS = 0.5, 900.0


@dataclass
class Watching:
    """One run. shown: what was said of each piece, by its key."""

    person: Person
    run: dict[str, Any]
    pause: Callable[[float], None] = time.sleep
    shown: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """A line for each piece that begins or ends, until the run has ended, waits for a person, or patience is over."""
        for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
            yield from self._news()
            if self.run["state"] != "working":
                return
            self.pause(LOOK_SECONDS)
            self.run = call("GET", f"/v1/runs/{self.run['run_id']}", self.person).require("No run")

    def _news(self) -> Iterator[str]:
        over = self.run["state"] != "working"
        for piece in self.run["pieces"]:
            if piece["state"] == "working" and over:  # it is the end, which writes the run before itself
                continue
            if self.shown.get(piece["key"]) not in (piece["state"], "done", "failed"):
                self.shown[piece["key"]] = piece["state"]
                yield begun(piece) if piece["state"] == "working" else ended(piece)


def begin(person: Person, team: str, task: str) -> dict[str, Any]:
    """The run that the API has begun."""
    sent = {"task": task, "client_token": uuid4().hex}
    run: dict[str, Any] = call("POST", f"/v1/teams/{team}/runs", person, sent).require("No run")
    return run


def main() -> int:
    team, task, console = os.environ.get("TEAM", ""), " ".join(sys.argv[1:]).strip(), Console()
    if not team or not task:
        raise Trouble('Name a team and its task: make team TEAM=complaint TASK="..."')
    person = sign_in(asking())
    watching = Watching(person, begin(person, team, task))
    console.say(f"Team {team}, for {person.name} of {person.tenant}: run {watching.run['run_id']}")
    for line in watching.lines():
        console.say(f"  {line}")
    return report(console, watching.run)


def report(console: Console, run: dict[str, Any]) -> int:
    """What came of it; the exit status."""
    if run["outcome"]:
        console.say(f"\n{run['outcome']['text']}\n")
    elif run["state"] == "waiting":
        console.say("\nIt waits for a person's approval. An approver decides: make approve [AS=name]\n")
    console.say(f"  {summary(run)}\n  make run ID={run['run_id']}")
    return 1 if run["state"] == "failed" else 0


if __name__ == "__main__":
    command(main)
