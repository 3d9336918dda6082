"""Teams as domains bring them: every file fits its pattern and its tools, or says what is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from causeway.agents.domain import AgentDomain, InvalidDomain
from causeway.teams.domain import teams_of

bookshop = cache(lambda: AgentDomain.load("bookshop"))
ROLES: Mapping[str, Any] = {
    "plan": {"instructions": "Plan.", "output": "plan"},
    "rules": {"instructions": "Find.", "output": "findings", "tools": ["search_knowledge"]},
    "write": {"instructions": "Write.", "output": "draft"},
}
TEAM: Mapping[str, Any] = {"title": "T", "description": "D", "pattern": "orchestrator", "roles": ROLES}


def read(folder: Path, **facts: Any) -> Mapping[str, Any]:
    (folder / "teams").mkdir()
    (folder / "teams" / "complaint.yaml").write_text(yaml.safe_dump({**TEAM, **facts}, sort_keys=False))
    return teams_of(replace(bookshop(), folder=folder))


def test_the_bookshop_has_a_team_of_each_pattern() -> None:
    assert sorted(team.pattern for team in teams_of(bookshop()).values()) == ["evaluator", "orchestrator", "parallel", "sequence"]


def test_a_domain_without_teams_has_none() -> None:
    assert teams_of(AgentDomain.load("")) == {}


def test_what_the_machine_is_told_names_roles_by_what_they_hand_in(tmp_path: Path) -> None:
    told = read(tmp_path)["complaint"].for_the_machine
    assert told["order"] == ["plan", "rules", "write"]
    assert told["roles"] == {"plan": ["plan"], "findings": ["rules"], "draft": ["write"], "score": []}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"roles": {**ROLES, "rules": {**ROLES["rules"], "tools": ["start_return"]}}}, "start_return changes something"),
        ({"roles": {**ROLES, "rules": {**ROLES["rules"], "tools": ["serch"]}}}, "there is no tool serch; there are: calculate"),
        ({"roles": {name: ROLES[name] for name in ("plan", "write")}}, "1 to 6 roles whose output is findings"),
        ({"roles": {name: ROLES[name] for name in ("rules", "write")}}, "1 to 1 roles whose output is plan"),
        (
            {"pattern": "sequence", "roles": {name: ROLES[name] for name in ("write", "rules")}},
            "the last role of a sequence hands in a draft",
        ),
        ({"pattern": "evaluator"}, "the pattern evaluator has"),
        ({"rubric": "Be kind."}, "a rubric belongs to the pattern evaluator"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_a_team_that_cannot_work_is_told_with_its_file(tmp_path: Path, facts: Any, said: str) -> None:
    with pytest.raises(InvalidDomain) as raised:
        read(tmp_path, **facts)
    assert "complaint.yaml" in str(raised.value)
    assert said in str(raised.value)
