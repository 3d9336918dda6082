"""The list of a user's runs in the table, as moto plays it."""

import time
from typing import Any

import pytest

from benchmarks.scripted_agents import OWNER
from causeway.agents.listing import Listed, RunList
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency

NOW = int(time.time())
RUNS = [Listed("agent" if number % 2 else "team", f"{number:032x}", NOW + number) for number in range(5)]


@pytest.fixture
def listed(dynamodb: Any) -> RunList:
    made = RunList(lambda tenant: dynamodb, "runs", Dependency("runs", attempt_seconds=1.0, budget_seconds=30.0))
    for each in RUNS:
        made.add(OWNER, each, NOW + 1000)
    return made


def test_runs_are_listed_newest_first_in_pages(listed: RunList) -> None:
    first, after = listed.page(OWNER, 3)
    rest, end = listed.page(OWNER, 3, after)
    assert [*first, *rest] == RUNS[::-1]
    assert (len(first), end) == (3, None)


def test_a_run_that_is_added_again_is_listed_once(listed: RunList) -> None:
    listed.add(OWNER, RUNS[0], NOW + 1000)
    assert len(listed.page(OWNER, 10)[0]) == len(RUNS)


@pytest.mark.parametrize("other", [Owner(OWNER.tenant, "somebody"), Owner("another", OWNER.user)])
def test_nobody_else_sees_them(listed: RunList, other: Owner) -> None:
    assert listed.page(other, 10) == ([], None)


def test_a_run_that_has_expired_is_listed_no_more(listed: RunList) -> None:
    listed.add(OWNER, Listed("team", "f" * 32, NOW + 9), NOW - 1)
    assert listed.page(OWNER, 10)[0] == RUNS[::-1]
