"""The routes that answer while the model writes. It runs under `causeway.runtime.streaming`, not under the runtime's own loop."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit

from causeway.answering.contract import AnswerRequest, AnswerResponse
from causeway.answering.stream_contract import STREAM
from causeway.runtime.errors import Gone
from causeway.runtime.logs import logger, metrics
from causeway.runtime.streaming import Answer, Context
from functions.api import body, problem_of, request_id, rest_api
from functions.server_sent import ServerSentEvents
from functions.turns import pipeline, turn_of

app = rest_api()


@app.serves(STREAM)
def stream_answer() -> Response[str]:
    output: Answer = app.context["output"]
    turn = turn_of(app, body(app, AnswerRequest))
    events = turn.listener = ServerSentEvents(output)
    try:
        events.done(AnswerResponse.of(turn, pipeline().answer(turn)))
    except Gone:
        raise
    except Exception as error:
        if not output.started:
            raise
        events.failed(problem_of(error), request_id(app))
    return Response(status_code=STREAM.reply.status)


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Context, output: Answer) -> None:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    app.context["output"] = output
    whole = app.resolve(event, context)  # type: ignore[arg-type]  # a context of the loop's own
    if not output.started:
        output.start(whole["statusCode"], {name: values[0] for name, values in whole["multiValueHeaders"].items()})
        output.write(whole["body"].encode())


pipeline()
