"""The state that has a role do a piece of work: how long it may take, what is tried again, and where it goes when it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stacks.approvals.states import Asking
from stacks.constructs.state_machine import LAMBDA_PASSING, State, invoke

ASKED = "$states.context.Execution.Input"
TEAM = f"{ASKED}.team"
RESULT = "$states.result.Payload.output"
# The work goes on where it stood: a role that takes longer than its function may, or another process that still has it.
UNFINISHED = {
    "ErrorEquals": ["Unfinished"],
    "IntervalSeconds": 1,
    "BackoffRate": 2,
    "MaxDelaySeconds": 10,
    "MaxAttempts": 60,
    "JitterStrategy": "FULL",
}
PASSING = {
    "ErrorEquals": ["Busy", *LAMBDA_PASSING],
    "IntervalSeconds": 1,
    "BackoffRate": 2,
    "MaxDelaySeconds": 30,
    "MaxAttempts": 20,
    "JitterStrategy": "FULL",
}
NO_USE = {"ErrorEquals": ["Failed"], "MaxAttempts": 0}
# The same piece of work again: what was written of it stands, and nothing is done twice.
CRASHED = {"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 2, "JitterStrategy": "FULL"}
RETRY = [NO_USE, UNFINISHED, PASSING, CRASHED]

# Whatever went wrong ends the run; the record has what was found until then.
CAUGHT: Sequence[State] = [
    {"ErrorEquals": ["States.ALL"], "Output": {"stopped": "{% $states.errorOutput.Error %}"}, "Next": "End"},
]


@dataclass(frozen=True)
class Roles:
    """The function `team-role`. arn: of what is invoked. seconds: its timeout. asking: people who approve what roles have made."""

    arn: str
    seconds: int
    asking: Asking

    def task(
        self,
        step: str,
        *,
        key: str,
        given: Mapping[str, str] | None = None,
        told: Mapping[str, str] | None = None,
        catch: Sequence[State],
        following: str | None = None,
        role: str | None = None,
        output: str = RESULT,
        assign: Mapping[str, str] | None = None,
    ) -> State:
        """A role's piece of work. step: "plan", "work" and so on; it names the role too where none is given.

        In JSONata: key, which names the piece within the run; given, the keys of pieces whose outputs the role gets from the record;
        role; output; assign, variables of the machine. told: further input, which is no key.
        """
        payload = {
            "run": expression(f"{ASKED}.run"),
            "team": expression(f"{TEAM}.name"),
            "step": step,
            "role": expression(role) if role else step,
            "key": expression(key),
            "input": {**({"of": expressions(given)} if given else {}), **expressions(told or {})},
        }
        state = invoke(self.arn, seconds=self.seconds, retry=RETRY, catch=catch, following=following)
        sent = {"Arguments": {"FunctionName": self.arn, "Payload": payload}, "Output": expression(output)}
        return {**state, **sent, **({"Assign": expressions(assign)} if assign else {})}


def expression(jsonata: str) -> str:
    return f"{{% {jsonata} %}}"


def expressions(jsonata: Mapping[str, str]) -> State:
    return {name: expression(each) for name, each in jsonata.items()}
