"""A conversation with an agent of the local deployment: words and calls of tools appear as they come; nothing that needs consent happens
without.

    AGENT=service python -m local.commands.agent_chat

AS names the sample user who asks. /help lists what else can be typed.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from local.app.api import call
from local.app.domain import asking
from local.app.people import Person, sign_in
from local.app.stream import Event, events
from local.commands.chat import talk, typed
from local.console import command

HELP = """  /new    begin another conversation
  /run    the last turn whole: every call with its arguments and result, and what it cost; so does /why
  /quit   end; so does Ctrl-D"""
SHORT = 160  # characters of a result that are shown beside its call
LOOK_SECONDS, PATIENCE_SECONDS = 1.0, 300.0
YES = ("y", "yes")

WHY_STOPPED = {
    "iterations": "too many steps",
    "deadline": "no time left",
    "failures": "too many failures one after another",
    "repeated-call": "the same call again and again",
    "no-progress": "no progress",
    "tokens": "no tokens left",
    "cost": "no money left",
    "guardrail": "the guardrail intervened",
    "consent-expired": "nobody consented in time",
    "model-unavailable": "no model answers",
    "ping-pong": "handed from one agent to another and back",
    "switched-off": "agents are switched off",
    "interrupted": "interrupted too often",
}


@dataclass
class AgentChat:
    """One conversation. consents: asks the user a question that can be answered by yes or no. last: the latest run."""

    person: Person
    agent: str
    consents: Callable[[str], bool]
    session_id: str = ""
    last: dict[str, Any] = field(default_factory=dict)
    pause: Callable[[float], None] = time.sleep

    def begin(self) -> None:
        self.session_id = call("POST", "/v1/sessions", self.person).require("No conversation")["session_id"]
        self.last = {}

    def say(self, message: str) -> Iterator[str]:
        """What to print, piece by piece: words and calls as they come, then what the turn cost."""
        sent = {"message": message, "session_id": self.session_id, "client_token": uuid4().hex}
        shown = Shown()
        for event in events(self.person, sent, f"/v1/agents/{self.agent}/turns/stream"):
            yield shown.of(event)
            if event.name in ("done", "working"):
                self.last = event.data
        yield from self._followed(shown)
        if self.last["state"] == "done":
            yield shown.rest(self.last["answer"]) + "\n\n" + "".join(f"  {line}\n" for line in remarks(self.last))
        else:
            yield "  (it is not done yet: /run shows how far it is)\n"

    def _followed(self, shown: "Shown") -> Iterator[str]:
        """Calls as they end, until the run is done or patience is."""
        looks = 0
        while looks * LOOK_SECONDS <= PATIENCE_SECONDS:
            yield from shown.ended(self.last["calls"])
            if self.last["state"] == "done":
                return
            if asked := self._asked(self.last):
                self._decide(*asked)
                continue
            if not looks and not any(each.get("hand_off") for each in self.last["calls"]):
                yield "\n  (this takes longer than a request may; it goes on by itself)\n"
            looks += 1
            self.pause(LOOK_SECONDS)
            self._look()

    def run(self) -> Iterator[str]:
        """The last turn, as the API shows it now."""
        if not self.last:
            yield "  Nothing has been said yet.\n"
            return
        self._look()
        yield f"  run {self.last['run_id']}: {self.last['state']}\n"
        for number, each in enumerate(self.last["calls"], start=1):
            yield f"  {number}. {named(each)}: {each['outcome']}\n"
            yield "".join(f"     {line}\n" for line in each["result"].splitlines())
        yield "".join(f"  {line}\n" for line in remarks(self.last))

    def _asked(self, run: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """The id of the run that asks, which may be that of an agent to which something was handed, and the call."""
        if waiting := [each for each in run["calls"] if each["outcome"] == "waiting"]:
            return run["run_id"], waiting[0]
        handed = [each["hand_off"]["run_id"] for each in run["calls"] if (each.get("hand_off") or {}).get("state") == "waiting"]
        return self._asked(call("GET", f"/v1/runs/{handed[0]}", self.person).require("No run")) if handed else None

    def _look(self) -> None:
        self.last = call("GET", f"/v1/runs/{self.last['run_id']}", self.person).require("No run")

    def _decide(self, run_id: str, asked: dict[str, Any]) -> None:
        answer = {"call_id": asked["call_id"], "approve": self.consents(asked["asks"])}
        decided = call("POST", f"/v1/runs/{run_id}/approval", self.person, answer).require("Not decided")
        if run_id == self.last["run_id"]:
            self.last = decided
        else:
            self._look()


class Shown:
    """What has been printed of a turn: the text of the reply at hand, and calls that have ended, by their ids."""

    def __init__(self) -> None:
        self._text, self._ended = "", set[str]()

    def of(self, event: Event) -> str:
        """What to print of an event."""
        match event.name:
            case "delta":
                return self.rest(self._text + str(event.data["text"]))
            case "replaced":
                return self.rest(str(event.data["text"]))
            case "call":
                broken, self._text = "\n" if self._text else "", ""
                return f"{broken}  → {named(event.data)}\n"
            case "handed":
                return f"  … handed to {event.data['hand_off']['agent']}\n"
            case "result":
                return "".join(self.ended([event.data]))
            case _:
                return ""

    def rest(self, text: str) -> str:
        """What is not yet printed of a text that has grown, or has taken its beginning back."""
        before, self._text = self._text, text
        if text.startswith(before):
            return text[len(before) :] if before else text and f"\n{text}"
        return f"\n  (taken back; the answer is now:)\n{text}" if text else "\n  (taken back)\n"

    def ended(self, calls: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Calls that have ended and are not printed yet."""
        for each in calls:
            if each["outcome"] not in ("waiting", "running") and each["call_id"] not in self._ended:
                self._ended.add(each["call_id"])
                yield f"  {in_short(each)}\n"


def named(each: dict[str, Any]) -> str:
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in each["arguments"].items())
    return f"{each['tool']}({given})"


def in_short(each: dict[str, Any]) -> str:
    result = " ".join(each["result"].split())
    return f"← {each['tool']} {each['outcome']}: {result[:SHORT]}{'…' if len(result) > SHORT else ''}"


def remarks(run: dict[str, Any]) -> Iterator[str]:
    """Why the turn ended, where the agent did not end it, and what it used."""
    if run["stopped"] in WHY_STOPPED:
        yield f"(stopped: {WHY_STOPPED[run['stopped']]})"
    spent = run["spent"]
    calls = f"{spent['model_calls']} model call{'' if spent['model_calls'] == 1 else 's'}"
    yield f"${spent['usd']:.4f} · {spent['input_tokens']} tokens sent, {spent['output_tokens']} written · {calls}"


def obeyed(chat: AgentChat, line: str) -> Iterator[str]:
    """What to print for a line that was typed."""
    match line.partition(" ")[0]:
        case "/new":
            chat.begin()
            yield "  A new conversation.\n"
        case "/run" | "/why":
            yield from chat.run()
        case order if order.startswith("/"):
            yield HELP + "\n"
        case _:
            yield from chat.say(line)


def asked(question: str) -> bool:
    """Whether the user says yes, in words; the end of the input is a no."""
    print(f"  {question} y/n ", end="", flush=True)
    return next(typed(prompt=""), "").casefold() in YES


def main() -> int:
    chat = AgentChat(sign_in(asking()), os.environ["AGENT"], asked)
    chat.begin()
    print(f"You are {chat.person.name} of {chat.person.tenant}, and talk to the agent {chat.agent}. Say something, or type /help.")
    return talk(lambda line: obeyed(chat, line))


if __name__ == "__main__":
    command(main)
