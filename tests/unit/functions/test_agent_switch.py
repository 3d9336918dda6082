"""The functions of agents and teams follow the operators' document."""

import pytest

from tests.unit.functions.agents_line import Line, says
from tests.unit.functions.test_agents import TURNS, line
from tests.unit.functions.test_answers import content
from tests.unit.functions.test_teams import begin
from tests.unit.functions.test_teams import line as teams

__all__ = ["line", "teams"]


@pytest.mark.parametrize("document", [{"everyone": {"agents": False}}, {"tenants": {"harbour": {"agents": False}}}])
def test_turns_of_a_tenant_that_is_off_are_a_503_that_asks_no_model(line: Line, document: dict[str, object]) -> None:
    line.services.appconfig.documents["switches"] = document
    refused = line.call("POST", TURNS, {"message": "Hello"})
    assert (refused["statusCode"], content(refused)["type"]) == (503, "urn:causeway:problem:switched-off")
    assert refused["multiValueHeaders"]["Retry-After"] == ["60"]
    assert line.asked() == 0
    line.services.appconfig.documents["switches"] = {"tenants": {"lantern": {"agents": False}}}
    assert line.turn("Hello", says("Good morning."))["stopped"] == "answered"


def test_no_team_begins_while_agents_are_off(teams: Line) -> None:
    teams.services.appconfig.documents["switches"] = {"everyone": {"agents": False}}
    assert begin()["statusCode"] == 503
    teams.services.appconfig.documents["switches"] = {}
    assert begin()["statusCode"] == 202


def test_agents_work_on_while_appconfig_fails(line: Line) -> None:
    line.services.appconfig.failing = 500
    assert line.turn("Hello", says("Good morning."))["stopped"] == "answered"
