"""docs/local.md against the templates: what prod has is deployed on a laptop too, or named there with the tests that hold it instead."""

import re
from pathlib import Path

from tests.infrastructure.synthesized import Synthesized
from tests.unit.docs.test_faults import named_tests

PAGE = Path(__file__).resolve().parents[2] / "docs" / "local.md"


def rows() -> list[str]:
    """Of the table of types that no laptop deploys."""
    _, _, text = PAGE.read_text(encoding="utf-8").partition("## What prod has and no laptop deploys")
    return [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("| `")]


def test_every_type_of_prod_is_deployed_on_a_laptop_or_named_there(prod: Synthesized, local: Synthesized) -> None:
    named = {type for row in rows() for type in re.findall(r"`(\w+::\w+::\w+)`", row)}
    assert named == {each.type for each in prod.all()} - {each.type for each in local.all()}


def test_what_no_laptop_deploys_names_the_tests_that_hold_it() -> None:
    for row in rows():
        tests = re.findall(r"`(test_\w+)`", row.rpartition(" | ")[2])
        assert tests, row
        assert set(tests) <= named_tests(), row
