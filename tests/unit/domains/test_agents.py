"""What holds for the agents, tools, policies and records of every domain."""

from pathlib import Path

import pytest
import yaml

from causeway.agents.domain import AgentDomain

DOMAINS = sorted(path.parent for path in (Path(__file__).parents[3] / "domains").glob("*/domain.yaml"))
pytestmark = pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)


def test_agents_tools_and_policies_fit_each_other(domain: Path) -> None:
    found = AgentDomain.load(domain.name)
    assert sorted(found.agents) == sorted(file.stem for file in (domain / "agents").glob("*.yaml") if file.name != "stand-in.yaml")


def test_records_belong_to_tenants_of_the_domain_and_have_ids_of_their_own(domain: Path) -> None:
    tenants = {tenant["id"] for tenant in yaml.safe_load((domain / "domain.yaml").read_text())["tenants"]}
    for file in (domain / "records").glob("*.yaml"):
        rows = yaml.safe_load(file.read_text())
        assert {row["tenant"] for row in rows} <= tenants
        assert len({(row["tenant"], row["id"]) for row in rows}) == len(rows)
