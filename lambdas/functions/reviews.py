"""The routes of `causeway.reviews.contract`: what a user appeals, and what the reviewers of the tenant decide."""

import re
from functools import cache
from typing import Any, get_args

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.permissions.access import Access
from causeway.permissions.permissions import Permissions
from causeway.reviews.appealing import Appeals
from causeway.reviews.contract import (
    APPEAL,
    APPEALED,
    DECIDE,
    LIST,
    REQUEST_ID,
    REVIEWERS,
    SHOW,
    WITHDRAW,
    AppealBody,
    AppealRequest,
    DecisionRequest,
    ReviewBody,
    ReviewList,
    Withdrawn,
)
from causeway.reviews.deciding import decided, shown
from causeway.reviews.items import CURSOR, Queue
from causeway.reviews.problems import no_answer
from causeway.reviews.store import Reviews
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import hashed, logger, metrics, record_breaker
from causeway.runtime.problems import FieldFault, forbidden, invalid_request
from causeway.runtime.settings import Settings
from functions.api import body, json_response, owner, page_after, request_id, rest_api

PAGE = 20
# Someone waits for the answer: it comes before the function's 10 seconds end, even after two calls.
REVIEWS = Dependency("reviews", attempt_seconds=1.5, budget_seconds=2.0, connect_seconds=0.5)
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
MEMORY = Dependency("memory", attempt_seconds=1.5, budget_seconds=2.0, connect_seconds=0.5)

app = rest_api()


class ReviewsSettings(Settings):
    reviews_table: str
    memory_table: str
    sessions_table: str
    permissions_table: str


@cache
def reviews() -> Reviews:
    table = ReviewsSettings.from_environment().reviews_table
    return Reviews(client("dynamodb", **REVIEWS.patience), table, REVIEWS.guarded(record_breaker))


@cache
def appeals() -> Appeals:
    settings = ReviewsSettings.from_environment()
    tables = Tables(settings.memory_table, settings.sessions_table)
    memory = Memory(client("dynamodb", **MEMORY.patience), tables, MEMORY.guarded(record_breaker))
    return Appeals(reviews(), memory)


@cache
def permissions() -> Permissions:
    guarded = PERMISSIONS.guarded(record_breaker)
    return Permissions(client("dynamodb", **guarded.patience), ReviewsSettings.from_environment().permissions_table, guarded)


@app.serves(APPEAL)
def appeal() -> Response[str]:
    person, given = owner(app), body(app, AppealRequest)
    access = access_of(person)
    review = appeals().appeal(person, given, request_id(app))
    logger.info("appeal", extra={"appealed": given.request_id, "state": review.state, "outcome": review.asked.outcome})
    metrics.add_metric(name="Appeals", unit=MetricUnit.Count, value=1)
    return json_response(APPEAL, AppealBody.of(review, access))


@app.serves(APPEALED)
def appealed(request_id: str) -> Response[str]:
    person = owner(app)
    review = reviews().of_owner(person, _known_form(request_id))
    if review is None:
        raise no_answer()
    return json_response(APPEALED, AppealBody.of(review, access_of(person)))


@app.serves(WITHDRAW)
def withdraw(request_id: str) -> Response[str]:
    if not reviews().withdraw(owner(app), _known_form(request_id)):
        raise no_answer()
    return json_response(WITHDRAW, Withdrawn(request_id=request_id))


@app.serves(LIST)
def list_reviews() -> Response[str]:
    person, access = reviewer()
    queue: Any = app.current_event.get_query_string_value("state", "open")
    if queue not in get_args(Queue):
        raise invalid_request([FieldFault("state", f"is one of {', '.join(get_args(Queue))}")])
    found, following = reviews().page(person.tenant, queue, PAGE, page_after(app, CURSOR))
    bodies = [ReviewBody.of(review, access) for review in found if review.is_open_to(access)]
    return json_response(LIST, ReviewList(reviews=bodies, closed=len(found) - len(bodies), next=following))


@app.serves(SHOW)
def show(request_id: str) -> Response[str]:
    person, access = reviewer()
    return json_response(SHOW, ReviewBody.of(shown(reviews(), person.tenant, access, _known_form(request_id)), access))


@app.serves(DECIDE)
def decide(request_id: str) -> Response[str]:
    (person, access), given = reviewer(), body(app, DecisionRequest)
    review = decided(reviews(), person, access, _known_form(request_id), given)
    logger.info(
        "review decided", extra={"reviewed": request_id, "verdict": given.verdict, "why": review.why, "reviewer": hashed(person.key)}
    )
    metrics.add_metric(name="ReviewsDecided", unit=MetricUnit.Count, value=1)
    return json_response(DECIDE, ReviewBody.of(review, access))


def access_of(person: Owner) -> Access:
    return permissions().of(person.tenant, person.name)


def reviewer() -> tuple[Owner, Access]:
    """The caller and their rights, if a reviewer of their tenant. Raises a 403 Problem for anyone else."""
    person = owner(app)
    access = access_of(person)
    if REVIEWERS not in access.groups:
        raise forbidden(f"Only members of the group {REVIEWERS} may read and decide reviews.")
    return person, access


def _known_form(identifier: str) -> str:
    if not re.fullmatch(REQUEST_ID, identifier):
        raise no_answer()
    return identifier


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
