"""The first thing that holds for a domain: it can be loaded. While one cannot, no other test of domains is run."""

from pathlib import Path

import pytest

from tests.unit.domains.loading import DOMAINS, fault_of


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)
def test_agents_tools_policies_teams_and_triggers_can_be_loaded(domain: Path) -> None:
    if fault := fault_of(domain.name):
        pytest.fail(f"domains/{domain.name} cannot be loaded:\n{fault}", pytrace=False)
