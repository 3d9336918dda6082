"""The state of the knowledge of a tenant: duplicates, personal data, what was not read, what is old, what contradicts itself.

    python -m local.commands.quality

AS names a user of the tenant: only what that user may read is looked at. OLDER is the number of days after which an unchanged document
is named, 365 if it is not given. GOLDEN=1 asks the golden questions of the domain, too, which costs as much as users who ask them.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from evaluation.golden import questions
from local.app.api import call
from local.app.contradictions import contradictions, file_of
from local.app.domain import asking, current
from local.app.people import Person, sign_in
from local.app.quality import contradicting, lines, unanswered
from local.app.uploads import Library
from local.console import Console, Trouble, command
from local.switches import is_on


def main() -> int:
    person, console = sign_in(asking()), Console()
    older = days(os.environ.get("OLDER", ""))
    console.say(f"What {person.name} may read of {person.tenant}")
    library = Library(person)
    records = list(library.records().values())
    for line in lines(records, datetime.now(UTC), older):
        console.say(line)
    file = file_of(person)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with console.step("Comparing what the documents say") as note:
        found = list(contradictions(records, library, file, note))
    for line in contradicting(found):
        console.say(line)
    if is_on("GOLDEN"):
        asked = [each.text for each in questions(current().folder) if each.tenant == person.tenant and each.kind != "none"]
        for line in unanswered(refused(person, asked), len(asked)):
            console.say(line)
    return 0


def days(text: str) -> timedelta:
    """Raises Trouble."""
    if text and not (text.isdecimal() and 0 < int(text) <= 36_500):
        raise Trouble(f"OLDER={text} is no number of days: OLDER=365 names what has not changed for a year")
    return timedelta(days=int(text or 365))


def refused(person: Person, asked: Sequence[str]) -> list[str]:
    """The questions that got an answer without a citation. Raises Trouble."""
    replies = {each: call("POST", "/v1/answers", person, {"question": each}).require("A question cannot be asked") for each in asked}
    return [question for question, body in replies.items() if not body["citations"]]


if __name__ == "__main__":
    command(main)
