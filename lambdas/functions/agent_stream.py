"""The route of turns that are read along. It runs under `causeway.runtime.streaming`, not under the runtime's own loop."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit

from causeway.agents.stream_contract import TURN_STREAM
from causeway.runtime.logs import logger, metrics
from causeway.runtime.streaming import Answer, Context
from functions.admission import allowance
from functions.agent_runs import agents
from functions.agent_turns import begun
from functions.api import problem_of, request_id, resolve_into, rest_api
from functions.turn_events import Heedless, TurnEvents

app = rest_api()


@app.serves(TURN_STREAM)
def stream_turn(agent: str) -> Response[str]:
    """Acts are written down: a turn whose reader has gone goes on to its end."""
    output: Answer = app.context["output"]
    events = TurnEvents(Heedless(output))
    try:
        events.ended(begun(app, agent, events))
    except Exception as error:
        if not output.started:
            raise
        events.failed(problem_of(error), request_id(app))
    return Response(status_code=TURN_STREAM.reply.status)


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Context, output: Answer) -> None:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    resolve_into(app, event, context, output)


agents()
allowance()
