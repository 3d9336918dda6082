import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from causeway.agents.domain import AgentDomain, InvalidDomain
from causeway.agents.rights import Principal

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


HIRE = """
from typing import Any
from pydantic import BaseModel, Field
from causeway.agents.tool import Tool

class Boat(BaseModel):
    boat: str = Field(description="which")

def run(asked, calling):
    return ""

async def later(asked, calling):
    return ""

hire = Tool("hire", "Does it.", Boat, run, effect="once", consent="Hire {boat}?")
"""


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("{boat}?", "{boot}?", "its consent names boot, which is no argument of it; there are: boat"),
        ("{boat}?", "{boat?", "its consent cannot be filled in: expected '}' before end of string"),
        (', consent="Hire {boat}?"', "", 'it acts (effect="once") and asks nobody: write consent='),
        (', effect="once"', "", 'it asks for consent and says that it changes nothing: write effect="once"'),
        ('"Does it."', '" "', "it has no description: write description="),
        ('"hire"', '"Hire a boat"', "its name is to be lower case with underscores"),
        ("boat: str", "boat: Any", "its argument boat has no type that a model can keep to: write boat: str"),
        (' = Field(description="which")', "", "its argument boat has no description: write boat: ... = Field("),
        ("def run(asked, calling)", "def run(asked)", "its run cannot be called with the arguments and the Calling: write def NAME"),
        ("Boat, run", "Boat, later", "its run is async, which nobody waits for: write def NAME(arguments, calling)"),
        ("Boat, run", "Boat, 'run'", "its run is no function: write def NAME(arguments, calling)"),
        ('return ""\n\nasync', 'yield ""\n\nasync', "its run is a generator, which nobody waits for"),
    ],
)
def test_a_tool_that_cannot_be_used_is_refused_with_what_to_write(top: Path, written: str, instead: str, told: str) -> None:
    assert load(top, tools__boats__py=HIRE).tools["hire"].consent == "Hire {boat}?"
    for name in [each for each in sys.modules if each.partition(".")[0] == "domains"]:
        del sys.modules[name]
    assert HIRE.count(written) == 1
    with pytest.raises(InvalidDomain) as refused:
        load(top, tools__boats__py=HIRE.replace(written, instead) + "\n")
    assert all(line.startswith("domains.harbour.tools.boats: ") for line in str(refused.value).splitlines())
    assert told in str(refused.value)


def test_all_faults_of_all_tools_are_told_at_once(top: Path) -> None:
    with pytest.raises(InvalidDomain) as refused:
        load(top, tools__boats__py=HIRE.replace("{boat}?", "{boot}?"), tools__tides__py=TOOL.format(name="tide").replace("Does it.", ""))
    assert [line.partition(": it")[0] for line in str(refused.value).splitlines()] == [
        "domains.harbour.tools.boats: 'hire'",
        "domains.harbour.tools.tides: 'tide'",
    ]


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("boat: str =", "boat =", ", line 6: PydanticUserError: Field 'boat' requires a type annotation"),
        ("Boat, run", "dict, run", ", line 15: AttributeError:"),
        ("Boat, run", "Boat, runs", ", line 15: NameError: name 'runs' is not defined"),
        ("import Tool", "import Tol", ", line 4: ImportError: cannot import name 'Tol'"),
        ("def run(", "def run", ": SyntaxError:"),
    ],
)
def test_a_module_that_cannot_be_imported_is_told_with_its_line(top: Path, written: str, instead: str, told: str) -> None:
    with pytest.raises(InvalidDomain) as refused:
        load(top, tools__boats__py=HIRE.replace(written, instead))
    assert str(refused.value).startswith(f"domains.harbour.tools.boats: cannot be imported{told}")


@pytest.mark.parametrize(
    "policy",
    [
        "",
        '@id("b") forbid (principal, action == Action::"hire", resource);',
        '@id("b") permit (principal, action in [Action::"tide"], resource);',
    ],
)
def test_a_tool_that_no_policy_permits_is_refused_with_a_policy_to_write(top: Path, policy: str) -> None:
    with pytest.raises(InvalidDomain) as refused:
        load(top, policies__b__cedar=policy)
    told, _, proposed = str(refused.value).partition(", for everybody: ")
    assert told.startswith(f"{top / 'domains/harbour/policies'}: no policy permits the tool 'hire'")
    found = load(top, policies__b__cedar=proposed)
    hire = found.tools["hire"]
    assert found.rights.permits(Principal("north", "ann"), hire, hire.arguments(), None).allowed


@pytest.mark.parametrize("scope", ["action", 'action in [Action::"tide", Action::"hire"]'])
def test_a_policy_of_some_or_of_all_tools_permits_each(top: Path, scope: str) -> None:
    permitting = f'@id("b") permit (principal in Group::"crew", {scope}, resource);'
    assert "hire" in load(top, policies__b__cedar=permitting).tools


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
