"""State machine task: one piece of work of a team's run, a role's or a step of ours."""

from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, StringConstraints

from causeway.agents.contract import RUN_ID
from causeway.agents.settings import ActingSettings
from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import hashed, logger, metrics
from causeway.teams.assembly import roles
from causeway.teams.gathering import told
from causeway.teams.roles import Roles, Step, spent_of

SECONDS_TO_HAND_OVER = 3.0  # kept back from the function's time to write the last step and answer

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class RunOfEvent(BaseModel):
    """name: of the user in the user pool, by which groups know people."""

    id: Annotated[str, StringConstraints(pattern=RUN_ID)]
    tenant: str
    user: str
    name: str = ""


class Event(BaseModel):
    """What a state machine sends. key: names this piece within its run. role: "" for a step of ours."""

    run: RunOfEvent
    step: Name
    role: Name | None = None
    key: Name
    input: dict[str, Any]

    @property
    def wanted(self) -> Step:
        run = self.run
        return Step(Owner(run.tenant, run.user, run.name), run.id, self.step, self.role or "", self.key, self.input)


@cache
def team() -> Roles:
    """The service with its clients, made while the function initialises."""
    return roles(ActingSettings.from_environment())


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Event to {"output", "spent", "state"}, without a word of people. Raises Unfinished, Busy or Failed."""
    wanted = Event.model_validate(event).wanted
    logger.set_correlation_id(wanted.run_id)
    piece = team().do(wanted, Deadline.before_end(context, SECONDS_TO_HAND_OVER))
    facts = {"tenant": hashed(wanted.owner.tenant), "step": piece.step, "role": piece.role, "key": piece.key, "seconds": piece.seconds}
    logger.info("team piece", extra={"outcome": piece.state, **facts, **spent_of(piece.spent)})
    return {"output": told(piece), "spent": spent_of(piece.spent), "state": piece.state}


team()
