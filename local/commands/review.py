"""Go through the answers that wait for a person, oldest first: question, answer, passages, and a letter to decide.

    python -m local.commands.review

AS names the reviewer, by default the first of the domain.
"""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from local.app.api import call
from local.app.domain import reviewing
from local.app.people import Person, sign_in
from local.app.results import plain
from local.app.reviews import reviews
from local.commands.ask import names_of
from local.console import command, counted

LETTERS = "r: right   w: wrong   n: the documents do not say   s: skip   q: quit"
OUTCOMES = {"answered": "answered", "search-only": "quoted", "question-refused": "turned away"}

Ask = Callable[[str], str]


class Quit(Exception):
    """The reviewer has had enough."""


def shown(review: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    """A review as lines of a terminal. names: of documents by their ids."""
    yield f"{review['request_id']}   {', '.join(review['why'])}   since {review['since']}"
    yield from _paragraph("question: ", review["question"])
    outcome = OUTCOMES.get(review["outcome"], "refused")
    yield from _paragraph(f"{outcome}: ", review["answer"] or review["outcome"])
    if review["appeal_reason"]:
        yield from _paragraph("its user says: ", review["appeal_reason"])
    for opinion in review["opinions"]:
        yield from _paragraph(f"{opinion['model']}: ", opinion["answer"])
    for passage in review["passages"]:
        place = " · ".join(part for part in (names.get(passage["document"], passage["title"]), passage["heading"]) if part)
        yield from _paragraph(f"[{passage['n']}] {'cited' if passage['cited'] else 'found'} ", f"{place}: {passage['quote']}")


def decision(review: dict[str, Any], names: dict[str, str], ask: Ask) -> dict[str, Any] | None:
    """What the reviewer decides, as `POST /v1/reviews/{request_id}/decision` takes it; None to skip. Raises Quit."""
    while True:
        match ask(f"{LETTERS} > ").strip().lower():
            case "r":
                return _kept(review, "right", ask)
            case "n":
                return _kept(review, "not-answerable", ask)
            case "w":
                answer = _something("the right answer > ", ask)
                return _kept(review, "wrong", ask, answer=answer, evidence=_evidence(review, names, ask))
            case "s":
                return None
            case "q":
                raise Quit


def _kept(review: dict[str, Any], verdict: str, ask: Ask, **more: Any) -> dict[str, Any]:
    """A golden question comes of it, so that personal data must not stay in the question."""
    reworded = ask("the question without personal data (Enter: as it is) > ").strip()
    return {"version": review["version"], "verdict": verdict, "question": reworded or None, **more}


def _evidence(review: dict[str, Any], names: dict[str, str], ask: Ask) -> list[dict[str, str]]:
    """Documents by the number of a passage or by their names, each with its words."""
    by_number = {str(each["n"]): names.get(each["document"], each["title"]) for each in review["passages"]}
    found: list[dict[str, str]] = []
    while True:
        document = ask("where it stands: a passage's number, or a document's name" + (" (Enter: no more)" if found else "") + " > ").strip()
        if document:
            found.append({"document": by_number.get(document, document), "quote": _something("its words, at most 14 > ", ask)})
        elif found:
            return found


def _something(prompt: str, ask: Ask) -> str:
    while not (said := ask(prompt).strip()):
        pass
    return said


def _paragraph(label: str, text: str) -> list[str]:
    said = " ".join(plain(line) for line in text.splitlines())
    return textwrap.wrap(f"{label}{said}", 110, initial_indent="  ", subsequent_indent="    ")


def go_through(person: Person, ask: Ask, say: Callable[[str], None]) -> int:
    """Decide one after another until the queue ends or the reviewer does; how many were decided."""
    decided = 0
    for review in reviews(person, "open", say):
        names = names_of({"citations": review["passages"]}, person)
        say("\n" + "\n".join(shown(review, names)))
        try:
            given = decision(review, names, ask)
        except Quit:
            break
        if given:
            reply = call("POST", f"/v1/reviews/{review['request_id']}/decision", person, given)
            decided += reply.status == 201
            say("  Kept." if reply.status == 201 else f"  Not kept: {reply.said}")
    return decided


def main() -> int:
    person = sign_in(reviewing())
    print(f"You are {person.name}, a reviewer of {person.tenant}.")
    print(f"\n{counted(go_through(person, asked, print), 'decision')} kept. make golden turns them into golden questions.")
    return 0


def asked(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise Quit from None


if __name__ == "__main__":
    command(main)
