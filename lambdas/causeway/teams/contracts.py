"""What roles hand over to each other. All are bounded, so that a state machine's state stays far below its 256 KB.

A model hands one in by a call of a tool whose arguments are the contract; what is not its to say (`carried`) is not in the tool's schema.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Output = Literal["plan", "findings", "draft", "score"]
Carried = Literal["carried", "doubtful", "unsourced"]
LARGEST_BYTES = 16_000  # of one output, as JSON
MOST_TASKS = 6
MOST_CLAIMS = 12

Share = Annotated[float, Field(ge=0, le=1)]


def text_of(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most, strip_whitespace=True)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Handed(Part):
    """What one role hands in."""

    @model_validator(mode="after")
    def is_small(self) -> Self:
        size = len(self.model_dump_json().encode())
        if size > LARGEST_BYTES:
            raise ValueError(f"it has {size} bytes, at most {LARGEST_BYTES} are allowed; say less")
        return self


def _without_ours(schema: dict[str, Any]) -> None:
    schema["properties"].pop("carried")


class Claim(Part):
    """carried: what comes of its sources; set by us, whatever a model says.

    "carried": a source it names says it. "doubtful": the sources it names are there, and do not say it in its words.
    "unsourced": it names no source that a tool has returned. None before it was looked at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_ours)

    claim: Annotated[str, text_of(400), Field(description="one fact, in a whole sentence")]
    confidence: Annotated[Share, Field(description="0 to 1")]
    evidence: Annotated[
        tuple[Annotated[str, text_of(120)], ...],
        Field(max_length=4, description="its sources as tools named them, such as policies/returns.md or an order's number"),
    ] = ()
    caveats: Annotated[
        tuple[Annotated[str, text_of(200)], ...], Field(max_length=2, description="when it does not hold, or what is not known")
    ] = ()
    carried: Carried | None = None


Claims = Annotated[tuple[Claim, ...], Field(max_length=MOST_CLAIMS)]


class Findings(Handed):
    """What a role has found out."""

    claims: Claims


class Task(Part):
    role: Annotated[str, text_of(40), Field(description="who does it")]
    task: Annotated[str, text_of(600), Field(description="what is to be found out, complete in itself")]


class Plan(Handed):
    """Which role finds out what, all beside each other."""

    tasks: Annotated[tuple[Task, ...], Field(min_length=1, max_length=MOST_TASKS)]


class Draft(Handed):
    """A text for its reader, and the facts that it states."""

    text: Annotated[str, text_of(5000)]
    claims: Claims = ()


class Score(Handed):
    """How good a draft is, and what is wrong with it."""

    score: Annotated[Share, Field(description="0 to 1, by the rubric")]
    faults: Annotated[
        tuple[Annotated[str, text_of(300)], ...], Field(max_length=6, description="what has to be changed, one thing each")
    ] = ()


class Contradiction(Part):
    """Two claims that cannot both hold. settled: the one that does, None when it cannot be told. why: in a sentence."""

    claims: tuple[str, str]
    settled: str | None
    why: str


class Verdict(Part):
    """agreed: claims that a source carries and nothing contradicts, or that won over what does. unsupported: whose sources do not say it.

    left_out: how many contradictions there are beside these.
    """

    agreed: tuple[Claim, ...]
    unsupported: tuple[Claim, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    left_out: int = 0


OUTPUTS: Mapping[Output, type[Handed]] = {"plan": Plan, "findings": Findings, "draft": Draft, "score": Score}
