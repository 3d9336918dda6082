import json

import pytest
from pydantic import BaseModel

from causeway.agents.policies import UNNAMED, faults_in
from causeway.agents.rights import schema_of
from causeway.agents.tool import Tool


class Boat(BaseModel):
    boat: str
    places: int = 1


SHOW = Tool("show_boat", "d", Boat, lambda asked, calling: "", about=lambda asked: ("boats", asked.boat))
HIRE = Tool("hire", "d", Boat, lambda asked, calling: "")
SCHEMA = json.dumps(schema_of([SHOW, HIRE]))
GOOD = """// Who may go to sea.

@id("own")
permit (principal, action == Action::"show_boat", resource) when { resource.owner == principal.name };
@id("crew") @advice("ask the crew") permit (principal in Group::"crew", action, resource); // all of it
"""


def faults(policy: str) -> list[str]:
    """Of a policy that follows good ones: it begins in line 6."""
    return list(faults_in({"a.cedar": GOOD, "b.cedar": GOOD.replace('"own"', '"2"').replace('"crew") @', '"3") @') + policy}, SCHEMA))


def test_policies_that_fit_the_tools_have_no_faults() -> None:
    assert faults("") == []
    assert faults_in({}, SCHEMA) == []
    assert faults_in({"empty.cedar": "", "comment.cedar": "// none yet\n"}, SCHEMA) == []


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ('@id("p")\npermit (principal, action == Action::"show_bot", resource);', 'unrecognized action `Action::"show_bot"`'),
        ('@id("p") permit (principal, action == Action::"show_boat", resource) when { resource.ownr == "x" };', "ownr"),
        ('@id("p") permit (principal, action == Action::"hire", resource) when { context.place < 5 };', "place"),
        ('@id("p") permit (principal, action == Action::"hire", resource) when { context.places < 5 };', "places"),
        ('@id("p") permit (principal in Crowd::"crew", action == Action::"hire", resource);', "Crowd"),
        ('@id("p") permit (principal, action == Action::"hire", resource', "not Cedar"),
        ('@id("p") permit (principal, action, resource);\npermit (principal, action, resource);', UNNAMED),
    ],
)
def test_a_fault_is_told_with_the_file_the_line_and_the_policy(policy: str, told: str) -> None:
    found = faults(policy)
    assert all(fault.startswith("b.cedar:6: p: ") for fault in found)
    assert told in found[0]


def test_a_policy_before_the_first_name_has_none() -> None:
    assert faults_in({"p.cedar": "permit (principal, action, resource);\n" + GOOD}, SCHEMA) == [f"p.cedar:1: {UNNAMED}"]


def test_two_policies_of_one_name_are_both_told() -> None:
    again = faults('@id("own") permit (principal, action, resource);')
    assert [each.split(": ")[0] for each in again] == ["a.cedar:3", "b.cedar:6"]


def test_every_fault_of_every_file_is_told() -> None:
    wrong = '@id("{}") permit (principal, action == Action::"swim", resource);'
    found = faults_in({"a.cedar": wrong.format("a"), "b.cedar": "\n" + wrong.format("b")}, SCHEMA)
    assert {each.split(": ")[0] for each in found} == {"a.cedar:1", "b.cedar:2"}
