"""What a trigger is: an entry of domains/NAME/triggers.yaml."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from causeway.agents.agent import AgentName

NAME = r"^[a-z][a-z0-9-]{0,39}$"
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w.-]{0,63}$")]
Ended = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
OURS = "causeway"
FAILURES: tuple[Ended, ...] = ("FAILED", "TIMED_OUT", "ABORTED")


def _not_ours(source: str) -> str:
    if source.startswith("aws.") or source == OURS:
        raise ValueError(f"{source} is no source of another account's own events")
    return source


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnDocument(_Section):
    """A document has become searchable, or could not because of a fault on our side. below: what its name begins with, "" for any."""

    kind: Literal["document"] = "document"
    became: Literal["indexed", "failed"] = "indexed"
    below: str = ""


class OnSchedule(_Section):
    """at: of EventBridge Scheduler, in the time zone. It begins one run for each tenant of the domain."""

    kind: Literal["schedule"] = "schedule"
    at: Annotated[str, StringConstraints(pattern=r"^(cron|rate)\([^()]+\)$")]
    time_zone: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+(/[A-Za-z_+-]+)*$")] = "UTC"


class OnStream(_Section):
    """A field of a business record has another value than before. before, now: only from, and to, these values."""

    kind: Literal["stream"] = "stream"
    records: Word
    field: Word
    before: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


class OnExecution(_Section):
    """An execution of one of the app's state machines has ended. of: whose. ended: in which ways."""

    kind: Literal["execution"] = "execution"
    of: Literal["teams"]
    ended: tuple[Ended, ...] = FAILURES


class OnAccount(_Section):
    """Another account has put an event on the bus; which accounts may, and for which tenant, is a setting of the environment.

    fields: of its detail, that the agent is told: texts, numbers or truths.
    """

    kind: Literal["account"] = "account"
    source: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w./-]{0,127}$"), AfterValidator(_not_ours)]
    detail_type: str = Field(min_length=1, max_length=128)
    fields: tuple[Word, ...] = Field(default=(), max_length=10)


On = Annotated[OnDocument | OnSchedule | OnStream | OnExecution | OnAccount, Field(discriminator="kind")]


class Trigger(_Section):
    """user: by whose rights the agent works, a name to which administrators give groups; None: the record's or the team run's own user.

    task: what the agent is told to do; what the event says follows it, as data. most_a_day: runs, for each tenant.
    """

    name: Annotated[str, StringConstraints(pattern=NAME)]
    when: On
    agent: AgentName
    user: Annotated[str, StringConstraints(pattern=r"^[\w.@+-]{1,128}$")] | None = None
    task: str = Field(min_length=1, max_length=2000)
    most_a_day: int = Field(default=100, ge=1, le=10_000)

    @model_validator(mode="after")
    def somebody_s_rights_hold(self) -> Self:
        if self.has_a_user_of_its_own == (self.user is not None):
            raise ValueError(
                "user: leave it out, the run belongs to the user whose the record or the team's run is"
                if self.user
                else "user: say by whose rights the agent works, such as `user: librarian`; administrators give that name its groups"
            )
        return self

    @property
    def has_a_user_of_its_own(self) -> bool:
        """Whether the event itself belongs to a user, by what we have written down."""
        return isinstance(self.when, OnStream | OnExecution)
