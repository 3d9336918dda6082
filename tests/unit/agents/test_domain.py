import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from causeway.agents.domain import AgentDomain, InvalidDomain

TOOL = """
from pydantic import BaseModel
from causeway.agents.tool import Tool

class Nothing(BaseModel):
    pass

{name} = Tool("{name}", "Does it.", Nothing, lambda asked, calling: "{name}")
"""
FILES = {
    "tools/__init__.py": "",
    "tools/tides.py": TOOL.format(name="tide"),
    "tools/boats.py": TOOL.format(name="hire") + "from domains.harbour.tools.tides import tide\n",
    "agents/mate.yaml": "{title: Mate, instructions: Help., tools: [tide, hire]}",
    "agents/stand-in.yaml": "rules: []",
    "policies/a.cedar": '@id("a") permit (principal, action == Action::"tide", resource);',
    "policies/b.cedar": '@id("b") permit (principal, action == Action::"hire", resource);',
}


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where domains/harbour is written; no other domain is found meanwhile."""
    known = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "domains"}
    for name in known:
        del sys.modules[name]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(each for each in sys.path if not (Path(each) / "domains").is_dir())])
    importlib.invalidate_caches()
    yield tmp_path
    for name in [each for each in sys.modules if each.partition(".")[0] == "domains"]:
        del sys.modules[name]
    sys.modules.update(known)


def load(top: Path, **changed: str) -> AgentDomain:
    """changed: contents of files, by path with `__` for the slash and the dot; such as `agents__mate__yaml`."""
    files = {**FILES, **{"/".join(path.split("__", 1)).replace("__", "."): content for path, content in changed.items()}}
    for name, content in files.items():
        path = top / "domains" / "harbour" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return AgentDomain.load("harbour")


def test_every_tool_in_a_module_of_the_domain_is_found_and_every_agent_but_the_stand_in(top: Path) -> None:
    found = load(top)
    assert sorted(found.tools) == ["hire", "tide"]
    assert [(name, agent.title) for name, agent in found.agents.items()] == [("mate", "Mate")]


def test_a_domain_without_tools_has_nothing(top: Path) -> None:
    (top / "domains" / "bare").mkdir(parents=True)
    for name in ("", "bare"):
        found = AgentDomain.load(name)
        assert not found.agents
        assert not found.tools


def test_two_tools_of_one_name_are_refused_by_the_module_s_name(top: Path) -> None:
    with pytest.raises(InvalidDomain, match=r"domains\.harbour\.tools\.tides: there is a tool 'tide' already"):
        load(top, tools__boats__py=TOOL.format(name="tide") + TOOL.format(name="hire"))


def test_a_consent_that_names_no_argument_is_refused_with_those_there_are(top: Path) -> None:
    asks = """
from pydantic import BaseModel
from causeway.agents.tool import Tool

class Book(BaseModel):
    title: str

hire = Tool("hire", "Does it.", Book, lambda asked, calling: "", effect="once", consent="Reserve {titel}?")
"""
    with pytest.raises(InvalidDomain, match=r"domains\.harbour\.tools\.boats: the consent of 'hire' names titel, .* there are: title"):
        load(top, tools__boats__py=asks)


def test_a_name_that_the_routes_have_for_themselves_is_refused(top: Path) -> None:
    with pytest.raises(InvalidDomain, match=r"domains\.harbour\.tools\.rest: there is a tool 'call_result' already"):
        load(top, tools__rest__py=TOOL.format(name="call_result"))


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("{title: Mate, instructions: Help., tools: [tied]}", "there is no tool tied; there are: hire, tide"),
        ("{title: Mate, instructions: Help., tools: [tide], tolls: []}", "tolls"),
        ("{title: Mate, tools: [tide]}", "instructions"),
        ("[tide]", "mapping"),
        ("{title: 'Mate", "end of stream"),
    ],
)
def test_an_agent_that_cannot_be_used_is_refused_by_its_file_s_name(top: Path, agent: str, told: str) -> None:
    with pytest.raises(InvalidDomain) as refused:
        load(top, agents__mate__yaml=agent)
    assert str(top / "domains/harbour/agents/mate.yaml") in str(refused.value)
    assert told in str(refused.value)


def test_a_misspelt_action_of_a_policy_is_refused_with_file_and_line(top: Path) -> None:
    with pytest.raises(InvalidDomain) as refused:
        load(top, policies__b__cedar='// ours\n@id("b") permit (principal, action == Action::"hyre", resource);')
    assert str(refused.value).startswith(f"{top / 'domains/harbour/policies/b.cedar'}:2: b: unrecognized action")


COOK = "{title: Cook, instructions: Help., tools: [tide], skills: Cooks.}"


def test_an_agent_hands_off_to_agents_of_its_domain_that_say_what_they_know(top: Path) -> None:
    mate = FILES["agents/mate.yaml"].replace("}", ", hands_off_to: [cook]}")
    assert load(top, agents__mate__yaml=mate, agents__cook__yaml=COOK).agents["mate"].hands_off_to == ("cook",)


@pytest.mark.parametrize(
    ("to", "cook", "fault"),
    [
        ("mate", COOK, "mate.yaml: hands_off_to names the agent itself"),
        ("pilot", COOK, "mate.yaml: hands_off_to: there is no agent pilot; there are: cook, mate"),
        ("cook", COOK.replace(", skills: Cooks.", ""), "mate.yaml: hands_off_to: cook has no skills; say in agents/cook.yaml"),
    ],
)
def test_a_hand_off_that_cannot_be_is_told_with_its_file(top: Path, to: str, cook: str, fault: str) -> None:
    mate = FILES["agents/mate.yaml"].replace("}", f", hands_off_to: [{to}]}}")
    with pytest.raises(InvalidDomain, match=re.escape(fault)):
        load(top, agents__mate__yaml=mate, agents__cook__yaml=cook)


def test_no_tool_of_a_domain_can_have_the_name_of_the_one_that_hands_off(top: Path) -> None:
    with pytest.raises(InvalidDomain, match="there is a tool 'hand_off' already"):
        load(top, tools__boats__py=TOOL.format(name="hand_off"))
