"""The route of `causeway.teams.contract` that gives a team a task."""

import re
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.agents.agent import AGENT_NAME
from causeway.approvals.address import page_address
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import hashed, logger, metrics
from causeway.runtime.problems import not_found
from causeway.teams.beginning import StartSettings, starting
from causeway.teams.contract import START, TeamRunBody, TeamRunRequest
from causeway.teams.starting import Starting
from functions.admission import admit, allowance
from functions.api import body, json_response, owner, request_id, rest_api

SECONDS_TO_ANSWER = 0.5  # kept back from the function's time

app = rest_api()


@cache
def service() -> Starting:
    """With its clients, made while the function initialises."""
    return starting(StartSettings.from_environment())


@app.serves(START)
def start(team: str) -> Response[str]:
    caller, request = owner(app), body(app, TeamRunRequest)
    if not re.fullmatch(AGENT_NAME, team):
        raise not_found("such team")
    admit(app)
    token, address = request.client_token or request_id(app), page_address(app.current_event["requestContext"])
    run = service().begin(caller, team, request.task, token, address, Deadline.before_end(app.lambda_context, SECONDS_TO_ANSWER))
    logger.info("team run begun", extra={"run": run.id, "team": run.team, "state": run.state, "tenant": hashed(caller.tenant)})
    return json_response(START, TeamRunBody.of(run))


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)


service()
allowance()
