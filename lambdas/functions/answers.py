"""The routes of `causeway.answering.contract`."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.answering.assembly import answer_pipeline
from causeway.answering.contract import ASK, HEALTH, AnswerRequest, AnswerResponse, Health
from causeway.answering.pipeline import Pipeline
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn
from causeway.runtime.deadlines import Deadline
from causeway.runtime.logs import logger, metrics
from functions.api import body, json_response, request_id, rest_api, tenant

SECONDS_TO_ANSWER = 0.7  # kept back from the function's timeout to write the response

app = rest_api()


@cache
def pipeline() -> Pipeline:
    """The steps with their clients, made while the function initialises."""
    return answer_pipeline(AnswerSettings.from_environment())


@app.serves(ASK)
def answer_question() -> Response[str]:
    turn = _turn(body(app, AnswerRequest))
    return json_response(ASK, AnswerResponse.of(turn, pipeline().answer(turn)))


@app.serves(HEALTH)
def health() -> Response[str]:
    return json_response(HEALTH, Health())


def _turn(request: AnswerRequest) -> Turn:
    return Turn(
        request_id=request_id(app),
        tenant=tenant(app),
        question=request.question,
        deadline=Deadline.before_end(app.lambda_context, SECONDS_TO_ANSWER),
        filters=request.filters.chosen(),
        top_k=request.top_k,
    )


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)


pipeline()
