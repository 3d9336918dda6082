"""What one question, one turn of an agent, one run of a team and one new document take of AWS's services, as the local AWS counts it.

    make up
    python -m benchmarks.usage

Nothing else may use the deployment meanwhile. log bytes: of all functions and the API. `stacks/reports/cost/usage.yaml` is made from it.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from benchmarks.deployed import running
from benchmarks.load import remove
from benchmarks.measure import print_table
from benchmarks.team_overhead import TASKS, measured
from evaluation.golden import questions
from local.app import domain, people
from local.app.adding import Adding
from local.app.domain import User
from local.app.people import Person, sign_in
from local.app.uploads import Upload
from local.cloud.requests import PATH
from local.commands.agent_chat import AgentChat
from local.commands.ask import ask
from local.commands.logs import read as log_lines
from local.settings import read

TIMES, FILES, TURNS = 10, 20, 4
SETTLED_SECONDS, LEAST = 20.0, 0.05
AGENT, TENANT = "service", f"usage-{int(time.time())}"
TURN = "Is The Loft free on 12 December 2026 between 10:00 and 12:00?"
WORDS = "The reading room opens at nine and closes at five. Tea is served in the garden until four. " * 40


def main() -> None:
    running()
    person = sign_in(domain.asking())
    asked = [each.text for each in questions(domain.current().folder)][:TIMES]
    with tempfile.TemporaryDirectory() as scratch:
        activities: dict[str, tuple[int, Callable[[], object]]] = {
            "nothing, a minute": (1, lambda: time.sleep(60)),
            "question": (len(asked), lambda: [ask(each, person).require("No answer") for each in asked]),
            "turn": (TURNS, lambda: _turns(person)),
            "team run": (len(TASKS), lambda: [measured(person, pattern) for pattern in TASKS]),
            "document": (FILES, lambda: _added(Path(scratch))),
        }
        counts = {name: _of_one(name, number, act) for name, (number, act) in activities.items()}
    remove(TENANT)
    every = sorted({what for each in counts.values() for what in each}, key=str.lower)
    rows = [[what, *(f"{each.get(what, 0):.2f}" for each in counts.values())] for what in every]
    print_table("Requests of one", ["to", *counts], [row for row in rows if max(map(float, row[1:])) >= LEAST])


def _of_one(name: str, number: int, act: Callable[[], object]) -> dict[str, float]:
    time.sleep(SETTLED_SECONDS)
    before, since = _requests(), int(time.time() * 1000)
    act()
    time.sleep(SETTLED_SECONDS)
    counts = {what: times / number for what, times in (_requests() - before).items()}
    return counts | {"log bytes": sum(len(line.message) for line in log_lines(since)) / number}


def _requests() -> Counter[str]:
    with urlopen(f"{read().cloud_url}{PATH}") as answer:
        return Counter(json.load(answer))


def _turns(person: Person) -> None:
    chat = AgentChat(person, AGENT, lambda *_: True)
    chat.begin()
    for _ in range(TURNS):
        list(chat.say(TURN))


def _added(folder: Path) -> None:
    """By a tenant of its own, whose documents are removed again once all is counted."""
    files = [folder / f"usage-{number}.md" for number in range(FILES)]
    for number, file in enumerate(files):
        file.write_text(f"# House {number}\n\n{WORDS.replace('nine', str(number))}")
    people.create(User(TENANT, TENANT))
    person = people.sign_in(User(TENANT, TENANT))
    Adding([Upload(file, file.name, person) for file in files]).run()


if __name__ == "__main__":
    main()
