"""A domain that cannot be loaded is told by test_loading alone: every other test here would say the same again."""

from pathlib import Path

from tests.unit.domains.loading import DOMAINS, fault_of

collect_ignore = (
    [each.name for each in Path(__file__).parent.iterdir() if each.name != "test_loading.py"]
    if any(fault_of(domain.name) for domain in DOMAINS)
    else []
)
