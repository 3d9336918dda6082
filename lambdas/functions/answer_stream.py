"""The routes that answer while the model writes. It runs under `causeway.runtime.streaming`, not under the runtime's own loop."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit

from causeway.answering.contract import AnswerRequest, AnswerResponse
from causeway.answering.openai_contract import COMPLETE, MODELS, ChatCompletionRequest, Model, ModelList
from causeway.answering.stream_contract import STREAM
from causeway.answering.turn import Turn
from causeway.runtime.errors import Gone
from causeway.runtime.logs import logger, metrics
from causeway.runtime.streaming import Answer, Context
from functions.admission import allowance
from functions.api import body, json_response, problem_of, request_id, resolve_into, rest_api
from functions.completions import Chunks, completion, error_response
from functions.server_sent import ServerSentEvents
from functions.turns import links, pipeline, turn_of

app = rest_api()


@app.serves(STREAM)
def stream_answer() -> Response[str]:
    output: Answer = app.context["output"]
    turn = turn_of(app, body(app, AnswerRequest))
    events = turn.listener = ServerSentEvents(output)
    try:
        events.done(AnswerResponse.of(turn, pipeline().answer(turn), links()))
    except Gone:
        raise
    except Exception as error:
        if not output.started:
            raise
        events.failed(problem_of(error), request_id(app))
    return Response(status_code=STREAM.reply.status)


@app.serves(COMPLETE)
def complete() -> Response[str]:
    try:
        request = body(app, ChatCompletionRequest)
        turn = turn_of(app, AnswerRequest(question=request.question))
        turn.rewritten = request.standalone
        if request.stream:
            return _in_chunks(turn, request)
        return json_response(COMPLETE, completion(turn, AnswerResponse.of(turn, pipeline().answer(turn), links())))
    except Gone:
        raise
    except Exception as error:
        return error_response(problem_of(error))


def _in_chunks(turn: Turn, request: ChatCompletionRequest) -> Response[str]:
    output: Answer = app.context["output"]
    chunks = turn.listener = Chunks(output, turn.request_id, bool(request.stream_options and request.stream_options.include_usage))
    try:
        chunks.done(turn, AnswerResponse.of(turn, pipeline().answer(turn), links()))
    except Gone:
        raise
    except Exception as error:
        if not output.started:
            raise
        chunks.failed(problem_of(error))
    return Response(status_code=COMPLETE.reply.status)


@app.serves(MODELS)
def models() -> Response[str]:
    return json_response(MODELS, ModelList(data=[Model()]))


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Context, output: Answer) -> None:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    resolve_into(app, event, context, output)


pipeline()
links()
allowance()
