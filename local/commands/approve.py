"""Go through what teams of the local deployment have made and a person has to approve: task, outcome, and a letter to decide.

    python -m local.commands.approve

AS names the approver, by default the first of the domain.
"""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from local import places
from local.app.api import call
from local.app.domain import approving
from local.app.people import Person, sign_in
from local.commands.review import Ask, Quit, asked
from local.console import command, counted

LETTERS = "a: approve   r: reject   s: skip   q: quit"


def waiting(person: Person) -> Iterator[dict[str, Any]]:
    """What waits for the approver, page by page."""
    after: str | None = ""
    while after is not None:
        page = call("GET", f"/v1/approvals{f'?after={after}' if after else ''}", person).require("No approvals")
        yield from page["approvals"]
        after = page["next"]


def shown(approval: dict[str, Any], person: Person) -> Iterator[str]:
    """An approval as lines of a terminal."""
    yield f"run {approval['run_id']} of team {approval['team']}, for {approval['owner']}; decide until {approval['until']}"
    yield from _paragraph("task: ", approval["task"])
    for name, value in approval["outcome"].items():
        for line in str(value).splitlines() if isinstance(value, str) else map(_in_short, value):
            yield from _paragraph(f"{name}: ", line)
    for mail in sorted(places.MAIL.glob(f"{person.name.casefold()}-*.txt")):
        if f"{approval['task'].strip()}\n" in mail.read_text(encoding="utf-8"):
            yield f"  the message with the link: {mail}"


def go_through(person: Person, ask: Ask, say: Callable[[str], None]) -> int:
    """Decide one after another until nothing waits or the approver has had enough; how many were decided."""
    decided = 0
    for approval in waiting(person):
        say("\n" + "\n".join(shown(approval, person)))
        try:
            approve = _decision(ask)
        except Quit:
            break
        if approve is not None:
            reply = call("POST", f"/v1/runs/{approval['run_id']}/approval", person, {"approve": approve})
            decided += reply.status == 200
            say(f"  {reply.body['state']}." if reply.status == 200 else f"  Not decided: {reply.said}")
    return decided


def main() -> int:
    person = sign_in(approving())
    print(f"You are {person.name}, an approver of {person.tenant}.")
    print(f"\n{counted(go_through(person, asked, print), 'decision')} made.")
    return 0


def _decision(ask: Ask) -> bool | None:
    """None to skip. Raises Quit."""
    while True:
        match ask(f"{LETTERS} > ").strip().lower():
            case "a":
                return True
            case "r":
                return False
            case "s":
                return None
            case "q":
                raise Quit


def _in_short(value: Any) -> str:
    return str(value["claim"] if isinstance(value, dict) and "claim" in value else value)


def _paragraph(label: str, text: str) -> list[str]:
    return textwrap.wrap(f"{label}{' '.join(text.split())}", 110, initial_indent="  ", subsequent_indent="    ")


if __name__ == "__main__":
    command(main)
