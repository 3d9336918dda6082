from typing import Any

from local.cloud.workflows import _assigning_at_once, seconds_to_wait

RETRIER = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 30}


def test_each_retry_waits_longer_up_to_the_longest_delay() -> None:
    assert [seconds_to_wait(RETRIER, retries) for retries in (0, 1, 4, 5, 50)] == [1, 2, 16, 30, 30]


def test_full_jitter_waits_anything_up_to_the_delay() -> None:
    waits = [seconds_to_wait({**RETRIER, "JitterStrategy": "FULL"}, 4) for _ in range(200)]
    assert min(waits) < 4
    assert 12 < max(waits) <= 16


def test_a_retrier_that_says_nothing_waits_as_the_language_defines() -> None:
    assert [seconds_to_wait({}, retries) for retries in (0, 1, 2)] == [1, 2, 4]


def test_expressions_of_an_assign_see_the_variables_as_they_were_before_it() -> None:
    def one_after_another(state: dict[str, Any], given: Any, context: dict[str, Any]) -> None:
        for name, other in state["Assign"].items():
            context["variables"][name] = f"{context['variables'][other]}+1"

    context = {"variables": {"at": "0", "found": "none"}}
    _assigning_at_once(one_after_another)({"Assign": {"at": "at", "found": "at"}}, None, context)
    assert context["variables"] == {"at": "0+1", "found": "0+1"}
