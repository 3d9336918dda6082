"""Step Functions as on AWS: retries wait with MaxDelaySeconds and JitterStrategy, which ministack ignores, and the expressions of
an Assign see the variables as they were before it, which ministack changes from one to the next.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from local.cloud import emulator

Retrier = dict[str, Any]
State = dict[str, Any]
Found = tuple[Retrier | None, int]


def install() -> None:
    """Give ministack, which knows only interval and rate, the delay as an interval with rate one."""
    machine = emulator.part("services.stepfunctions")
    machine._find_matching_retrier = _waiting_as_said(machine._find_matching_retrier)
    machine._apply_state_assign = _assigning_at_once(machine._apply_state_assign)


def _waiting_as_said(find: Callable[..., Found]) -> Callable[..., Found]:
    def run(retriers: Any, error: str, counts: Mapping[int, int]) -> Found:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return None, index
        return {**retrier, "IntervalSeconds": seconds_to_wait(retrier, counts.get(index, 0)), "BackoffRate": 1}, index

    return run


def seconds_to_wait(retrier: Retrier, retries: int) -> float:
    """Seconds before the next attempt, after `retries` retries. With full jitter, a random part of them."""
    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retries
    longest = min(delay, retrier.get("MaxDelaySeconds", delay))
    return random.uniform(0, longest) if retrier.get("JitterStrategy") == "FULL" else longest


def _assigning_at_once(assign: Callable[..., None]) -> Callable[..., None]:
    def run(state: State, given: Any, context: State | None, **more: Any) -> None:
        before = dict((context or {}).get("variables", {}))
        for name, template in state.get("Assign", {}).items():
            alone = {**(context or {}), "variables": dict(before)}
            assign({**state, "Assign": {name: template}}, given, alone, **more)
            if context is not None and name in alone["variables"]:
                context.setdefault("variables", {})[name] = alone["variables"][name]

    return run
