"""The routes of `causeway.conversations.contract` and `feedback_contract`, `facts_contract`: what is kept of a user, for that user."""

import re
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Json

from causeway.conversations.archive import Archive
from causeway.conversations.contract import (
    CREATE,
    DELETE,
    DELETE_ALL,
    LIST,
    SESSION_ID,
    SHOW,
    Deleted,
    SessionCreated,
    SessionExport,
    SessionList,
    SessionRow,
)
from causeway.conversations.facts_contract import ERASE, ERASE_ALL, FACT_ID, LIST_FACTS, FactBody, FactList, FactsErased
from causeway.conversations.feedback import Feedback
from causeway.conversations.feedback_contract import GIVE, GIVEN, FeedbackList, FeedbackRequest
from causeway.conversations.intents import Remembering
from causeway.conversations.memory import no_session
from causeway.conversations.returning import ArchivedMemory
from causeway.conversations.transaction import Tables
from causeway.conversations.withholding import readable_conversation, readable_turn
from causeway.permissions.permissions import Permissions
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.logs import logger, metrics, record_breaker
from causeway.runtime.problems import not_found
from causeway.runtime.settings import Settings
from functions.api import body, json_response, owner, page_after, rest_api

PAGE = 100
DELETED_AT_ONCE = 20  # conversations, within the function's time
# Someone waits for the answer: it comes before the function's 10 seconds end.
MEMORY = Dependency("memory", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)
ARCHIVE = Dependency("storage", attempt_seconds=2.0, budget_seconds=4.5, connect_seconds=0.5)
PERMISSIONS = Dependency("permissions", attempt_seconds=1.0, budget_seconds=2.0, connect_seconds=0.5)
GUARDED = MEMORY.guarded(record_breaker)

app = rest_api()


class SessionsSettings(Settings):
    memory_table: str
    sessions_table: str
    archive_bucket: str
    remembering: Json[Remembering] = Remembering()
    permissions_table: str


@cache
def memory() -> ArchivedMemory:
    settings = SessionsSettings.from_environment()
    tables = Tables(settings.memory_table, settings.sessions_table)
    archive = cache(lambda: Archive(client("s3", **ARCHIVE.patience), settings.archive_bucket, ARCHIVE.guarded(record_breaker)))
    return ArchivedMemory(client("dynamodb", **MEMORY.patience), tables, GUARDED, settings.remembering.lifetimes, archive)


@cache
def permissions() -> Permissions:
    guarded = PERMISSIONS.guarded(record_breaker)
    return Permissions(client("dynamodb", **guarded.patience), SessionsSettings.from_environment().permissions_table, guarded)


@cache
def feedback() -> Feedback:
    return Feedback(client("dynamodb", **MEMORY.patience), SessionsSettings.from_environment().memory_table, GUARDED)


@app.serves(CREATE)
def create() -> Response[str]:
    return json_response(CREATE, SessionCreated(session_id=memory().create_session(owner(app)).session_id))


@app.serves(LIST)
def list_sessions() -> Response[str]:
    rows, following = memory().sessions(owner(app), PAGE, page_after(app, SESSION_ID))
    return json_response(LIST, SessionList(sessions=[SessionRow.of(row) for row in rows], next=following))


@app.serves(DELETE_ALL)
def delete_all() -> Response[str]:
    rows, following = memory().sessions(owner(app), DELETED_AT_ONCE)
    facts = sum(memory().erase(owner(app), row["session_id"]["S"]).facts for row in rows)
    if following is None:
        memory().erase_archives(owner(app))  # of rows that ended before their archive
    return json_response(DELETE_ALL, Deleted(deleted=len(rows), more=following is not None, facts=facts))


@app.serves(SHOW)
def show(session_id: str) -> Response[str]:
    """What rests on documents that the user may no longer read is withheld, and said to be."""
    conversation = memory().get_conversation_history(owner(app), _known_form(session_id))
    messages = memory().messages(owner(app), session_id)
    access = permissions().of(owner(app).tenant, owner(app).name)
    turns = [(number, readable_turn(message, access)) for number, message in messages]
    return json_response(SHOW, SessionExport.of(readable_conversation(conversation, access), turns))


@app.serves(DELETE)
def delete(session_id: str) -> Response[str]:
    facts = memory().delete(owner(app), _known_form(session_id))
    return json_response(DELETE, Deleted(deleted=1, more=False, facts=facts))


@app.serves(LIST_FACTS)
def list_facts() -> Response[str]:
    page = memory().facts.page(owner(app), PAGE, page_after(app, FACT_ID))
    return json_response(LIST_FACTS, FactList(facts=[FactBody.of(fact) for fact in page.facts], next=page.following))


@app.serves(ERASE_ALL)
def erase_facts() -> Response[str]:
    return json_response(ERASE_ALL, FactsErased(erased=memory().facts.erase_all(owner(app))))


@app.serves(ERASE)
def erase_fact(fact_id: str) -> Response[str]:
    if not memory().facts.erase(owner(app), fact_id):
        raise not_found("such fact; it may have expired")
    return json_response(ERASE, FactsErased(erased=1))


@app.serves(GIVE)
def give_feedback() -> Response[str]:
    given = body(app, FeedbackRequest)
    kept = feedback().keep(owner(app), given)
    logger.info("feedback", extra={"rated": given.request_id, "rating": given.rating, "has_reason": bool(given.reason)})
    metrics.add_metric(name="RatedDown" if given.rating == "down" else "RatedUp", unit=MetricUnit.Count, value=1)
    return json_response(GIVE, kept)


@app.serves(GIVEN)
def given_feedback() -> Response[str]:
    return json_response(GIVEN, FeedbackList(feedback=feedback().given(owner(app))))


def _known_form(identifier: str) -> str:
    if not re.fullmatch(SESSION_ID, identifier):
        raise no_session()
    return identifier


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId")
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
