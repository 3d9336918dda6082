"""A world for agents in which everything is in memory and any step may be the last of its process.

A script says what the model replies; tools have effects that can be counted; a process is killed by an exception that nothing catches.
"""

import itertools
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict

from benchmarks.in_process_tables import InProcessTables
from benchmarks.measure import ROOT

sys.path.insert(0, str(ROOT / "lambdas"))
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "benchmarks")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Causeway")

from causeway.agents.agent import Agent
from causeway.agents.agents import Agents, Pace
from causeway.agents.journal import Journal
from causeway.agents.prices import Price, Prices
from causeway.agents.queue import Look, RunQueue
from causeway.agents.run import Call, Run
from causeway.agents.tool import HAND_OFF, Calling, Refused, Tool
from causeway.agents.toolbox import Permit, Services
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.events.bus import EventBus
from causeway.models.acting import ActReply, ActRequest, ToolCall
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import metrics
from causeway.runtime.problems import Problem

KEYS = {"memory": ("conversation", "item"), "sessions": ("owner", "session_id"), "runs": ("run_key", "item")}
OWNER = Owner("harbour", "ada")
START = 4_000_000_000  # of the clock here, in seconds since 1970
DELIVERIES = 300  # of messages, after which a turn counts as one that does not end
TIME_TO_WORK, NO_TIME = 25.0, 3.0  # seconds of a process; the short one is over before the model is asked


class Killed(BaseException):
    """The process is gone."""


class Fate:
    """Kills the process at the moment whose number is due. Every request and every tool is a moment before and one after."""

    def __init__(self, due: Iterator[int]) -> None:
        self._due = due
        self.moments, self.kills = 0, 0
        self._next = next(due, 0)

    def moment(self) -> None:
        self.moments += 1
        self._next -= 1
        if self._next == 0:
            self.kills += 1
            self._next = next(self._due, 0)
            raise Killed

    def around(self, work: Callable[[], Any]) -> Any:
        self.moment()
        done = work()
        self.moment()
        return done


class Mortal:
    """A client whose every request may be the last. What was asked for before may have been done or not."""

    def __init__(self, served: Any, fate: Fate) -> None:
        self._served, self._fate = served, fate

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self._fate.around(lambda: getattr(self._served, operation)(**parameters))


