from typing import Any

import pytest
from pydantic import BaseModel

from causeway.agents.domain import AgentDomain
from causeway.agents.domain_toolbox import DomainToolbox
from causeway.agents.rights import Rights
from causeway.agents.tool import Tool
from causeway.conversations.keys import Owner
from causeway.permissions.access import Access

ANN, BOB, SUE = Owner("north", "1", "ann"), Owner("north", "2", "bob"), Owner("south", "3", "ann")


class Boat(BaseModel):
    boat: str


SHOW = Tool("show_boat", "d", Boat, lambda asked, calling: "", about=lambda asked: ("boats", asked.boat))
SINK = Tool("sink", "d", Boat, lambda asked, calling: "")
POLICIES = """
@id("own") permit (principal, action == Action::"show_boat", resource) when { resource.owner == principal.name };
@id("crew") permit (principal in Group::"crew", action, resource);
"""


class Groups:
    """Permissions as they are now."""

    def __init__(self) -> None:
        self.now: dict[tuple[str, str], frozenset[str]] = {}

    def of(self, tenant: str, user: str) -> Access:
        return Access(groups=self.now.get((tenant, user), frozenset()))


class Boats:
    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = rows

    def get(self, kind: str, id: str) -> Any:
        return self._rows.get(f"{kind}/{id}")


@pytest.fixture
def groups() -> Groups:
    return Groups()


@pytest.fixture
def toolbox(groups: Groups) -> DomainToolbox:
    tools = {each.name: each for each in (SHOW, SINK)}
    rows = {"north": Boats({"boats/7": {"owner": "ann"}}), "south": Boats({"boats/7": {"owner": "sue"}})}
    domain = AgentDomain({}, tools, Rights({"boats.cedar": POLICIES}, tools.values()))
    return DomainToolbox(domain, groups, rows.__getitem__, lambda owner: owner)  # type: ignore[arg-type, return-value]


def test_a_user_is_offered_what_the_policies_may_permit(toolbox: DomainToolbox, groups: Groups) -> None:
    assert toolbox.offered(ANN) == [SHOW]
    groups.now["north", "ann"] = frozenset({"crew"})
    assert toolbox.offered(ANN) == [SHOW, SINK]
    assert toolbox.offered(SUE) == [SHOW]


def test_the_record_that_a_call_names_is_looked_up_in_the_user_s_own_tenant(toolbox: DomainToolbox) -> None:
    assert toolbox.permits(ANN, SHOW, Boat(boat="7")).policy == "own"
    assert not toolbox.permits(BOB, SHOW, Boat(boat="7")).allowed
    assert not toolbox.permits(SUE, SHOW, Boat(boat="7")).allowed
    assert not toolbox.permits(ANN, SHOW, Boat(boat="8")).allowed


def test_a_right_that_is_taken_away_is_gone_with_the_next_call(toolbox: DomainToolbox, groups: Groups) -> None:
    groups.now["north", "bob"] = frozenset({"crew"})
    assert toolbox.permits(BOB, SINK, Boat(boat="7")).policy == "crew"
    groups.now.clear()
    assert not toolbox.permits(BOB, SINK, Boat(boat="7")).allowed


def test_tools_work_with_the_records_of_the_tenant_and_the_documents_of_the_user(toolbox: DomainToolbox) -> None:
    found = toolbox.services(SUE)
    assert found.records.get("boats", "7") == {"owner": "sue"}
    assert found.knowledge is SUE  # type: ignore[comparison-overlap]
