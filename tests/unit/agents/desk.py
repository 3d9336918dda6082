"""An agent at work in memory, whose model and tools are functions of the test."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from benchmarks.in_process_tables import InProcessTables
from benchmarks.scripted_agents import KEYS, OWNER, START, PlainToolbox
from causeway.agents.agent import Agent
from causeway.agents.agents import Agents, Pace
from causeway.agents.auditing import Auditing
from causeway.agents.dictated import CALLER, dictating
from causeway.agents.journal import Journal
from causeway.agents.listening import Listener
from causeway.agents.prices import Price, Prices
from causeway.agents.queue import Look, RunQueue
from causeway.agents.run import Run
from causeway.agents.tool import Tool
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.events.event import Event
from causeway.models.acting import ActReply, ActRequest, Said, ToolCall
from causeway.models.chat import Usage
from causeway.models.inspecting import Inspector
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.problems import Problem

PATIENT = {"attempt_seconds": 0.1, "budget_seconds": 1.0, "pause": lambda seconds: None}
USAGE = Usage(100, 20, "model")


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thing: str


def tool(name: str, run: Callable[[Any, Any], Any] = lambda arguments, calling: f"{arguments.thing} is here.", **facts: Any) -> Tool[Any]:
    return Tool(name, f"Does {name}.", Thing, run, **facts)


def calls(*names_and_things: tuple[str, str], text: str = "", usage: Usage = USAGE) -> ActReply:
    made = [ToolCall(f"m{at}", name, {"thing": thing}) for at, (name, thing) in enumerate(names_and_things)]
    return ActReply(text, made, "tool_use", usage)


def says(text: str, stop_reason: str = "end_turn", usage: Usage = USAGE) -> ActReply:
    return ActReply(text, [], stop_reason, usage)


def results(request: ActRequest) -> list[str]:
    """What the last message brings of results."""
    return [each.content for each in request.messages[-1].results]


@dataclass
class Model:
    """reply: of the request, and how many replies there were before. asked: the requests."""

    reply: Callable[[ActRequest, int], ActReply]
    asked: list[ActRequest] = field(default_factory=list)

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        self.asked.append(request)
        return self.reply(request, sum(bool(each.calls) for each in request.messages))


class Bus:
    """In place of the event bus: what was published. lost: whether nothing arrives."""

    def __init__(self, inbox: "Inbox") -> None:
        self._inbox, self.events, self.lost, self.copies = inbox, list[Event](), False, 1

    def publish(self, event: Event) -> None:
        self.events.append(event)
        look: Any = event
        for _ in range(0 if self.lost else self.copies):
            self._inbox.send_message(MessageBody=look.look.model_dump_json(), DelaySeconds=0)


class Inbox:
    """In place of the client of SQS: messages with the time when each comes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.sent: list[tuple[float, Look]] = []

    def send_message(self, *, MessageBody: str, DelaySeconds: int, **_: Any) -> None:
        self.sent.append((self._now() + DelaySeconds, Look.read(MessageBody)))


@dataclass
class Hiding(PlainToolbox):
    hidden: frozenset[str] = frozenset()

    def offered(self, owner: Owner) -> Sequence[Tool[Any]]:
        return [each for each in self.tools if each.name not in self.hidden]


@dataclass
class Desk:
    """now, clock: the two clocks, which stand still unless a test moves them. hidden: tools that the owner is not offered."""

    model: Model
    tools: Sequence[Tool[Any]]
    forbidden: frozenset[str] = frozenset()
    limits: dict[str, Any] = field(default_factory=dict)
    named: Sequence[str] = ()  # tools of the agent, in place of all there are
    tables: Any = field(default_factory=lambda: InProcessTables(KEYS))
    now: float = START
    clock: float = 0.0
    owner: Owner = OWNER
    off: set[str] = field(default_factory=set)  # tenants whose agents operators have switched off
    inspector: Inspector | None = None
    auditing: Auditing | None = None
    along: Any = None
    hidden: frozenset[str] = frozenset()
    hands_off_to: Sequence[str] = ()
    colleagues: Mapping[str, Agent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inbox = Inbox(lambda: self.now)
        self.bus = Bus(self.inbox)
        self.journal = Journal(lambda tenant: self.tables, "runs", Dependency("runs", **PATIENT))
        self.memory = Memory(self.tables, Tables("memory", "sessions"), Dependency("memory", **PATIENT))

    @property
    def agent(self) -> Agent:
        named = self.named or [each.name for each in self.tools]
        facts = {"instructions": "Help.", "tools": named, "limits": self.limits, "skills": "Orders.", "hands_off_to": self.hands_off_to}
        return Agent.model_validate({"name": "service", "title": "S", **facts})

    @property
    def agents(self) -> Agents:
        queue: Any = self.inbox
        return Agents(
            self.model,
            {"service": self.agent, **self.colleagues, CALLER: dictating(each.name for each in self.tools)},
            Hiding(self.tools, self.forbidden, self.hidden),
            journal=self.journal,
            queue=RunQueue(queue, "queue", Dependency("queue", **PATIENT)),
            bus=self.bus,
            memory=self.memory,
            prices=Prices({"model": Price(1.0, 5.0)}),
            settings=Pace(model_seconds=5.0),
            inspector=self.inspector,
            auditing=self.auditing,
            now=lambda: self.now,
            clock=lambda: self.clock,
            pause=lambda seconds: None,
            is_on=lambda tenant: tenant not in self.off,
            along=self.along,
        )

    def deliver(self, seconds: float = 25.0) -> bool:
        """The next message comes to the worker; time goes on until it does. False when there is none."""
        if not self.inbox.sent:
            return False
        self.inbox.sent.sort(key=lambda each: each[0])
        due, look = self.inbox.sent.pop(0)
        self.now = max(self.now, due)
        with suppress(Problem):
            self.agents.resume(look.owner, look.run_id, Deadline.after(seconds))
        return True

    def show(self, run_id: str) -> Run:
        return self.agents.show(self.owner, run_id)

    def settled(self, run: Run, most: int = 200) -> Run:
        """After every message, as far as the run comes by them."""
        for _ in range(most):
            if not self.deliver():
                break
        return self.show(run.id)

    def begin(
        self,
        message: str = "Please.",
        session_id: str | None = None,
        token: str = "the-token",
        seconds: float = 25.0,
        listener: Listener | None = None,
    ) -> Run:
        return self.agents.begin(self.owner, "service", message, session_id, token, Deadline.after(seconds), listener)

    def decide(self, run: Run, call_id: str, approve: bool = True) -> Run:
        return self.agents.decide(self.owner, run.id, call_id, approve, Deadline.after(25))

    def resume(self, run: Run, seconds: float = 25.0) -> Run:
        return self.agents.resume(self.owner, run.id, Deadline.after(seconds))


def desk(reply: Callable[[ActRequest, int], ActReply], *tools: Tool[Any], **facts: Any) -> Desk:
    return Desk(Model(reply), tools, **facts)


def in_turn(*replies: ActReply) -> Callable[[ActRequest, int], ActReply]:
    """One reply after another."""
    return lambda request, before: replies[before]


def texts(messages: Sequence[Said]) -> list[tuple[str, str]]:
    return [(each.role, each.text) for each in messages]
