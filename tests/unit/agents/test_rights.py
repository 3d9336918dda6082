from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from causeway.agents.rights import Concerned, InvalidPolicies, Principal, Rights
from causeway.agents.tool import Tool


class Boat(BaseModel):
    boat: str
    places: int = 1
    extras: list[str] = []


class Nothing(BaseModel):
    pass


def tool(name: str, arguments: type[BaseModel] = Boat, *, about: bool = False) -> Tool[Any]:
    return Tool(name, "d", arguments, lambda asked, calling: "", about=(lambda asked: ("boats", asked.boat)) if about else None)


SHOW, HIRE, TIDE = tool("show_boat", about=True), tool("hire", about=False), tool("tide", Nothing)
TOOLS = (SHOW, HIRE, TIDE)
POLICIES = """
@id("own") permit (principal, action == Action::"show_boat", resource) when { resource.owner == principal.name };
@id("crew") permit (principal in Group::"crew", action == Action::"show_boat", resource) when { resource.kind == "boats" };
@id("few") permit (principal in Group::"crew", action == Action::"hire", resource) when { context has places && context.places < 5 };
@id("tide") permit (principal, action == Action::"tide", resource);
@id("not-eve") forbid (principal, action, resource) when { principal.name == "eve" };
"""
RIGHTS = Rights({"boats.cedar": POLICIES}, TOOLS)
ANN, CREW = Principal("north", "ann"), Principal("north", "bob", frozenset({"crew", "cooks"}))


def boat(**record: Any) -> Concerned:
    return Concerned("boats", record)


def permitted(principal: Principal, asked: Tool[Any], arguments: Mapping[str, Any], concerned: Concerned | None = None) -> str | None:
    """The name of the policy that permits, None when nothing does."""
    permit = RIGHTS.permits(principal, asked, asked.arguments(**arguments), concerned)
    return permit.policy if permit.allowed else None


def test_a_policy_compares_the_record_s_owner_with_the_user() -> None:
    assert permitted(ANN, SHOW, {"boat": "7"}, boat(owner="ann")) == "own"
    assert permitted(ANN, SHOW, {"boat": "7"}, boat(owner="bob")) is None


def test_a_group_may_more_and_every_policy_that_permits_is_named() -> None:
    assert permitted(CREW, SHOW, {"boat": "7"}, boat(owner="ann")) == "crew"
    assert permitted(CREW, SHOW, {"boat": "7"}, boat(owner="bob")) == "crew,own"


FERRY = Tool("ferry", "d", Boat, lambda asked, calling: "", reaches=lambda asked: f"{asked.boat}.example")
TO_SEA = """
@id("sea") permit (principal in Group::"crew", action == Action::"ferry", resource) when { resource.host == "sea.example" };
"""
FERRIES = Rights({"ferries.cedar": TO_SEA}, [FERRY])


def test_a_policy_says_who_may_go_to_which_host() -> None:
    assert FERRIES.permits(CREW, FERRY, Boat(boat="sea"), None).policy == "sea"
    assert not FERRIES.permits(CREW, FERRY, Boat(boat="lake"), None).allowed
    assert not FERRIES.permits(ANN, FERRY, Boat(boat="sea"), None).allowed
    assert (FERRIES.may_ever(CREW, FERRY), FERRIES.may_ever(ANN, FERRY)) == (True, False)


def test_a_policy_about_hosts_that_speaks_of_records_is_refused() -> None:
    with pytest.raises(InvalidPolicies, match="owner"):
        Rights({"f": '@id("a") permit (principal, action == Action::"ferry", resource) when { resource.owner == "x" };'}, [FERRY])


def test_what_came_with_a_group_goes_with_it_although_answers_are_kept() -> None:
    bob = Principal("north", "bob")
    for _ in range(2):
        assert RIGHTS.may_ever(CREW, HIRE)
        assert not RIGHTS.may_ever(bob, HIRE)


def test_of_a_record_that_is_not_there_nothing_is_permitted() -> None:
    assert permitted(CREW, SHOW, {"boat": "8"}) is None


def test_a_record_without_owner_is_not_that_of_a_user_without_name() -> None:
    assert permitted(Principal("north", ""), SHOW, {"boat": "7"}, boat()) is None
    assert permitted(Principal("north", ""), SHOW, {"boat": "7"}, boat(owner="")) is None


def test_a_policy_sees_the_arguments() -> None:
    assert permitted(CREW, HIRE, {"boat": "7", "places": 4, "extras": ["net"]}) == "few"
    assert permitted(CREW, HIRE, {"boat": "7", "places": 5}) is None


def test_a_forbidding_policy_wins_and_is_named() -> None:
    permit = RIGHTS.permits(Principal("north", "eve"), TIDE, Nothing(), None)
    assert (permit.allowed, permit.policy) == (False, "not-eve")


def test_a_tool_is_offered_when_some_arguments_or_some_record_would_be_permitted() -> None:
    assert [RIGHTS.may_ever(ANN, each) for each in TOOLS] == [True, False, True]
    assert [RIGHTS.may_ever(CREW, each) for each in TOOLS] == [True, True, True]
    assert not any(RIGHTS.may_ever(Principal("north", "eve"), each) for each in TOOLS)


def test_no_policy_reaches_over_tenants() -> None:
    """A resource is always made of the user's own tenant; were it not, the first policy would forbid it."""
    open_to_all = Rights({"all.cedar": '@id("all") permit (principal, action, resource);'}, TOOLS)
    assert open_to_all.permits(ANN, TIDE, Nothing(), None).allowed
    request = {"principal": 'User::"n"', "action": 'Action::"tide"', "resource": 'Tenant::"south"', "context": {}}
    entities = [
        {"uid": {"type": "User", "id": "n"}, "attrs": {"tenant": "north", "name": "n"}, "parents": []},
        {"uid": {"type": "Tenant", "id": "south"}, "attrs": {"tenant": "south"}, "parents": []},
    ]
    from cedarpy import is_authorized

    assert not is_authorized(request, open_to_all._policies, entities).allowed


def test_policies_that_do_not_fit_the_tools_are_refused() -> None:
    with pytest.raises(InvalidPolicies, match=r'p\.cedar:1: p: .*Action::"show_bot"'):
        Rights({"p.cedar": '@id("p") permit (principal, action == Action::"show_bot", resource);'}, TOOLS)


@pytest.mark.parametrize("odd", ['x" || true || "\\', "José", "陈喆", "محمد", "😀", "a\nb\t\x00", "e\u0301", "a/b::c", "it's", "{0}"])
def test_names_of_users_and_records_are_no_policy_language_and_may_be_in_any_script(odd: str) -> None:
    assert permitted(Principal("north", odd), SHOW, {"boat": odd}, Concerned("boats", {"owner": odd})) == "own"
    assert permitted(Principal("north", odd), SHOW, {"boat": odd}, Concerned("boats", {"owner": "ann"})) is None


def test_without_policies_nothing_is_permitted_nor_offered() -> None:
    rights = Rights({}, TOOLS)
    assert not any(rights.may_ever(CREW, each) for each in TOOLS)
    assert not rights.permits(CREW, TIDE, Nothing(), None).allowed
