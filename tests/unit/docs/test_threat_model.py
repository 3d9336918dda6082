"""The threat model names tests that exist, and each threat says what stops it and what stays open."""

import re
from pathlib import Path

from tests.unit.docs.test_faults import named_tests

PAGE = Path(__file__).resolve().parents[3] / "docs" / "threat-model.md"
THREATS = 6


def threats() -> dict[str, str]:
    """Heading → text."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def test_every_protection_names_tests_that_exist() -> None:
    there = named_tests()
    for heading, text in threats().items():
        rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
        assert rows, heading
        for row in rows:
            named = re.findall(r"`(test_\w+)`", row.rpartition(" | ")[2])
            assert named, row
            assert set(named) <= there, sorted(set(named) - there)


def test_every_threat_says_what_it_reaches_and_what_stays_open() -> None:
    found = threats()
    assert len(found) == THREATS
    for heading, text in found.items():
        assert re.search(r"^(Reaches|CI runs)", text, re.M), heading
        assert re.search(r"^Open: ", text, re.M), heading
