"""Ask the local deployment a question.

    python -m local.commands.ask "How long can I return a book?"

AS names the sample user who asks; JSON=1 prints the API's body unchanged.
"""

import sys
import textwrap
from typing import Any

from local.app.api import Reply, call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.console import Trouble, command
from local.switches import is_on


def ask(question: str, person: Person) -> Reply:
    """The API's reply to the person's question."""
    return call("POST", "/v1/answers", person, {"question": question})


def names_of(answer: dict[str, Any], person: Person) -> dict[str, str]:
    """The name of each cited document by its id; a document that was deleted meanwhile has none."""
    cited = {citation["document"] for citation in answer["citations"]}
    replies = {identifier: call("GET", f"/v1/documents/{identifier}", person) for identifier in cited}
    return {identifier: reply.body["name"] for identifier, reply in replies.items() if reply.status == 200}


def shown(answer: dict[str, Any], names: dict[str, str]) -> str:
    """The answer with its sources, for a terminal: a page that several claims quote is one line. names: document names by document_id."""
    lines = [textwrap.fill(answer["answer"], 100, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join([*lines, *(f"    {source}" for source in sources(answer, names))])


def sources(answer: dict[str, Any], names: dict[str, str]) -> list[str]:
    """A line for each page that is cited, and below it its pictures."""
    lines = []
    for citation in answer["citations"]:
        place = [names.get(citation["document"], citation["title"]), citation["heading"]]
        place.append(f"page {citation['page']}" if citation["page"] else "")
        lines.append(f"[{citation['n']}] {' · '.join(part for part in place if part)} ({citation['score']:.2f})")
        lines += [f"    {line}" for line in pictures(citation)]
    return list(dict.fromkeys(lines))


def pictures(citation: dict[str, Any]) -> list[str]:
    """What the cited passage shows, with the address that shows it for some minutes."""
    shown = []
    for picture in citation.get("pictures", ()):
        page = f"page {picture['page']}" if picture["page"] else ""
        shown += [" · ".join(part for part in (f"picture {picture['id']}", page, picture["caption"]) if part)]
        shown += [f"  {picture['url']}"] if picture["url"] else []
    return shown


def appeal_line(answer: dict[str, Any]) -> str:
    """How to have a person look at the answer."""
    if answer["appeal"]["in_review"]:
        return f"A person will look at this answer: GET {answer['appeal']['path']}/{answer['request_id']}"
    return f"Not right? POST {answer['appeal']['path']} with its request_id has a person look at it."


def main() -> int:
    question = sys.argv[1] if len(sys.argv) > 1 else ""
    if not question.strip():
        raise Trouble('Give a question: make ask Q="How long can I return a book?"')
    as_json, person = is_on("JSON"), sign_in(asking())
    reply = ask(question, person)
    if as_json:
        print(reply.text)
        return 0 if reply.status == 200 else 1
    answer = reply.require("No answer")
    print(shown(answer, names_of(answer, person)))
    if answer["appeal"]:
        print(f"\n  {appeal_line(answer)}")
    print(f"\n  confidence {answer['confidence']:.2f}   make logs REQUEST={answer['request_id']}")
    return 0


if __name__ == "__main__":
    command(main)
