from datetime import UTC, datetime

import pytest

from causeway.retrieval.boosts import Boosts, Fresh
from causeway.retrieval.passage import FoundPassage
from tests.unit.loopback import hit

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def passage(source: str = "policies/returns.md", indexed_at: str = "2026-11-26T00:00:00.000+00:00") -> FoundPassage:
    return FoundPassage.of_hit(hit("d", source=source, indexed_at=indexed_at), 0.7)


@pytest.mark.parametrize(
    ("source", "factor"),
    [
        ("policies/returns.md", 1.5),
        ("policies/old/returns.md", 0.5),
        ("policies/old/cards.md", 1.2),
        ("policies", 1.0),
        ("policies-old/returns.md", 1.0),
        ("press/policies/returns.md", 1.0),
        ("policies/old/cards.md.pdf", 0.5),
    ],
)
def test_the_closest_folder_or_the_document_itself_says_how_much_it_counts(source: str, factor: float):
    boosts = Boosts(sources={"policies/": 1.5, "policies/old/": 0.5, "policies/old/cards.md": 1.2})
    assert boosts.factor(passage(source), NOW) == factor


@pytest.mark.parametrize(
    ("indexed_at", "factor"),
    [
        ("2026-11-26T00:00:00.000+00:00", 1.4),
        ("2026-11-16T00:00:00.000+00:00", 1.2),
        ("2026-11-06T00:00:00Z", 1.1),
        ("2026-11-06T00:00:00", 1.1),
        ("2026-12-24T00:00:00.000+00:00", 1.4),
        ("", 1.0),
    ],
    ids=["now", "one half-life", "two", "without a zone", "a clock that is ahead", "never indexed"],
)
def test_half_of_what_a_fresh_document_counts_more_is_left_after_a_half_life(indexed_at: str, factor: float):
    assert Boosts(fresh=Fresh(half_life_days=10, weight=0.4)).factor(passage(indexed_at=indexed_at), NOW) == pytest.approx(factor)


def test_a_folder_and_freshness_multiply():
    boosts = Boosts(sources={"policies/": 1.5}, fresh=Fresh(half_life_days=10, weight=0.4))
    assert boosts.factor(passage(), NOW) == pytest.approx(2.1)


def test_nothing_said_is_no_boost():
    assert not Boosts()
    assert Boosts(sources={"policies/": 1.5})
    assert Boosts(fresh=Fresh(half_life_days=1, weight=0.1))
    assert Boosts().factor(passage(), NOW) == 1.0
