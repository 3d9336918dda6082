"""State machine task: keeps the token by which a team's run waits, and sends each approver a signed link."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.approvals.asking import Asked, Asking
from causeway.approvals.assembly import asking
from causeway.approvals.settings import AskingSettings
from causeway.runtime.logs import logger, metrics


@cache
def service() -> Asking:
    """With its clients, made while the function initialises."""
    return asking(AskingSettings.from_environment())


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`Asked` to what `Asking.take` returns. The state machine tries again after Throttled and DependencyUnavailable."""
    return service().take(Asked.model_validate(event))


service()