class Things(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thing: str


@dataclass
class World:
    """What tools change. done: how often each effect happened. seen: keys that were used."""

    done: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    messages: list[tuple[float, str]] = field(default_factory=list)
    now: float = START
    chance: random.Random = field(default_factory=random.Random)

    def put_events(self, *, Entries: Sequence[Mapping[str, str]]) -> Mapping[str, Any]:
        """The bus with the rule of hand-offs: what it says comes to the queue, now and then twice, late or not at all."""
        for entry in Entries:
            look = json.dumps(json.loads(entry["Detail"])["look"])
            for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
                self.messages.append((self.now + self.chance.choice((0, 0, 5)), look))
        return {"FailedEntryCount": 0, "Entries": []}

    def send_message(self, *, MessageBody: str, DelaySeconds: int, **_: Any) -> None:
        self.messages.append((self.now + DelaySeconds, MessageBody))

    def tools(self, fate: Fate) -> list[Tool[Any]]:
        def changes(name: str) -> Callable[[Things, Calling], str]:
            def run(arguments: Things, calling: Calling) -> str:
                fate.around(lambda: self._once(f"{name} {arguments.thing}", calling.key))
                return f"{name} of {arguments.thing} is done."

            return run

        def look_up(arguments: Things, calling: Calling) -> str:
            fate.moment()
            if arguments.thing.startswith("lost"):
                raise Refused(f"There is no {arguments.thing}.")
            return f"{arguments.thing} is on the shelf."

        return [
            Tool("look_up", "Looks a thing up.", Things, look_up),
            Tool("write_note", "Writes a note.", Things, changes("write_note"), effect="once"),
            Tool("start_return", "Starts a return.", Things, changes("start_return"), effect="once", consent="Return {thing}?"),
        ]

    def _once(self, effect: str, key: str) -> None:
        if key not in self.seen:
            self.seen.add(key)
            self.done[effect] += 1


class NoServices:
    """Tools here have no records and no documents."""


@dataclass
class PlainToolbox:
    tools: Sequence[Tool[Any]]
    forbidden: frozenset[str] = frozenset()

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        return self.tools

    def permits(self, owner: Owner, tool: Tool[Any], arguments: BaseModel) -> Permit:
        return Permit(tool.name not in self.forbidden, "" if tool.name in self.forbidden else f"may-{tool.name}")

    def services(self, owner: Owner) -> Services:
        nothing: Any = NoServices()
        return Services(nothing, nothing)


ORDER = {"hand_off": 1, "start_return": 2}
Reply = str | Sequence[ToolCall]  # an answer, or calls


@dataclass(frozen=True)
class Script:
    """replies: of the model, the last one an answer. approves: what the user says to the questions, in order.

    others: what the model of each agent replies that is handed something, by the task.
    """

    replies: Sequence[Reply]
    approves: Sequence[bool]
    others: Mapping[str, Sequence[Reply]] = field(default_factory=dict)

    @property
    def calls(self) -> list[ToolCall]:
        """Of all agents, in the order in which they are served: those of a reply that act, then hand-offs, then those that ask."""
        return list(self._of(self.replies))

    def _of(self, replies: Sequence[Reply]) -> Iterator[ToolCall]:
        for reply in replies:
            made = [] if isinstance(reply, str) else sorted(reply, key=lambda call: ORDER.get(call.name, 0))
            for call in made:
                yield call
                yield from self._of(self.others[call.arguments["task"]]) if call.name == HAND_OFF else ()

    @property
    def effects(self) -> Counter[str]:
        """What is to have happened at the end."""
        answers = iter(self.approves)
        wanted = [call for call in self.calls if call.name == "write_note" or (call.name == "start_return" and next(answers))]
        return Counter(f"{call.name} {call.arguments['thing']}" for call in wanted)


def scripted(seed: int) -> Script:
    """A turn by chance: one to four replies with one to four calls each, then an answer."""
    chance, things = random.Random(seed), itertools.count(1)
    last = replies = _replies(chance, things, chance.randint(1, 4))
    others: dict[str, Sequence[Reply]] = {}
    for to in FURTHER[: chance.choice((0, 1, 1, 2))]:
        calls = chance.choice(last)
        calls.insert(chance.randint(0, len(calls)), ToolCall("h", HAND_OFF, {"to": to, "task": f"to {to}"}))
        last = _replies(chance, things, chance.randint(1, 2))
        others[f"to {to}"] = [*last, "I have done my part."]
    script = Script([*replies, "All of it is done."], (), others)
    questions = [call for call in script.calls if call.name == "start_return"]
    return replace(script, approves=[chance.random() < 0.7 for _ in questions])


def _replies(chance: random.Random, things: Iterator[int], count: int) -> list[list[ToolCall]]:
    """Each with one to four calls."""
    names, replies = ("look_up", "look_up", "write_note", "start_return"), []
    for _ in range(count):
        calls = [chance.choice(names) for _ in range(chance.randint(1, 4))]
        replies.append([ToolCall(f"t{at}", name, {"thing": _thing(name, next(things), chance)}) for at, name in enumerate(calls)])
    return replies


def _thing(name: str, number: int, chance: random.Random) -> str:
    return f"lost-{number}" if name == "look_up" and chance.random() < 0.15 else f"thing-{number}"


@dataclass(frozen=True)
class ScriptedModel:
    script: Script
    fate: Fate

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        self.fate.moment()
        said = sum(message.role == "assistant" for message in request.messages)
        task = TASK.search(request.messages[0].text)
        reply = (self.script.others[task[1]] if task else self.script.replies)[said]
        usage = Usage(100, 20, "scripted")
        if isinstance(reply, str):
            return ActReply(reply, [], "end_turn", usage)
        return ActReply("", reply, "tool_use", usage)


def _agent(name: str, *others: str) -> Agent:
    return Agent.model_validate(
        {
            "name": name,
            "title": name.title(),
            "instructions": "Help.",
            "skills": "Does things.",
            "tools": ["look_up", "write_note", "start_return"],
            "hands_off_to": others,
            "limits": {"failures": 10, "iterations": 20},
        }
    )


FURTHER = ("events", "stock")
AGENTS = {"service": _agent("service", "events"), "events": _agent("events", "stock"), "stock": _agent("stock", "service")}
TASK = re.compile(r"<task-[0-9a-f]+>\n(.*?)\n</task")


@dataclass(frozen=True)
class Outcome:
    """kept: turns in the conversation's memory. ended: whether the turn did. kills: that it survived."""

    run: Run | None
    done: Counter[str]
    kept: int
    kills: int
    moments: int

    @property
    def ended(self) -> bool:
        return self.run is not None and self.run.state == "done"


class Turn:
    """One turn of a script, driven to its end by whoever would: its client, its user, the worker. served: in place of DynamoDB."""

    def __init__(self, script: Script, due: Iterator[int], chance: random.Random, served: Any = None) -> None:
        self._script, self._chance, self._world = script, chance, World(chance=random.Random(chance.random()))
        self._fate = Fate(due)
        self._tables = served or InProcessTables(KEYS)
        self._answers: dict[str, bool] = {}
        safe: Any = self._tables
        self._memory = Memory(safe, Tables("memory", "sessions"), _dependency("memory"))
        self._session = self._memory.create_session(OWNER).session_id

    def played(self) -> Outcome:
        run = self._begun()
        for _ in range(DELIVERIES):
            if run is not None and run.state == "done":
                break
            if run is not None and run.state == "waiting":
                asking = self._asking(run)
                answered = self._answered(*asking)
                run = answered if asking[0] is run else self._shown()
            else:
                run = self._delivered()
        kept = len(self._memory.messages(OWNER, self._session))
        metrics.clear_metrics()
        return Outcome(run, self._world.done, kept, self._fate.kills, self._fate.moments)

    def _begun(self) -> Run | None:
        """A client that hears nothing sends the same again, with the same token, until the turn is taken in, and sometimes after."""
        while True:
            try:
                return self._agents().begin(OWNER, "service", "Please.", self._session, "the-token", self._deadline())
            except Killed:
                if self._shown() and self._chance.random() < 0.5:
                    return None

    def _answered(self, run: Run, call: Call) -> Run:
        """The user answers the first question; an answer that is lost is given again, and one that arrived sometimes twice."""
        approve = self._answers.setdefault(f"{run.id} {call.call.id}", self._script.approves[len(self._answers)])
        for _ in range(DELIVERIES):
            try:
                answered = self._agents().decide(OWNER, run.id, call.call.id, approve, self._deadline())
                if self._chance.random() < 0.7:
                    return answered
            except Killed:
                shown = self._shown(run.id) or run
                if shown.state != "waiting" and self._chance.random() < 0.5:
                    return shown  # the answer has arrived: the worker goes on
                self._world.now += 40  # the lease of the one that died is over
        return run

    def _asking(self, run: Run) -> tuple[Run, Call]:
        """The run that asks, which may be another agent's, and what it asks about."""
        handed = next((call.hand_off for call in run.calls if call.hand_off and call.hand_off.state == "waiting"), None)
        if handed and (other := self._shown(handed.run_id)):
            return self._asking(other)
        return run, next(call for call in run.calls if call.outcome == "waiting")

    def _delivered(self) -> Run | None:
        """The next message comes to the worker; should that die, it comes again."""
        if not self._world.messages:
            self._world.now += 40
            return self._shown()
        self._world.messages.sort()
        due, body = self._world.messages[0]
        self._world.now = max(self._world.now, due)
        look = Look.read(body)
        try:
            with suppress(Problem):  # a message can come before its run, or without it
                self._agents().resume(look.owner, look.run_id, self._deadline())
        except Killed:
            return None
        self._world.messages.remove((due, body))
        return self._shown()

    def _shown(self, run_id: str = "") -> Run | None:
        """As a user sees it. Nothing can happen to who looks."""
        with suppress(Problem):
            return self._agents(Fate(iter(()))).show(OWNER, run_id or OWNER.id_of("service", "the-token"))
        return None

    def _deadline(self) -> Deadline:
        return Deadline.after(TIME_TO_WORK if self._chance.random() < 0.9 else NO_TIME)

    def _agents(self, fate: Fate | None = None) -> Agents:
        """A new process."""
        fate = fate or self._fate
        tables, queue = Mortal(self._tables, fate), Mortal(self._world, fate)
        clients: Any = (tables, queue)
        return Agents(
            ScriptedModel(self._script, fate),
            AGENTS,
            PlainToolbox(self._world.tools(fate)),
            journal=Journal(lambda _: clients[0], "runs", _dependency("runs")),
            queue=RunQueue(clients[1], "queue", _dependency("queue")),
            bus=EventBus(clients[1], "bus", _dependency("events")),
            memory=Memory(clients[0], Tables("memory", "sessions"), _dependency("memory")),
            prices=Prices({"scripted": Price(1.0, 5.0)}),
            settings=Pace(model_seconds=5.0),
            now=lambda: self._world.now,
            pause=lambda seconds: None,
        )


def _dependency(name: str) -> Dependency:
    return Dependency(name, attempt_seconds=1.0, budget_seconds=5.0, pause=lambda seconds: None)
