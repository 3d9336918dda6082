"""The routes that answer when everything is done: those of `causeway.answering.contract` that do not stream."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.answering.contract import ASK, HEALTH, AnswerRequest, AnswerResponse, Health
from causeway.runtime.logs import logger, metrics
from functions.admission import allowance
from functions.api import body, json_response, rest_api
from functions.turns import links, pipeline, turn_of

app = rest_api()


@app.serves(ASK)
def answer_question() -> Response[str]:
    turn = turn_of(app, body(app, AnswerRequest))
    return json_response(ASK, AnswerResponse.of(turn, pipeline().answer(turn), links()))


@app.serves(HEALTH)
def health() -> Response[str]:
    return json_response(HEALTH, Health())


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)


pipeline()
links()
allowance()
