"""The states of a batch embedding: documents off the queue, a job of Bedrock for their passages, vectors and messages back.

Whatever happens to a job, its documents go back to the queue; what has no vector by then is embedded in the ordinary way.
"""

from collections.abc import Mapping
from typing import Any

from stacks.constructs.state_machine import RESULT, State, choice
from stacks.ingestion.steps import Steps

FOLDER = "embedding-batches"
JOB_HOURS = 24  # the shortest that Bedrock takes for the end of a job
PATIENCE_HOURS = 25  # from the beginning of a batch until what there is is collected
LONGEST_HOURS = 26
LEFT_AFTER_HOURS = 27
LOOK_SECONDS = 600
OVER = ("Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired")
# A job that cannot begin now may later: Bedrock counts those that wait or run, for each model.
BUSY = {
    "ErrorEquals": ["Bedrock.ThrottlingException", "Bedrock.ServiceQuotaExceededException", "Bedrock.InternalServerException"],
    "IntervalSeconds": 60,
    "BackoffRate": 2,
    "MaxDelaySeconds": 600,
    "MaxAttempts": 6,
    "JitterStrategy": "FULL",
}
FAILED = (
    "At least one job gave no vectors, or a batch is left. All documents of the others are in the queue, and are embedded in the ordinary "
    "way. See docs/operations/batch-embedding-executions-failed.md."
)


FAILS = {"ErrorEquals": ["States.ALL"], "Assign": {"failed": True}}
NONE = {"documents": 0, "vectors": 0, "missing": 0}
BATCH = "{% $batch %}"
COUNTS = "{% $merge([$states.result.Payload, {'failed': $failed}]) %}"


def definition(function_arn: str, seconds: int, batches: int, job: Mapping[str, Any]) -> State:
    """seconds: the function's timeout. batches: at once. job: what CreateModelInvocationJob takes, by the variable `batch`.

    An execution's input may have `left_after_hours`; its output is of how many documents and texts, and how many batches failed.
    """
    step = Steps(function_arn, seconds)
    sums = {name: f"{{% $sum($states.result.{name}) %}}" for name in NONE}
    hours = "{% $exists($states.input.left_after_hours) ? $states.input.left_after_hours : null %}"
    states = {
        "Begin": step({"step": "begin", "left_after_hours": hours}, RESULT, "EachBatch"),
        "EachBatch": {
            "Type": "Map",
            "Items": "{% $states.input.batches %}",
            "MaxConcurrency": batches,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Take", "States": {**_begun(step, job), **_watched(step)}},
            "Output": {**sums, "failed": "{% $count($states.result[failed]) %}"},
            "Next": "DidAny",
        },
        "DidAny": choice("{% $states.input.failed > 0 %}", "SomeFailed", "Done"),
        "SomeFailed": {"Type": "Fail", "Error": "BatchesFailed", "Cause": FAILED},
        "Done": {"Type": "Succeed"},
    }
    return {"QueryLanguage": "JSONata", "TimeoutSeconds": LONGEST_HOURS * 3600, "StartAt": "Begin", "States": states}


def _begun(step: Steps, job: Mapping[str, Any]) -> Mapping[str, State]:
    """From a batch's name to its job, or to what an execution before has left of it."""
    return {
        "Take": {
            "Type": "Pass",
            "Assign": {"batch": "{% $states.input.batch %}", "began": "{% $millis() %}", "failed": False},
            "Next": "IsItLeft",
        },
        "IsItLeft": choice("{% $states.input.is_left %}", "Collect", "Gather"),
        "Gather": step({"step": "gather", "batch": BATCH}, RESULT, "IsThereEnough", Catch=[{**FAILS, "Next": "GiveBack"}]),
        "IsThereEnough": choice("{% $states.input.records > 0 %}", "Create", "Nothing"),
        "Nothing": {"Type": "Pass", "Output": {**NONE, "failed": False}, "End": True},
        "Create": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:bedrock:createModelInvocationJob",
            "Arguments": dict(job),
            "Assign": {"job": "{% $states.result.JobArn %}"},
            "Output": {},
            "Retry": [BUSY],
            "Catch": [{**FAILS, "Next": "GiveBack"}],
            "Next": "Wait",
        },
    }


def _watched(step: Steps) -> Mapping[str, State]:
    """From the job to its vectors, and the messages back in the queue."""
    is_over = f"$states.input.status in {list(OVER)} or $millis() - $began > {PATIENCE_HOURS * 3_600_000}"
    return {
        "Wait": {"Type": "Wait", "Seconds": LOOK_SECONDS, "Next": "Look"},
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:bedrock:getModelInvocationJob",
            "Arguments": {"JobIdentifier": "{% $job %}"},
            "Output": {"status": "{% $states.result.Status %}"},
            "Retry": [BUSY],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {"status": "unknown"}, "Next": "IsItOver"}],
            "Next": "IsItOver",
        },
        "IsItOver": choice(f"{{% {is_over} %}}", "Over", "Wait"),
        "Over": {
            "Type": "Pass",
            "Assign": {"failed": f"{{% $not($states.input.status in {list(OVER[:2])}) %}}"},
            "Next": "Collect",
        },
        "Collect": step({"step": "collect", "batch": BATCH}, COUNTS, None, Catch=[{**FAILS, "Next": "GiveBack"}]),
        "GiveBack": step({"step": "collect", "batch": BATCH, "unread": True}, COUNTS, None, Catch=[{**FAILS, "Next": "Left"}]),
        "Left": {"Type": "Pass", "Output": {**NONE, "failed": True}, "End": True},
    }
