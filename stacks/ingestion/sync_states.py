"""The states of a sync of a bucket: copy what is new or has changed, find what is gone, delete it, and say what was done."""

from collections.abc import Mapping
from typing import Any

from stacks.constructs.state_machine import GRACE_SECONDS, LAMBDA_PASSING, State, choice

LONGEST_SECONDS = 86400
AT_ONCE = 100  # objects that one call compares: a listing of so many is less than the 256 KB that a state takes
WAITING = {
    "ErrorEquals": ["Throttled", "DependencyUnavailable", *LAMBDA_PASSING],
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxDelaySeconds": 300,
    "MaxAttempts": 20,
    "JitterStrategy": "FULL",
}
# Each step may be repeated: what it has done already it finds done.
DIED = {"ErrorEquals": ["States.Timeout", "Lambda.Unknown", "Sandbox.Timedout"], "IntervalSeconds": 5, "MaxAttempts": 3}
TOO_MUCH = (
    "All or most of what this source has brought would be deleted. Look whether its bucket and prefix are as they should be, then start "
    "the sync again with force. See docs/operations/sync-executions-failed.md."
)


def definition(function_arn: str, seconds: int, concurrency: int) -> Mapping[str, Any]:
    """seconds: the function's timeout. concurrency: calls at once that compare and copy."""

    def task(step: str, given: Mapping[str, str], output: Any, following: str | None, assign: Mapping[str, str] | None = None) -> State:
        state: State = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": function_arn, "Payload": {"step": step, "sync": "{% $sync %}", **given}},
            "Output": output,
            "TimeoutSeconds": seconds + GRACE_SECONDS,
            "Retry": [WAITING, DIED],
        }
        return state | ({"Next": following} if following else {"End": True}) | ({"Assign": dict(assign)} if assign else {})

    result = "{% $states.result.Payload %}"
    run = "{% $merge([$states.context.Execution.Input, {'run': $states.context.Execution.Name}]) %}"
    batch = {"sync": "{% $states.input.BatchInput.sync %}", "items": "{% $states.input.Items %}"}
    found = {"found": result}
    states = {
        "Begin": task(
            "begin",
            {"sync": run},
            {"found": {}, "empty": "{% $states.result.Payload.empty %}"},
            "IsItEmpty",
            {"sync": "{% $states.result.Payload.sync %}"},
        ),
        "IsItEmpty": choice("{% $states.input.empty %}", "Find", "Copy"),
        "Copy": {
            "Type": "Map",
            "Label": "Copy",
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:listObjectsV2",
                "Arguments": {"Bucket": "{% $sync.bucket %}", "Prefix": "{% $sync.prefix %}"},
            },
            "ItemBatcher": {"MaxItemsPerBatch": AT_ONCE, "BatchInput": {"sync": "{% $sync %}"}},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "CopyBatch",
                "States": {"CopyBatch": task("copy", batch, {}, None)},
            },
            "MaxConcurrency": concurrency,
            "Output": {"found": {}},
            "Next": "Find",
        },
        "Find": task("find", {"found": "{% $states.input.found %}"}, found, "WasAllLookedAt"),
        "WasAllLookedAt": choice("{% $states.input.found.after != null %}", "Find", "MayDelete"),
        "MayDelete": choice("{% $sync.dry or $states.input.found.refused %}", "Finish", "Delete"),
        "Delete": task("delete", {}, {"found": "{% $states.input.found %}", "done": "{% $states.result.Payload.done %}"}, "WasAllDeleted"),
        "WasAllDeleted": choice("{% $states.input.done %}", "Finish", "Delete"),
        "Finish": task(
            "finish",
            {"refused": "{% $states.input.found.refused %}"},
            {"refused": "{% $states.input.found.refused %}", "result": result},
            "WasItTooMuch",
        ),
        "WasItTooMuch": choice("{% $states.input.refused and $not($sync.dry) %}", "TooManyDeletions", "Done"),
        "TooManyDeletions": {"Type": "Fail", "Error": "TooManyDeletions", "Cause": TOO_MUCH},
        "Done": {"Type": "Succeed"},
    }
    return {"QueryLanguage": "JSONata", "TimeoutSeconds": LONGEST_SECONDS, "StartAt": "Begin", "States": states}
