"""The routes of `causeway.agents.contract` and `causeway.mcp.contract`."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import to_json

from causeway.agents.contract import DECIDE, RUN_ID, SHOW, TURN, ApprovalRequest, RunBody
from causeway.agents.run import Run
from causeway.mcp.contract import MCP, NO_SESSION, NO_STREAM
from causeway.mcp.messages import Heard
from causeway.mcp.server import McpServer
from causeway.mcp.tools import Tools
from causeway.runtime.logs import logger, metrics
from causeway.runtime.problems import Problem
from causeway.runtime.routes import Route
from functions.agent_runs import agents
from functions.agent_turns import begun, of_form, time_to_answer
from functions.api import body, json_response, owner, problem_of, request_id, rest_api

app = rest_api()


@app.serves(TURN)
def turn(agent: str) -> Response[str]:
    return _shown(TURN, begun(app, agent))


@app.serves(SHOW)
def show(run_id: str) -> Response[str]:
    return json_response(SHOW, RunBody.of(agents().show(owner(app), _known_form(run_id))))


@app.serves(DECIDE)
def decide(run_id: str) -> Response[str]:
    caller, request = owner(app), body(app, ApprovalRequest)
    return _shown(DECIDE, agents().decide(caller, _known_form(run_id), request.call_id, request.approve, time_to_answer(app)))


@app.serves(MCP)
def mcp() -> Response[str]:
    caller, event = owner(app), app.current_event
    heard = Heard(event.decoded_body or "", {name.lower(): value for name, value in event.headers.items()})
    answered = mcp_server().answer(caller, heard, request_id(app), time_to_answer(app))
    text = "" if answered.body is None else to_json(answered.body).decode()
    headers: dict[str, str | list[str]] = dict(answered.headers)
    return Response(status_code=answered.status, content_type="application/json", body=text, headers=headers)


@app.serves(NO_STREAM)
@app.serves(NO_SESSION)
def refuse() -> Response[str]:
    raise Problem("method-not-allowed", "Method not allowed", 405, "This path takes POST alone.", headers={"Allow": "POST"})


@cache
def mcp_server() -> McpServer:
    return McpServer(Tools(agents()), problem_of)


def _shown(route: Route, run: Run) -> Response[str]:
    """A run that goes on without the caller is a 202."""
    return json_response(route, RunBody.of(run), 202 if run.state == "working" else 200)


def _known_form(run_id: str) -> str:
    return of_form(RUN_ID, run_id, "such run; it may have expired")


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)


agents()
