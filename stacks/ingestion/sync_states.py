"""The states of a sync of a bucket: copy what is new or has changed, find what is gone, delete it, and say what was done."""

from collections.abc import Mapping
from typing import Any

from stacks.constructs.state_machine import RESULT, State, choice
from stacks.ingestion.steps import Steps

LONGEST_SECONDS = 86400
AT_ONCE = 100  # objects that one call compares: a listing of so many is less than the 256 KB that a state takes
TOO_MUCH = (
    "All or most of what this source has brought would be deleted. Look whether its bucket and prefix are as they should be, then start "
    "the sync again with force. See docs/operations/sync-executions-failed.md."
)


def definition(function_arn: str, seconds: int, concurrency: int) -> Mapping[str, Any]:
    """seconds: the function's timeout. concurrency: calls at once that compare and copy."""
    call = Steps(function_arn, seconds)

    def task(step: str, given: Mapping[str, str], output: Any, following: str | None, **more: Any) -> State:
        return call({"step": step, "sync": "{% $sync %}", **given}, output, following, **more)

    run = "{% $merge([$states.context.Execution.Input, {'run': $states.context.Execution.Name}]) %}"
    batch = {"sync": "{% $states.input.BatchInput.sync %}", "items": "{% $states.input.Items %}"}
    found = {"found": RESULT}
    states = {
        "Begin": task(
            "begin",
            {"sync": run},
            {"found": {}, "empty": "{% $states.result.Payload.empty %}"},
            "IsItEmpty",
            Assign={"sync": "{% $states.result.Payload.sync %}"},
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
            {"refused": "{% $states.input.found.refused %}", "result": RESULT},
            "WasItTooMuch",
        ),
        "WasItTooMuch": choice("{% $states.input.refused and $not($sync.dry) %}", "TooManyDeletions", "Done"),
        "TooManyDeletions": {"Type": "Fail", "Error": "TooManyDeletions", "Cause": TOO_MUCH},
        "Done": {"Type": "Succeed"},
    }
    return {"QueryLanguage": "JSONata", "TimeoutSeconds": LONGEST_SECONDS, "StartAt": "Begin", "States": states}
