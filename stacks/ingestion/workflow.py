"""The ingestion state machine in Amazon States Language with JSONata: register, read, embed, index; or remove.

Every task takes the execution's object and returns it enlarged.
"""

from collections.abc import Mapping

from stacks.constructs.state_machine import LAMBDA_PASSING, State, choice, invoke

TASKS = ("Register", "Read", "Embed", "Index", "Quarantine", "Remove")
# Many attempts, spread out: a burst of uploads waits here for the few workers there are.
PASSING = {
    "ErrorEquals": ["Throttled", "DependencyUnavailable", *LAMBDA_PASSING],
    "IntervalSeconds": 1,
    "BackoffRate": 2,
    "MaxDelaySeconds": 30,
    "MaxAttempts": 60,
    "JitterStrategy": "FULL",
}
NO_USE = {"ErrorEquals": ["BadDocument", "MissingObject"], "MaxAttempts": 0}
# A crash may be the document's doing: it gets one more attempt, not sixty.
CRASHED = {"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "IntervalSeconds": 5, "MaxAttempts": 1, "JitterStrategy": "FULL"}
RETRY = [NO_USE, PASSING, CRASHED]


def _caught(error: str, state: str) -> State:
    """A bad document is a normal outcome; anything else is kept as `failed` and fails the execution, which alarms."""
    cause = "$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ''"
    seen = f"'Error': $states.errorOutput.Error, 'Cause': {cause}"
    output = f"{{% $merge([$states.input, {{'state': '{state}', 'error': {{{seen}}}}}]) %}}"
    return {"ErrorEquals": [error], "Output": output, "Next": "Quarantine"}


CATCH = [_caught("BadDocument", "quarantined"), _caught("States.ALL", "failed")]
# A newer run removes the files of an older one. The older one starts again and finds that it is superseded.
FROM_FILES = [{"ErrorEquals": ["MissingObject"], "Output": "{% $states.input %}", "Next": "Register"}, *CATCH]


def definition(functions: Mapping[str, str], seconds: Mapping[str, int]) -> State:
    """The state machine.

    functions: ARN for each of TASKS. seconds: timeout of each one's function.
    """

    def task(name: str, following: str | None = None, catch: list[State] = CATCH) -> State:
        return invoke(functions[name], seconds=seconds[name], retry=RETRY, catch=catch, following=following)

    return {
        "Comment": "Takes one document from the incoming bucket into the search index, or out of it",
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": 7200,
        "StartAt": "Action",
        "States": {
            "Action": choice("{% $states.input.action = 'remove' %}", "Remove", "Register"),
            "Register": task("Register", "Outcome"),
            "Outcome": choice("{% $states.input.outcome = 'new' %}", "Read", "NothingToDo"),
            "NothingToDo": {"Type": "Succeed"},
            "Read": task("Read", "Embed", FROM_FILES),
            "Embed": task("Embed", "Index", FROM_FILES),
            "Index": task("Index", catch=FROM_FILES),
            "Remove": task("Remove", catch=[]),
            "Quarantine": task("Quarantine", "Verdict", []),
            "Verdict": choice("{% $states.input.state = 'failed' %}", "Failed", "Quarantined"),
            "Quarantined": {"Type": "Succeed"},
            "Failed": {
                "Type": "Fail",
                "Error": "{% $states.input.error.Error %}",
                "Cause": "{% $substring($states.input.error.Cause, 0, 1000) %}",
            },
        },
    }
