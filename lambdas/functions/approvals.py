"""The routes of `causeway.approvals.contract`: what waits for approval, and the page behind a signed link."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.approvals.assembly import deciding_by_links
from causeway.approvals.contract import DECIDE_PAGE, LIST, SHOW_PAGE, ApprovalBody, ApprovalList, DecisionForm
from causeway.approvals.deciding import Deciding
from causeway.approvals.page import HEADERS, asking_page, decided_page, problem_page
from causeway.approvals.settings import PageSettings
from causeway.approvals.store import CURSOR
from causeway.runtime.logs import logger, metrics
from causeway.runtime.problems import FieldFault, invalid_request
from functions.api import json_response, owner, page_after, problem_of, rest_api

PAGE = 20
HTML = "text/html; charset=utf-8"

MOST_FIELDS = 4

app = rest_api()


@cache
def service() -> Deciding:
    """With its clients, made while the function initialises."""
    return deciding_by_links(PageSettings.from_environment())


@app.serves(LIST)
def list_approvals() -> Response[str]:
    person = owner(app)
    found, following = service().waiting(person.tenant, person.name, PAGE, page_after(app, CURSOR))
    return json_response(LIST, ApprovalList(approvals=[ApprovalBody.of(each) for each in found], next=following))


@app.serves(SHOW_PAGE)
def show() -> Response[str]:
    """Looks only: programs that scan mail open links as well."""
    link = app.current_event.get_query_string_value("link", "")
    return _html(lambda: _asking_page(link))


@app.serves(DECIDE_PAGE)
def decide() -> Response[str]:
    return _html(_decided_page)


def _asking_page(link: str) -> str:
    approval, found = service().shown_by(link)
    return asking_page(approval, found.approver, link)


def _decided_page() -> str:
    """Raises ValidationError or a 400 Problem for what the form does not send."""
    form = DecisionForm.model_validate({name: values[0] if len(values) == 1 else values for name, values in _sent().items()})
    return decided_page(service().decide_by(form.link, form.decision == "approve"))


def _sent() -> dict[str, list[str]]:
    """The fields of the form; the page sends two. Raises a 400 Problem for what is no form, or has many more."""
    try:
        return parse_qs(app.current_event.decoded_body or "", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise invalid_request([FieldFault("body", "send the form of the page")]) from None


def _html(page: Callable[[], str]) -> Response[str]:
    """A page, whatever happens: people look at it."""
    try:
        return Response(200, HTML, page(), dict(HEADERS))
    except Exception as error:
        problem = problem_of(error)
        logger.info("problem", extra={"problem": problem.type, "status": problem.status})
        return Response(problem.status, HTML, problem_page(problem), {**HEADERS, **problem.response_headers()})


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)


service()
