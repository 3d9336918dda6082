"""What a domain brings for agents is packed by itself, and checked before it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.agents.domain_layer import Needs, brings_tools, build, needs
from stacks.data.domains import DOMAINS
from stacks.environment import InvalidEnvironment

POLICIES, EVERYDAY = "policies/tools.cedar", "tools/everyday.py"
LOAD = "from causeway.agents.domain import AgentDomain; print(*AgentDomain.load('bookshop').tools)"


@pytest.fixture
def domains(tmp_path: Path) -> Path:
    copied = tmp_path / "domains"
    for part in ("agents", "policies", "teams", "tools", "records"):
        shutil.copytree(DOMAINS / "bookshop" / part, copied / "bookshop" / part, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def made(domains: Path) -> Path:
    return build("bookshop", domains, domains.parent / "built")


def test_the_layer_holds_agents_teams_tools_and_policies_and_nothing_else(domains: Path) -> None:
    folder = made(domains) / "python" / "domains" / "bookshop"
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {"agents/service.yaml", "teams/complaint.yaml", POLICIES, EVERYDAY, "tools/__init__.py"} < found
    assert {Path(name).parts[0] for name in found} == {"agents", "policies", "teams", "tools"}
    assert not found & {"agents/stand-in.yaml", "teams/stand-in.yaml"}


def test_the_domain_is_importable_from_the_layer_alone(domains: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": f"lambdas{os.pathsep}{made(domains) / 'python'}"}
    done = subprocess.run([sys.executable, "-P", "-c", LOAD], env=variables, capture_output=True, text=True, check=True)
    assert "start_return" in done.stdout.split()


def test_a_change_of_records_or_of_the_stand_in_publishes_nothing_and_one_of_a_tool_does(domains: Path) -> None:
    before = made(domains)
    (domains / "bookshop/records/orders.yaml").write_text("[]")
    (domains / "bookshop/agents/stand-in.yaml").write_text("rules: []")
    assert made(domains) == before
    (domains / "bookshop" / EVERYDAY).write_text((domains / "bookshop" / EVERYDAY).read_text() + "# changed\n")
    assert made(domains) != before


OTHERS = """
from pathlib import Path

from pydantic import BaseModel, Field

from causeway.agents.chosen import Chosen
from causeway.agents.functions import function_tool
from causeway.agents.remote_tools import remote_tools


class Book(BaseModel):
    title: str = Field(description="the book's title")


lend = function_tool("lend", "Lends a book.", Book, "library-lend:live")
remote = remote_tools(Path(__file__).with_name("stock.mcp.json"), Chosen("copies", name="copies", description="Counts.", changes=False))
"""
SITES = ("trade.wholesaler.example", "www.gutenberg.org", "www.harbour-books.example", "www.lantern-books.example")
OUTSIDE, SECRETS = ("check_wholesaler", "http_fetch"), {"wholesaler": "trade.wholesaler.example"}
PINNED = '{"server": "https://mcp.books.example/mcp", "tools": [{"name": "copies", "inputSchema": {"type": "object"}}]}'


def test_what_the_tools_need_of_aws_is_found_out_with_them(domains: Path) -> None:
    assert needs("bookshop", domains, domains.parent / "built") == Needs(outside=OUTSIDE, hosts=SITES, secrets=SECRETS)
    (domains / "bookshop/tools/others.py").write_text(OTHERS)
    (domains / "bookshop/tools/stock.mcp.json").write_text(PINNED)
    (domains / "bookshop/policies/others.cedar").write_text('@id("others") permit (principal in Group::"staff", action, resource);')
    for _ in range(2):
        found = needs("bookshop", domains, domains.parent / "built")
        assert found == Needs(
            outside=("check_wholesaler", "copies", "http_fetch"),
            hosts=("mcp.books.example", *SITES),
            secrets=SECRETS,
            mcp=True,
            functions=("library-lend:live",),
        )
    assert (made(domains) / "python/domains/bookshop/tools/stock.mcp.json").is_file()


def test_a_domain_without_tools_has_no_layer(domains: Path) -> None:
    assert brings_tools("bookshop", domains)
    shutil.rmtree(domains / "bookshop" / "tools")
    assert not brings_tools("bookshop", domains)
    assert not brings_tools(None, domains)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (POLICIES, 'Action::"calculate"', 'Action::"calculte"', "policies/tools.cedar:3: everybody: unrecognized action"),
        (POLICIES, "resource.owner", "resource.ownr", "policies/tools.cedar:10: own-orders: "),
        ("agents/service.yaml", "current_date", "curent_date", "agents/service.yaml: there is no tool curent_date"),
        ("teams/complaint.yaml", "look_up_order", "look_up_ordr", "teams/complaint.yaml: there is no tool look_up_ordr"),
        (EVERYDAY, "def today(", "def today(]", "everyday.py"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_synthesis(domains: Path, file: str, old: str, new: str, told: str) -> None:
    path = domains / "bookshop" / file
    path.write_text(path.read_text().replace(old, new, 1))
    for _ in range(2):
        with pytest.raises(InvalidEnvironment) as refused:
            made(domains)
        assert told in str(refused.value)
