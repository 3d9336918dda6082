"""How long a domain remembers, read from `domains/NAME/conversations.yaml` for the functions that keep conversations."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.constructs.settings import Section
from stacks.data.domains import DOMAINS, content_of

FILE = "conversations.yaml"
LARGEST_BYTES = 2000  # of the 4 KB that Lambda takes for all variables of a function
Hours = Annotated[int, Field(ge=12)]  # the archiver comes six hours after a turn
FactKind = Literal["preference", "decision", "about"]  # as `causeway.conversations.statements` tells them


class Intent(Section):
    """phrases: as `causeway.conversations.intents` reads them. turn_hours: how long a turn of this kind is kept."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    phrases: list[Annotated[str, StringConstraints(pattern=r"\w")]] = Field(min_length=1)
    turn_hours: Hours | None = None


class Remembering(Section):
    """A domain's `conversations.yaml`. fact_hours: how long facts about a user are kept, by their kind; others are not kept."""

    turn_hours: Hours = 24
    summary_hours: Hours = 72
    session_hours: Hours = 720
    archive_days: int = Field(default=365, ge=1)
    fact_hours: dict[FactKind, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    intents: tuple[Intent, ...] = ()

    @model_validator(mode="after")
    def a_conversation_outlives_its_turns(self) -> Self:
        longest = max([self.turn_hours, self.summary_hours, *(intent.turn_hours or 0 for intent in self.intents)])
        if self.session_hours < longest:
            raise ValueError(f"session_hours={self.session_hours}: a turn or a summary is kept for {longest}, longer than its conversation")
        if self.archive_days * 24 < self.session_hours:
            raise ValueError(f"archive_days={self.archive_days} ends before session_hours={self.session_hours}")
        return self

    @model_validator(mode="after")
    def it_fits_into_a_variable(self) -> Self:
        size = len(self.variable.encode())
        if size > LARGEST_BYTES:
            raise ValueError(f"{size} bytes of hours and phrases: a function's variables have room for {LARGEST_BYTES}")
        return self

    @property
    def variable(self) -> str:
        """As the functions read it."""
        return self.model_dump_json(exclude_defaults=True)


def remembering(domain: str | None, domains: Path = DOMAINS) -> Remembering:
    """What the domain says, or the defaults where it says nothing.

    Raises ValueError when there is no such domain, or, with pydantic's words, when its file cannot be used.
    """
    return Remembering.model_validate(content_of(domain, FILE, domains))
