"""The states of a machine that waits for a person, in Amazon States Language with JSONata.

`Approve` waits by a task token for the first half of the time, `Remind` by another for the second; then `Expire` says no, unless a
decision was written that no token carried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.constructs.state_machine import GRACE_SECONDS, LAMBDA_PASSING, State, choice

WAITING = "arn:aws:states:::lambda:invoke.waitForTaskToken"
PASSING = {
    "ErrorEquals": ["Throttled", "DependencyUnavailable", *LAMBDA_PASSING],
    "IntervalSeconds": 1,
    "BackoffRate": 2,
    "MaxDelaySeconds": 60,
    "MaxAttempts": 12,
    "JitterStrategy": "FULL",
}
# The same question once more: who was asked is written down, and gets at most another message.
CRASHED = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 2, "JitterStrategy": "FULL"}
RETRY = [PASSING, CRASHED]
DECISION = "decision"  # what is added to a state's output: approved, by, way, at


@dataclass(frozen=True)
class Asking:
    """The function `team-approval`. arn: of what is invoked. function_seconds: its timeout. seconds: until an approval expires."""

    arn: str
    function_seconds: int
    seconds: int

    def states(self, payload: Mapping[str, Any], *, approved: str, declined: str, failed: Sequence[State]) -> State:
        """From the state `Approve` on. The input goes on to the next state, with `decision` added to it.

        payload: what the function needs beside step, token, execution and seconds; JSONata where needed.
        approved, declined: the next state; nobody's decision declines. failed: catches for what nobody can be asked by.
        """
        return {
            "Approve": self._wait("ask", payload, "Remind", failed),
            "Remind": self._wait("remind", payload, "Expire", failed),
            "Expire": self._expire(payload, failed),
            "Decided": choice("{% $states.input.decision.approved %}", approved, declined),
        }

    def _wait(self, step: str, payload: Mapping[str, Any], later: str, failed: Sequence[State]) -> State:
        """Half of the time; what goes on then is asked again."""
        token = {"token": "{% $states.context.Task.Token %}"}
        return {
            "Type": "Task",
            "Resource": WAITING,
            "Arguments": {"FunctionName": self.arn, "Payload": {**self._asked(step, payload), **token}},
            "Output": _with_decision("$states.result"),
            "TimeoutSeconds": self.seconds // 2,
            "Retry": RETRY,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Output": "{% $states.input %}", "Next": later}, *failed],
            "Next": "Decided",
        }

    def _expire(self, payload: Mapping[str, Any], failed: Sequence[State]) -> State:
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": self.arn, "Payload": self._asked("expire", payload)},
            "Output": _with_decision("$states.result.Payload"),
            "TimeoutSeconds": self.function_seconds + GRACE_SECONDS,
            "Retry": RETRY,
            "Catch": list(failed),
            "Next": "Decided",
        }

    def _asked(self, step: str, payload: Mapping[str, Any]) -> State:
        return {"step": step, "execution": "{% $states.context.Execution.Id %}", "seconds": self.seconds, **payload}


def _with_decision(decision: str) -> str:
    return f"{{% $merge([$states.input, {{'{DECISION}': {decision}}}]) %}}"
