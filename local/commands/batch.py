"""Have a file of questions answered by the local deployment in a batch, and write the results beside it.

    python -m local.commands.batch questions.txt

A text file holds one question on each line; a `.jsonl` file one object, such as {"id": "a1", "question": "..."}.
AS names the sample user who asks; PRIORITY=high goes before others; AGAIN=1 asks the same questions anew.
Ctrl-C stops the waiting only: the same command goes on. Exit status 1 when a question has failed.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

from local.app import batches
from local.app.batches import Object, Sending
from local.app.domain import asking
from local.app.people import sign_in
from local.console import Console, Trouble, command, counted
from local.switches import is_on

PRIORITIES = ("normal", "high")


def main() -> int:
    if len(sys.argv) < 2 or not sys.argv[1]:
        raise Trouble("Give a file of questions: make batch FILE=questions.txt")
    file, user, console = Path(sys.argv[1]).expanduser(), asking(), Console()
    sending = Sending(batches.read(file), lambda: sign_in(user), priority=priority(), salt=str(time.time()) if is_on("AGAIN") else "")
    try:
        with console.step(f"Asking {counted(sending.progress.total, 'question')} of {file.name} for {user.name} of {user.tenant}") as note:
            sending.hear = lambda progress: note(str(progress))
            results = sending.run()
    except KeyboardInterrupt:
        console.say(f"  {sending.progress}; what is sent is answered without this command, and the same command goes on")
        raise
    target = file.with_suffix(".answers.jsonl")
    batches.write(target, results)
    for line in report(results):
        console.say(f"  {line}")
    console.say(f"  results: {target}")
    return 0 if all(each["state"] == "answered" for each in results) else 1


def priority() -> str:
    """Raises Trouble that lists the known ones."""
    chosen = os.environ.get("PRIORITY") or PRIORITIES[0]
    if chosen not in PRIORITIES:
        raise Trouble(f"PRIORITY={chosen} is none: it is one of {', '.join(PRIORITIES)}.")
    return chosen


def report(results: list[Object]) -> list[str]:
    """How many questions ended how, and why those failed that did."""
    states = Counter(each["state"] for each in results)
    grounded = sum(each["state"] == "answered" and each["answer"]["grounded"] for each in results)
    first = f"{states['answered']:,} answered, {grounded:,} of them from the documents"
    why = Counter(each["problem"]["detail"] for each in results if each["state"] == "failed")
    cancelled = [counted(states["cancelled"], "question") + " cancelled"] if states["cancelled"] else []
    return [first, *(f"{count:,} failed: {detail}" for detail, count in why.most_common()), *cancelled]


if __name__ == "__main__":
    command(main)
