import importlib
import json
from typing import Any

import pytest

from causeway.agents import contract as agents
from causeway.agents import stream_contract as agent_streams
from causeway.answering import contract as answers
from causeway.answering import openai_contract as openai
from causeway.answering import stream_contract as streams
from causeway.approvals import contract as approvals
from causeway.batches import contract as batches
from causeway.conversations import contract as sessions
from causeway.conversations import facts_contract as facts
from causeway.conversations import feedback_contract as feedback
from causeway.documents import contract as documents
from causeway.documents import rights_contract as rights
from causeway.erasure import contract as erasures
from causeway.mcp import contract as mcp
from causeway.reviews import contract as reviews
from causeway.teams import contract as teams
from docs.openapi import FILE, description, written
from tests.unit.loopback import Services


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()


def test_the_committed_description_is_that_of_the_models():
    assert FILE.read_text(encoding="utf-8") == written(), "run: python -m docs.openapi"


SERVED = {
    "agents": (*agents.ROUTES, *mcp.ROUTES, teams.SHOW, teams.LIST),
    "agent_stream": agent_streams.ROUTES,
    "approvals": approvals.ROUTES,
    "answers": answers.ROUTES,
    "answer_stream": (*streams.ROUTES, *openai.ROUTES),
    "batches": batches.ROUTES,
    "documents": documents.ROUTES,
    "erasures": erasures.ROUTES,
    "reviews": reviews.ROUTES,
    "sessions": (*sessions.ROUTES, *facts.ROUTES, *feedback.ROUTES),
    "rights": rights.ROUTES,
    "teams": (teams.START,),
}


@pytest.mark.parametrize("function", SERVED)
def test_a_function_serves_the_routes_of_its_contract(services: Services, function: str):
    app = importlib.import_module(f"functions.{function}").app
    assert sorted(map(repr, app.routes_served)) == sorted(map(repr, SERVED[function]))


def test_every_route_that_is_served_is_described():
    described = {(verb.upper(), path) for path, item in description()["paths"].items() for verb in item}
    assert described == {
        (route.method, route.path)
        for route in (
            *answers.ROUTES,
            *streams.ROUTES,
            *openai.ROUTES,
            *rights.ROUTES,
            *agents.ROUTES,
            *teams.ROUTES,
            *approvals.ROUTES,
            *agent_streams.ROUTES,
            *mcp.ROUTES,
            *batches.ROUTES,
            *erasures.ROUTES,
            *sessions.ROUTES,
            *feedback.ROUTES,
            *facts.ROUTES,
            *documents.ROUTES,
            *reviews.ROUTES,
        )
    }


def test_every_reference_leads_somewhere():
    document = description()
    for reference in references(document):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


OPEN_TO_ALL = {"/v1/health", "/v1/approvals/page"}  # a link that KMS has signed takes the place of a token


def test_every_operation_but_these_needs_a_token_and_says_how_it_fails():
    for path, item in description()["paths"].items():
        for verb in item.keys() & {"get", "post", "put", "delete"}:
            open_to_all = item[verb].get("security") == []
            assert open_to_all == (path in OPEN_TO_ALL)
            assert open_to_all or {"401", "503"} <= item[verb]["responses"].keys()


def test_the_description_is_plain_json():
    assert json.loads(written())["openapi"] == "3.1.0"
