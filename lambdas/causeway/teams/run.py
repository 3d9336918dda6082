"""A team's run as it is written down: the task, each piece of work, and how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from causeway.agents.run import Spent
from causeway.approvals.approval import Approval
from causeway.conversations.keys import Owner

State = Literal["working", "waiting", "done", "failed"]  # waiting: for a person's approval
PieceState = Literal["working", "done", "failed"]
KEPT_SECONDS = 7 * 86400

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Piece:
    """What one role did, or a step of ours. key: names it within its run; letters, digits and hyphens.

    decision: what came of it, in a few words. why: of a failure, in a sentence. started_at, ended_at: seconds since 1970.
    seconds: of work; waiting for another attempt does not count.
    step: of the team. role: who works on it. input, output: of the role. state: how far it is. spent: on it.
    Data class: restricted; key, step, role, started_at, state, decision, spent, seconds, ended_at: internal.
    """

    key: str
    step: str
    role: str
    input: Json
    started_at: float
    state: PieceState = "working"
    output: Json | None = None
    decision: str = ""
    why: str = ""
    spent: Spent = field(default_factory=Spent)
    seconds: float = 0.0
    ended_at: float = 0.0


@dataclass(frozen=True)
class TeamRun:
    """digest: of the request, which the same client token must repeat. context: what the user has said of themselves, newest first.

    outcome: the text for the user, with its claims and caveats; None before the end. stopped: why it ended, "" before.
    needs_approval: a person approves the outcome. approval: how that stands; it is kept apart, and only `looking` brings it.
    id: 32 hexadecimal digits. execution: ARN of the state machine's. state: how far it is. pieces: of work.
    Data class: restricted; id, team, created_at, digest, session_id, execution, state, stopped, needs_approval: internal.
    """

    id: str
    owner: Owner
    team: str
    task: str
    created_at: int
    digest: str = ""
    session_id: str | None = None
    execution: str = ""
    context: Sequence[str] = ()
    state: State = "working"
    stopped: str = ""
    outcome: Json | None = None
    needs_approval: bool = False
    approval: Approval | None = None
    pieces: Sequence[Piece] = ()

    @property
    def expires_at(self) -> int:
        return self.created_at + KEPT_SECONDS

    @property
    def withheld(self) -> bool:
        """Whether its owner may not see yet, or ever, what roles have made: the outcome needs approval and has none."""
        return self.needs_approval and self.state != "done"

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def spent(self) -> Spent:
        each = [piece.spent for piece in self.pieces]
        return Spent(
            input_tokens=sum(spent.input_tokens for spent in each),
            output_tokens=sum(spent.output_tokens for spent in each),
            usd=sum(spent.usd for spent in each),
            model_calls=sum(spent.model_calls for spent in each),
        )

    def piece(self, key: str) -> Piece | None:
        return next((piece for piece in self.pieces if piece.key == key), None)
