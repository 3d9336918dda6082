"""The running API, fuzzed by its description: it takes what the schemas allow, refuses the rest, and answers as described."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from docs.openapi import FILE
from local.app import people, rights
from local.app.api import base_url
from local.app.aws import client, parameter
from local.app.domain import User
from local.search.front import HOP_BY_HOP

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
]
# A well-formed id may name no document, a size may be over the limit of this deployment, and a token may be in use.
ACCEPTED = ["2xx", "404", "409", "413"]

api = schemathesis.openapi.from_path(FILE)
api.config.checks.update(included_check_names=CHECKS)
api.config.checks.positive_data_acceptance.expected_statuses = ACCEPTED


# No description says which links are signed.
pages = schemathesis.openapi.from_path(FILE)
pages.config.checks.update(included_check_names=[name for name in CHECKS if name != "positive_data_acceptance"])
PAGES = "^/v1/approvals/page"
PATIENCE = 40.0  # seconds: another deployment may be under way on the same cores


def reaches_the_api(_context, case):
    """A server answers a request whose framing it does not know, such as a strange Transfer-Encoding, before the API sees it."""
    return HOP_BY_HOP.isdisjoint(name.lower() for name in case.headers or ())


for description in (api, pages):
    description.hooks.hook("filter_case")(reaches_the_api)


@pytest.fixture(scope="session")
def officer(deployment):
    """May erase whoever a random request names, and turn tokens back, in a tenant where nobody else is."""
    user = User("olga", "orchard", ("privacy-officers",))
    people.create(user)
    rights.make_admin(user, client("dynamodb"), parameter("data/permissions-table"))
    return people.sign_in(user)


# OpenAI's shapes and those of the Model Context Protocol, which their own clients test in test_conversations.py and test_mcp.py.
@api.exclude(path_regex=f"^/openai|^/v1/mcp|{PAGES}").parametrize()
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_request_is_answered_as_the_description_says(case, deployment, officer):
    for_people = case.path.startswith(("/v1/reviews", "/v1/approvals")) or case.path.endswith("/approval")
    for_officers = case.path.startswith("/v1/erasures") or "/tokens/" in case.path
    person = officer if for_officers else deployment.rita if for_people else deployment.ada
    case.call_and_validate(base_url=base_url(), headers={"Authorization": person.token}, timeout=PATIENCE)


@pages.include(path_regex=PAGES).parametrize()
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_request_for_a_page_is_answered_as_the_description_says(case, deployment):
    case.call_and_validate(base_url=base_url(), timeout=PATIENCE)
