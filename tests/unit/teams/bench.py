"""A team at work in memory, whose model is a function of the test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.in_process_tables import InProcessTables
from benchmarks.scripted_agents import KEYS, OWNER, START, PlainToolbox
from causeway.agents.agents import Pace
from causeway.agents.journal import Journal
from causeway.agents.prices import Price, Prices
from causeway.agents.remembering import Remembering
from causeway.agents.tool import Tool
from causeway.agents.toolbox import Toolbox
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.models.acting import ActReply, ActRequest, ToolCall
from causeway.models.chat import Usage
from causeway.models.inspecting import Inspector
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.teams.record import TeamRecord
from causeway.teams.roles import Roles, Step
from causeway.teams.run import Piece, TeamRun
from causeway.teams.team import Team
from causeway.teams.working import Working
from tests.unit.agents.desk import PATIENT, Model

RUN = "0" * 32
USAGE = Usage(100, 20, "model")


def hands_in(**arguments: Any) -> ActReply:
    return ActReply("", [ToolCall("m1", "hand_in", arguments)], "tool_use", USAGE)


def claim(text: str, *evidence: str, **facts: Any) -> dict[str, Any]:
    return {"claim": text, "confidence": 0.9, "evidence": list(evidence), **facts}


def team(**facts: Any) -> Team:
    roles = {
        "plan": {"instructions": "Plan.", "output": "plan"},
        "rules": {"instructions": "Find rules.", "output": "findings", "tools": ["look_up"]},
        "write": {"instructions": "Write.", "output": "draft"},
    }
    given = {"name": "complaint", "title": "Complaint", "description": "Answers.", "pattern": "orchestrator", "roles": roles}
    return Team.model_validate({**given, **facts})


@dataclass
class Bench:
    reply: Callable[[ActRequest, int], ActReply]
    team: Team = field(default_factory=team)
    tools: Sequence[Tool[Any]] = ()
    tables: Any = field(default_factory=lambda: InProcessTables(KEYS))
    now: float = START
    inspector: Inspector | None = None

    def __post_init__(self) -> None:
        self.toolbox: Toolbox = PlainToolbox(self.tools)
        self.model = Model(self.reply)
        runs = Dependency("runs", **PATIENT)
        self.record = TeamRecord(lambda tenant: self.tables, "runs", runs)
        self.journal = Journal(lambda tenant: self.tables, "runs", runs)
        self.run = TeamRun(RUN, OWNER, self.team.name, "Where is it?", START)
        self.record.begin(self.run)

    @property
    def roles(self) -> Roles:
        memory = Memory(self.tables, Tables("memory", "sessions"), Dependency("memory", **PATIENT))
        working = Working(
            self.model,
            self.toolbox,
            self.journal,
            remembering=Remembering(memory),
            prices=Prices({"model": Price(1.0, 5.0)}),
            pace=Pace(model_seconds=5.0),
            now=lambda: self.now,
            clock=lambda: 0.0,
            inspector=self.inspector,
        )
        return Roles({self.team.name: self.team}, self.record, working, lambda: self.now)

    def do(self, step: str, role: str = "", key: str = "", seconds: float = 25.0, **given: Any) -> Piece:
        return self.roles.do(Step(OWNER, RUN, step, role, key or f"{step}-1", given), Deadline.after(seconds))

    def read(self) -> TeamRun:
        run = self.record.read(OWNER, RUN)
        assert run is not None
        return run

    def output(self, key: str) -> Mapping[str, Any]:
        found = self.read().piece(key)
        assert found is not None
        assert found.output is not None
        return found.output
