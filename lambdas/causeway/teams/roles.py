"""One piece of work of a team's run, as a state machine asks for it: a role's, or a step of ours."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from causeway.agents.agent import Limits as AgentLimits
from causeway.agents.ending import why
from causeway.agents.run import Spent, Stopped
from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.logs import record_failure
from causeway.teams.asking import agent_of, message_of
from causeway.teams.errors import Busy, Failed
from causeway.teams.gathering import gathered
from causeway.teams.handing_in import hand_in
from causeway.teams.outcome import broken_off, finished
from causeway.teams.output import handed_on
from causeway.teams.record import TeamRecord
from causeway.teams.run import Piece, TeamRun
from causeway.teams.team import Team
from causeway.teams.verifying import decision_of, verdict_of
from causeway.teams.working import Work, Working

DONE: Literal["done"] = "done"
OUT_OF = ("budget", "deadline")
NOT_APPROVED = ("rejected", "expired")  # as the state machine names them
# What the state machine calls it, as the record does.
STOPPED_BY = {"Failed": "failed", "Busy": "busy", "Unfinished": "deadline", "States.Timeout": "deadline"}


@dataclass(frozen=True)
class Step:
    """What the state machine asks for. step: "verify" and "end" are ours, any other is the role's. given: as `gathered` reads it."""

    owner: Owner
    run_id: str
    step: str
    role: str
    key: str
    given: Mapping[str, Any]


class Roles:
    """teams: by name."""

    def __init__(self, teams: Mapping[str, Team], record: TeamRecord, working: Working, now: Callable[[], float] = time.time) -> None:
        self._teams, self._record, self._working, self._now = teams, record, working, now

    def do(self, step: Step, deadline: Deadline) -> Piece:
        """The piece once it is done; the same key again gives the same and does nothing.

        Raises Unfinished, Busy or Failed, as the state machine tells them apart.
        """
        try:
            return self._do(step, deadline)
        except (Throttled, DependencyUnavailable) as failure:
            record_failure(failure)
            raise Busy(f"{failure.dependency} {failure.kind}") from failure
        except DependencyRejected as failure:
            record_failure(failure)
            raise Failed(f"{failure.dependency} {failure.kind}") from failure

    def _do(self, step: Step, deadline: Deadline) -> Piece:
        run = self._record.read(step.owner, step.run_id)
        team = self._teams.get(run.team) if run else None
        if run is None or (team is None and step.step != "end"):
            raise Failed("there is no such run, or its domain has the team no longer")
        piece = run.piece(step.key) or Piece(step.key, step.step, step.role, gathered(run, step.given), self._now())
        if piece.state != "working":
            return _settled(piece)
        self._record.take_up(run, piece)
        return self._finished(run, self._come_of(run, team, piece, deadline) if team and step.step != "end" else self._end(run, piece))

    def _finished(self, run: TeamRun, piece: Piece) -> Piece:
        self._record.finish(run, replace(piece, ended_at=self._now()))
        return _settled(piece)

    def _come_of(self, run: TeamRun, team: Team, piece: Piece, deadline: Deadline) -> Piece:
        if piece.step == "verify":
            verdict = verdict_of(piece.input)
            return replace(piece, state=DONE, output=verdict.model_dump(mode="json"), decision=decision_of(verdict))
        if piece.role not in team.roles:
            return _failed(piece, f"the team has no role {piece.role}")
        if stopped := self._out_of(run, team):
            return _failed(piece, stopped)
        return self._worked(run, team, piece, deadline)

    def _out_of(self, run: TeamRun, team: Team) -> str:
        """What the run has used up: "budget" or "deadline"; "" when it may go on."""
        if run.spent.usd >= team.limits.usd or run.spent.tokens >= team.limits.tokens:
            return "budget"
        return "deadline" if self._left(run, team) <= 0 else ""

    def _left(self, run: TeamRun, team: Team) -> float:
        return run.created_at + team.limits.seconds - self._now()

    def _worked(self, run: TeamRun, team: Team, piece: Piece, deadline: Deadline) -> Piece:
        agent = agent_of(team, piece.role, run.spent, self._left(run, team))
        tool = hand_in(team.roles[piece.role].output, team)
        message = lambda code: message_of(run, piece.role, piece.input, code)  # noqa: E731
        work = Work(run.owner.id_of("team", run.id, piece.key), run.owner, team.name, agent, tool, message)
        done = self._working.done(work, deadline)
        progress, ended = done.progress, done.progress.ended
        after = replace(piece, spent=progress.spent, seconds=round(progress.seconds, 3))
        if ended is None or ended.stopped != "answered":
            return _failed(after, _words(ended.stopped if ended else "interrupted", agent.limits))
        handed = handed_on(done, tool, self._working.tools(run.owner), {"given": piece.input, "known": _known(run)}, team)
        return replace(after, state=DONE, output=handed.output.model_dump(mode="json"), decision=handed.decision)

    def _end(self, run: TeamRun, piece: Piece) -> Piece:
        """given: stopped, why the run ends early; "" when all have done their part. decision: of a person, kept as it was given."""
        stopped = _stopped(run, str(piece.input.get("stopped") or ""))
        outcome = broken_off(run, stopped) if stopped else finished(run)
        last = replace(piece, state=DONE, output=dict(outcome), decision=stopped or "answered")
        self._record.end(run, "failed" if stopped else DONE, stopped or "answered", outcome, replace(last, ended_at=self._now()))
        return last


def _stopped(run: TeamRun, given: str) -> str:
    """Why a run ends early, as the record has it: what a piece ran out of says more than that it failed."""
    whys = [piece.why for piece in run.pieces if piece.state == "failed" and piece.why in OUT_OF]
    return whys[0] if given and whys and given not in NOT_APPROVED else STOPPED_BY.get(given, given)


def _settled(piece: Piece) -> Piece:
    if piece.state == "failed":
        raise Failed(f"{piece.step} {piece.key} failed; the record says why")
    return piece


def _failed(piece: Piece, said: str) -> Piece:
    return replace(piece, state="failed", why=said, decision="failed")


def _words(stopped: Stopped, limits: AgentLimits) -> str:
    if stopped == "failures":
        return "It did not hand in what was asked for, or its tools failed again and again."
    return why(stopped, limits)


def _known(run: TeamRun) -> list[Any]:
    """Outputs of the pieces before, whose claims a role was shown as established."""
    return [piece.output for piece in run.pieces if piece.state == DONE]


def spent_of(spent: Spent) -> Mapping[str, Any]:
    return {**vars(spent), "usd": round(spent.usd, 6)}
