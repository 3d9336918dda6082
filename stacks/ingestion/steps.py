"""Tasks of a state machine that call one function, whose steps may be repeated: what they have done already they find done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stacks.constructs.state_machine import LAMBDA_PASSING, State, invoke

WAITING = {
    "ErrorEquals": ["Throttled", "DependencyUnavailable", *LAMBDA_PASSING],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxDelaySeconds": 300,
    "MaxAttempts": 20,
    "JitterStrategy": "FULL",
}
DIED = {"ErrorEquals": ["States.Timeout", "Lambda.Unknown", "Sandbox.Timedout"], "IntervalSeconds": 5, "MaxAttempts": 3}


@dataclass(frozen=True)
class Steps:
    """function_arn: with the alias that is called. seconds: the function's timeout."""

    function_arn: str
    seconds: int

    def __call__(self, payload: Mapping[str, Any], output: Any, following: str | None, **more: Any) -> State:
        """following: the next state, None for the end. more: further fields of the state, as `Catch` and `Assign`."""
        retry = [WAITING, DIED]
        return (
            invoke(self.function_arn, seconds=self.seconds, retry=retry, following=following, payload=dict(payload), output=output) | more
        )
