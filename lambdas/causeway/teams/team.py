"""What a team is: domains/NAME/teams/TEAM.yaml."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from causeway.agents.agent import AgentName
from causeway.teams.contracts import MOST_TASKS, Output

Pattern = Literal["orchestrator", "evaluator", "sequence", "parallel"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Part):
    """Of a whole run. tokens: sent and written. usd: of models and tools. seconds: from its beginning; a person's decision is not counted.

    rounds: drafts that the evaluator may ask for.
    """

    tokens: int = Field(default=150_000, ge=1000)
    usd: float = Field(default=1.0, gt=0)
    seconds: int = Field(default=600, ge=30, le=3600)
    rounds: int = Field(default=3, ge=1, le=5)


class Role(Part):
    """instructions: for the model. tools: that it may use, by name; they only look things up. output: what it hands in."""

    instructions: str = Field(min_length=1)
    output: Output
    tools: tuple[str, ...] = ()
    iterations: int = Field(default=6, ge=2, le=20)
    max_tokens: int = Field(default=2048, ge=1, le=8192)


def _counts(plan: int = 0, draft: int = 0, score: int = 0, findings: int = 0) -> Mapping[Output, tuple[int, int]]:
    """Least and most roles of each output; findings: the least."""
    return {"plan": (plan, plan), "draft": (draft, draft), "score": (score, score), "findings": (findings, MOST_TASKS if findings else 0)}


_ROLES: Mapping[Pattern, Mapping[Output, tuple[int, int]]] = {
    "orchestrator": _counts(plan=1, draft=1, findings=1),
    "evaluator": _counts(draft=1, score=1),
    "parallel": _counts(draft=1, findings=2),
}


class Team(Part):
    """title, description: for people. roles: by name; of a sequence, in order, the last of which writes the draft.

    rubric: by which the evaluator scores. passes: the score from which a draft is good. high_stakes: a person approves the outcome.
    """

    name: AgentName
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(min_length=1, max_length=400)
    pattern: Pattern
    roles: Annotated[Mapping[AgentName, Role], Field(min_length=2)]
    limits: Limits = Limits()
    high_stakes: bool = False
    rubric: str = ""
    passes: float = Field(default=0.8, gt=0, le=1)

    @model_validator(mode="after")
    def roles_fit_the_pattern(self) -> Self:
        if self.pattern == "sequence" and [role.output for role in self.roles.values()][-1] != "draft":
            raise ValueError("the last role of a sequence hands in a draft")
        for output, (least, most) in _ROLES.get(self.pattern, {}).items():
            if not least <= len(self.handing_in(output)) <= most:
                raise ValueError(f"the pattern {self.pattern} has {least} to {most} roles whose output is {output}")
        if bool(self.rubric) != (self.pattern == "evaluator"):
            raise ValueError("a rubric belongs to the pattern evaluator, which needs one")
        return self

    def handing_in(self, output: Output) -> Sequence[str]:
        """Names of the roles that hand this in, in the file's order."""
        return [name for name, role in self.roles.items() if role.output == output]

    @property
    def for_the_machine(self) -> Mapping[str, Any]:
        """What the state machine of the pattern needs to know of this team, as a part of its input."""
        outputs: Sequence[Output] = ("plan", "findings", "draft", "score")
        return {
            "name": self.name,
            "pattern": self.pattern,
            "high_stakes": self.high_stakes,
            "rounds": self.limits.rounds,
            "passes": self.passes,
            "seconds": self.limits.seconds,
            "order": list(self.roles),
            "roles": {output: self.handing_in(output) for output in outputs},
        }
