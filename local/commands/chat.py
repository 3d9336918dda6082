"""A conversation with the local deployment: words appear as they are produced, with their sources below.

    python -m local.commands.chat

AS names the sample user who asks. /help lists what else can be typed.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.app.api import call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.app.stream import Event, events
from local.commands.ask import names_of, sources
from local.console import Trouble, command

HELP = """  /new            begin another conversation
  /history        what has been said in this one
  /why            what was searched for and found for the last answer
  /good           the last answer was good
  /bad REASON     it was not, and why
  /appeal REASON  have a person look at the last answer
  /facts          what is kept of what you have said of yourself
  /forget N       erase the Nth of these, or ALL
  /quit           end; so does Ctrl-D"""

WHY_NOT_NOTED = {
    "instruction": "instructions",
    "sensitive": "numbers, addresses and passwords",
    "too-long": "a sentence that is too long",
    "too-many": "more than five sentences at once",
}


@dataclass
class Chat:
    """One conversation. last: the events of its latest answer by name."""

    person: Person
    session_id: str = ""
    last: dict[str, Any] = field(default_factory=dict)

    def begin(self) -> None:
        self.session_id = call("POST", "/v1/sessions", self.person).require("No conversation")["session_id"]
        self.last = {}

    def ask(self, question: str) -> Iterator[str]:
        """What to print, piece by piece: the answer as it grows, then its sources."""
        yield "\n"
        for event in events(self.person, {"question": question, "session_id": self.session_id}):
            self.last[event.name] = event.data
            yield _printed(event)
        answer = self.last["done"]
        yield "\n" + "".join(f"  {line}\n" for line in (*sources(answer, names_of(answer, self.person)), *remarks(answer)))

    def history(self) -> Iterator[str]:
        kept = call("GET", f"/v1/sessions/{self.session_id}", self.person).require("No history")
        yield from (f"  {line}\n" for line in kept["summary"])
        for turn in kept["turns"]:
            broken = " (interrupted)" if turn["state"] == "partial" else ""
            yield f"  {turn['number']}. {turn['question']}\n     {turn['answer']}{broken}\n"
        if not kept["turns"]:
            yield "  Nothing has been said yet.\n"

    def why(self) -> Iterator[str]:
        """The search behind the last answer, and which of its passages the answer cites."""
        if "done" not in self.last:
            yield "  Nothing has been asked yet.\n"
            return
        found, answer = self.last.get("retrieved", {"citations": [], "searched": ""}), self.last["done"]
        yield "  passages with their similarity, the reranker's relevance (- without it), and whether they are cited\n"
        cited = {citation["n"] for citation in answer["citations"]}
        yield f"  searched for: {found['searched'] or 'nothing: the question was refused before'}\n"
        for source in found["citations"]:
            mark = "cited" if source["n"] in cited else "not used"
            near = f"{source['score']:.2f} {_relevance(source):>4} {mark:8}"
            yield f"  [{source['n']}] {near} {source['title']} · {source['heading']}\n"
        yield f"  confidence {answer['confidence']:.2f}   make logs REQUEST={answer['request_id']}\n"

    def facts(self) -> Iterator[str]:
        kept = self._facts()
        yield from (f"  {n}. {each['text']} ({each['kind']}, until {each['expires_at'][:10]})\n" for n, each in enumerate(kept, 1))
        if not kept:
            yield "  Nothing is kept.\n"

    def forget(self, which: str) -> Iterator[str]:
        """which: the number of a fact as `facts` lists it, or "all"."""
        kept = self._facts()
        if which.casefold() == "all":
            path = "/v1/facts"
        elif which.isdecimal() and 0 < int(which) <= len(kept):
            path = f"/v1/facts/{kept[int(which) - 1]['fact_id']}"
        else:
            yield "  /facts lists what can be forgotten, with numbers.\n"
            return
        yield f"  {call('DELETE', path, self.person).require('Not forgotten')['erased']} forgotten.\n"

    def _facts(self) -> list[Any]:
        kept: list[Any] = []
        query = ""
        while True:
            page = call("GET", f"/v1/facts{query}", self.person).require("No facts")
            kept += page["facts"]
            if page["next"] is None:
                return kept
            query = f"?after={page['next']}"

    def rate(self, rating: str, reason: str) -> Iterator[str]:
        if "done" not in self.last:
            yield "  Nothing has been asked yet.\n"
            return
        body = {"request_id": self.last["done"]["request_id"], "rating": rating} | ({"reason": reason} if reason else {})
        call("POST", "/v1/feedback", self.person, body).require("Not kept")
        yield "  Thank you, this is kept.\n"

    def appeal(self, reason: str) -> Iterator[str]:
        """Have a person look at the last answer, or show what a person has decided of it."""
        if "done" not in self.last:
            yield "  Nothing has been asked yet.\n"
            return
        request_id = self.last["done"]["request_id"]
        body = {"request_id": request_id, "session_id": self.session_id} | ({"reason": reason} if reason else {})
        state = call("POST", "/v1/appeals", self.person, body).require("Not appealed")["state"]
        yield f"  A person {'will look at it' if state == 'open' else 'has decided it'}: GET /v1/appeals/{request_id}\n"


def _relevance(source: dict[str, Any]) -> str:
    return "-" if source["relevance"] is None else f"{source['relevance']:.2f}"


def _printed(event: Event) -> str:
    if event.name == "delta":
        return str(event.data["text"])
    if event.name == "replaced":
        return f"\n  (taken back; the answer is now:)\n{event.data['text']}"
    return ""


def remarks(answer: dict[str, Any]) -> Iterator[str]:
    """What the reader of an answer must know of it."""
    if answer["noted"]:
        yield f"(noted: {' '.join(answer['noted'])} · /facts lists what is kept)"
    if answer["not_noted"]:
        yield f"(not kept of what you said of yourself: {', '.join(WHY_NOT_NOTED[each] for each in answer['not_noted'])})"
    if answer["withheld"]:
        yield f"({answer['withheld']} of the model's sentences left out: no passage carries them)"
    if answer["degraded"]:
        yield f"(answered without: {', '.join(answer['degraded'])})"
    if answer["appeal"] and answer["appeal"]["in_review"]:
        yield "(a person will look at this answer)"
    elif answer["appeal"] and not answer["grounded"]:
        yield "(/appeal REASON has a person look at this)"
    session = answer["session"]
    if session and session["turn"] is None:
        yield "(this could not be remembered)"
    if session and session["rebuilt"]:
        yield f"({session['rebuilt']} earlier questions had expired and were brought back from the archive)"
    if session and session["forgotten"]:
        yield f"({session['forgotten']} earlier questions are no longer known)"


def obeyed(chat: Chat, line: str) -> Iterator[str]:
    """What to print for a line that was typed."""
    order, _, rest = line.partition(" ")
    match order:
        case "/new":
            chat.begin()
            yield "  A new conversation.\n"
        case "/history":
            yield from chat.history()
        case "/why":
            yield from chat.why()
        case "/good" | "/bad":
            yield from chat.rate("up" if order == "/good" else "down", rest.strip())
        case "/facts":
            yield from chat.facts()
        case "/forget":
            yield from chat.forget(rest.strip())
        case "/appeal":
            yield from chat.appeal(rest.strip())
        case _ if order.startswith("/"):
            yield HELP + "\n"
        case _:
            yield from chat.ask(line)


def main() -> int:
    chat = Chat(sign_in(asking()))
    chat.begin()
    print(f"You are {chat.person.name} of {chat.person.tenant}. Ask, or type /help.")
    return talk(lambda line: obeyed(chat, line))


def talk(obeyed: Callable[[str], Iterator[str]]) -> int:
    """Print what each line that is typed brings, until the end; a trouble ends no conversation."""
    for line in typed():
        try:
            for piece in obeyed(line):
                print(piece, end="", flush=True)
        except Trouble as trouble:
            print(f"\n  {trouble}")
    return 0


def typed(prompt: str = "\n> ") -> Iterator[str]:
    """Lines that say something, until the end of the input or /quit."""
    while True:
        try:
            line = input(prompt if sys.stdin.isatty() else "").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "/quit":
            return
        if line:
            yield line


if __name__ == "__main__":
    command(main)
