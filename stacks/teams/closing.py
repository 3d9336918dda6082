"""How every machine of a team ends: what came of the run is written into its record, and only a fault of ours fails the execution."""

from stacks.constructs.state_machine import State, choice
from stacks.teams.role_task import Roles, expression

OUTCOME = "Outcome"  # where a team goes whose work is done; the state's input is the outcome


def closing(roles: Roles) -> State:
    """The states from `OUTCOME` on, and from "End", where a run goes that failed.

    A role that failed in words (`Failed`) is an outcome like others; whatever else ended the run is a fault that alarms.
    """
    end = roles.task(
        "end",
        key="'end'",
        given={"result": "$states.input"},
        catch=[{"ErrorEquals": ["States.ALL"], "Output": {"error": expression("$states.errorOutput.Error")}, "Next": "Broken"}],
        following="Verdict",
        output="$states.input",
    )
    return {
        OUTCOME: {"Type": "Pass", "Output": {"state": "done", "outcome": expression("$states.input")}, "Next": "End"},
        "End": end,
        "Verdict": choice(expression("$states.input.state = 'failed' and $states.input.error != 'Failed'"), "Broken", "Ended"),
        "Broken": {"Type": "Fail", "Error": expression("$states.input.error"), "Cause": "The run's record has what was found until then"},
        "Ended": {"Type": "Succeed"},
    }
