"""How every machine of a team ends: what came of the run is written into its record, and only a fault of ours fails the execution."""

import json

from stacks.constructs.state_machine import State, choice
from stacks.teams.role_task import ASKED, CAUGHT, TEAM, Roles, expression

OUTCOME = "Outcome"  # where a team goes whose work is done; nothing of it is in the machine
DECLINED = ("rejected", "expired")  # by a person, or by nobody in time
# What ends a run as one outcome among others: all did their part, a role failed in words, or the outcome was not approved. Anything
# else is a fault that alarms.
NO_FAULT = ("", "Failed", *DECLINED)


def closing(roles: Roles) -> State:
    """The states from `OUTCOME` on, and from "End", where a run goes that stopped early.

    The input of "End" has `stopped`: the name of the error that ended the run, "" when all have done their part. The outcome of a team
    whose stakes are high waits for a person's approval before; the decision goes to "End" with it.
    """
    end = roles.task(
        "end",
        key="'end'",
        told={"stopped": "$states.input.stopped", "decision": "$exists($states.input.decision) ? $states.input.decision : null"},
        catch=[{"ErrorEquals": ["States.ALL"], "Output": {"stopped": expression("$states.errorOutput.Error")}, "Next": "Broken"}],
        following="Verdict",
        output="$states.input",
    )
    return {
        OUTCOME: {"Type": "Pass", "Output": {"stopped": ""}, "Next": "HighStakes"},
        "HighStakes": choice(expression(f"{TEAM}.high_stakes"), "Approve", "End"),
        **roles.asking.states(
            {"run": expression(f"{ASKED}.run"), "address": expression(f"{ASKED}.address")},
            approved="End",
            declined="Declined",
            failed=CAUGHT,
        ),
        "Declined": {
            "Type": "Pass",
            "Output": expression("$merge([$states.input, {'stopped': $states.input.decision.way = 'expiry' ? 'expired' : 'rejected'}])"),
            "Next": "End",
        },
        "End": end,
        "Verdict": choice(expression(f"$states.input.stopped in {json.dumps(NO_FAULT)}"), "Ended", "Broken"),
        "Broken": {"Type": "Fail", "Error": expression("$states.input.stopped"), "Cause": "The run's record says how far it came"},
        "Ended": {"Type": "Succeed"},
    }
