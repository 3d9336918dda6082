"""State machine task: keeps the token by which a team's run waits, and sends each approver a signed link."""

from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field, StringConstraints

from causeway.agents.contract import RUN_ID
from causeway.approvals.asking import Asked, Asking
from causeway.approvals.assembly import RUNS, asking, tenant_rows
from causeway.approvals.settings import AskingSettings
from causeway.conversations.keys import Owner
from causeway.runtime.logs import logger, metrics, record_breaker
from causeway.teams.errors import Failed
from causeway.teams.outcome import finished
from causeway.teams.record import TeamRecord


class RunOfEvent(BaseModel):
    """name: of the owner in the user pool, by which nobody approves their own task."""

    id: Annotated[str, StringConstraints(pattern=RUN_ID)]
    tenant: str
    user: str
    name: str

    @property
    def owner(self) -> Owner:
        return Owner(self.tenant, self.user, self.name)


class Event(BaseModel):
    """What a state machine sends. token: of the state that waits; "" for the step `expire`, after which nothing waits.

    execution: its ARN. seconds: until the approval expires, from the step `ask` on. address: of the page for approvers.
    """

    step: Literal["ask", "remind", "expire"]
    token: str = ""
    execution: str
    run: RunOfEvent
    seconds: int = Field(ge=1)
    address: str


@cache
def service() -> Asking:
    """With its clients, made while the function initialises."""
    return asking(AskingSettings.from_environment())


@cache
def record() -> TeamRecord:
    settings = AskingSettings.from_environment()
    return TeamRecord(tenant_rows(settings.tenant_role).of, settings.agent_runs_table, RUNS.guarded(record_breaker))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`Event` to what `Asking.take` returns.

    The state machine tries again after Throttled and DependencyUnavailable. Raises Failed when the run is no longer there.
    """
    wanted = Event.model_validate(event)
    logger.set_correlation_id(wanted.run.id)
    run = record().read(wanted.run.owner, wanted.run.id)
    if run is None:
        raise Failed("there is no such run")
    given = wanted.model_dump(exclude={"run"})
    answer = service().take(Asked(**given, run_id=run.id, owner=wanted.run.owner, team=run.team, task=run.task, outcome=finished(run)))
    if answer.get("state") == "waiting":
        record().move(run, "waiting")
    return answer


service()
record()
