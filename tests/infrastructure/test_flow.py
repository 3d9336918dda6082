"""The pictures of how data flows: the committed page, and what they must show whatever the templates hold."""

import pytest

from stacks.reports.flow.__main__ import FILE
from stacks.reports.flow.flows import boundaries, flows
from stacks.reports.flow.graph import Graph
from stacks.reports.flow.page import page
from stacks.reports.flow.places import CALLERS, EDGE, STORES, USERS
from stacks.reports.flow.purposes import purposes
from tests.infrastructure.synthesized import Synthesized


@pytest.fixture
def whole(prod: Synthesized) -> Graph:
    return flows(prod.environment, prod.templates)


def test_the_committed_page_is_what_the_templates_of_prod_say(whole: Graph) -> None:
    assert FILE.read_text() == page("prod", whole), "write it anew: python -m stacks.reports.flow --docs"


def test_every_function_table_and_bucket_stands_in_the_pictures(whole: Graph, prod: Synthesized) -> None:
    held = {name for node in whole.nodes for name in node.holds}
    functions = {each.properties["FunctionName"].removeprefix("causeway-prod-") for each in prod.all("AWS::Lambda::Function")}
    stores = [each for each in prod.all("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable") if each.stack != "causeway-prod-replica"]
    assert functions | {each.id[:-8] for each in stores} <= held


def test_every_purpose_names_what_is_there(whole: Graph) -> None:
    held = {name for node in whole.nodes for name in node.holds}
    elsewhere = {"empty-bucket"}  # where data goes with its stack
    assert set(purposes().functions) - elsewhere <= held
    assert {name.partition("/")[2] for name in purposes().stores} <= held
    assert {member for members in purposes().pictures.values() for member in members} <= set(purposes().functions.values())


def test_users_reach_the_edge_and_by_signed_addresses_two_stores_and_nothing_else(whole: Graph) -> None:
    reached = {(whole.node(flow.other).zone, flow.other): dict(flow.notes) for flow in whole.flows if flow.actor == USERS}
    assert {zone for zone, _ in reached} == {EDGE, STORES}
    stores = {name: notes for (zone, name), notes in reached.items() if zone == STORES}
    assert stores == {name: {"by signed addresses": 0} for name in ("Uploaded files", "Documents and passages")}
    assert not [flow for flow in whole.flows if whole.node(flow.actor).zone == CALLERS and flow.actor != USERS]


def test_what_goes_outside_reaches_no_store_and_answers_write_no_document(whole: Graph) -> None:
    reached = {flow.other: flow.short for flow in whole.flows if flow.actor == "Tools that go outside"}
    assert reached == {"Web servers of tools": "ask", "Keys of services (Secrets Manager)": "ask"}
    assert {flow.short for flow in whole.flows if flow.actor == "Answers" and flow.other == "Documents and passages"} == {"r"}


def test_a_reader_sees_few_nodes(whole: Graph) -> None:
    assert len(boundaries(whole).nodes) <= 40
