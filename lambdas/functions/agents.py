"""The routes of `causeway.agents.contract` and `causeway.mcp.contract`, and those of `causeway.teams.contract` that look at runs."""

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import to_json

from causeway.agents.assembly import RUNS
from causeway.agents.contract import DECIDE, RUN_ID, TURN, ApprovalRequest, RunBody
from causeway.agents.listing import PLACE, RunList
from causeway.agents.run import Run
from causeway.agents.settings import AgentSettings
from causeway.answering.services import permissions
from causeway.approvals.contract import ApprovalDecided
from causeway.approvals.deciding import Deciding
from causeway.approvals.settings import ApprovalSettings
from causeway.approvals.store import Approvals
from causeway.mcp.contract import MCP, NO_SESSION, NO_STREAM
from causeway.mcp.messages import Heard
from causeway.mcp.server import McpServer
from causeway.mcp.tools import Tools
from causeway.permissions.permissions import Permissions
from causeway.runtime.logs import logger, metrics, record_breaker
from causeway.runtime.problems import Problem
from causeway.runtime.routes import Route
from causeway.runtime.tenants import TenantClients
from causeway.teams.contract import LIST, PAGE, SHOW, AnyRunBody, RunRow, RunRows
from causeway.teams.looking import Looking
from causeway.teams.record import TeamRecord
from functions.admission import admit, allowance
from functions.agent_runs import agents
from functions.agent_turns import begun, of_form, time_to_answer
from functions.api import body, json_response, owner, page_after, problem_of, request_id, rest_api

app = rest_api()


@cache
def kept() -> tuple[TeamRecord, RunList, Approvals, Permissions]:
    """What keeps runs of teams, the list of all runs, what was asked of approvers, and who is an administrator."""
    settings, runs = AgentSettings.from_environment(), RUNS.guarded(record_breaker)
    rows, table = TenantClients(settings.tenant_role, **RUNS.patience), settings.agent_runs_table
    return TeamRecord(rows.of, table, runs), RunList(rows.of, table, runs), Approvals(rows.of, table, runs), permissions(settings)


def looking() -> Looking:
    return Looking(agents(), *kept())


@cache
def approvers() -> Deciding:
    """Made when somebody decides for the first time: few do, and every cold start would pay for it."""
    from causeway.approvals.assembly import deciding

    return deciding(ApprovalSettings.from_environment())


@app.serves(TURN)
def turn(agent: str) -> Response[str]:
    return _shown(TURN, begun(app, agent))


@app.serves(SHOW)
def show(run_id: str) -> Response[str]:
    return json_response(SHOW, AnyRunBody.of(looking().at(owner(app), _known_form(run_id))))


@app.serves(LIST)
def list_runs() -> Response[str]:
    runs, following = looking().over(owner(app), PAGE, page_after(app, PLACE))
    return json_response(LIST, RunRows(runs=[RunRow.of(run) for run in runs], next=following))


@app.serves(DECIDE)
def decide(run_id: str) -> Response[str]:
    """Consent is the user's own; without a call it is about a team's outcome, which approvers of the tenant decide."""
    caller, request, known = owner(app), body(app, ApprovalRequest), _known_form(run_id)
    if request.call_id is None:
        decided = approvers().decide(caller.tenant, caller.name, known, request.approve)
        return json_response(DECIDE, ApprovalDecided.of_decided(decided))
    return _shown(DECIDE, agents().decide(looking().asked_of(caller, known), known, request.call_id, request.approve, time_to_answer(app)))


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
    return McpServer(Tools(agents()), problem_of, lambda: admit(app))


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
kept()
allowance()
