"""Event, queue and state machine, in every environment."""

import json
from typing import Any

from stacks.ingestion.workflow import TASKS, definition

from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized

ARNS = {task: f"arn:aws:lambda:us-east-1:123456789012:function:{task}:live" for task in TASKS}
STATES: dict[str, Any] = definition(ARNS, dict.fromkeys(TASKS, 60))["States"]


def in_ingestion(app: Synthesized, type: str) -> list[Resource]:
    return [resource for resource in app.all(type) if resource.stack.endswith("-ingestion")]


def tasks() -> dict[str, Any]:
    return {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def test_every_state_leads_on_or_ends_and_none_is_out_of_reach() -> None:
    following = {"Action"}
    for state in STATES.values():
        choices = [choice["Next"] for choice in state.get("Choices", [])] + [caught["Next"] for caught in state.get("Catch", [])]
        next_states = {*choices, *(state[key] for key in ("Next", "Default") if key in state)}
        assert next_states or state.get("End") or state["Type"] in ("Succeed", "Fail")
        following |= next_states
    assert following == set(STATES)


def test_a_bad_document_is_never_retried_and_ends_well() -> None:
    for name, state in tasks().items():
        assert state["Retry"][0] == {"ErrorEquals": ["BadDocument", "MissingObject"], "MaxAttempts": 0}, name
    assert STATES["Quarantined"]["Type"] == "Succeed"


def test_a_busy_worker_or_dependency_is_waited_for_with_full_jitter() -> None:
    for name, state in tasks().items():
        retry = state["Retry"][1]
        assert {"Lambda.TooManyRequestsException", "Throttled", "DependencyUnavailable"} <= set(retry["ErrorEquals"]), name
        assert (retry["JitterStrategy"], retry["BackoffRate"]) == ("FULL", 2), name
        assert retry["MaxAttempts"] >= 30, name


def test_whatever_else_goes_wrong_with_an_upload_is_written_down_and_fails_the_execution() -> None:
    for name in ("Register", "Read", "Embed", "Index"):
        caught = STATES[name]["Catch"][-2:]
        assert [each["ErrorEquals"] for each in caught] == [["BadDocument"], ["States.ALL"]], name
        assert {each["Next"] for each in caught} == {"Quarantine"}, name
    assert STATES["Verdict"]["Choices"][0]["Next"] == "Failed"


def test_a_run_whose_files_are_gone_is_begun_anew_with_all_it_carries() -> None:
    for name in ("Read", "Embed", "Index"):
        assert STATES[name]["Catch"][0] == {"ErrorEquals": ["MissingObject"], "Output": "{% $states.input %}", "Next": "Register"}, name


def test_whoever_reads_files_may_list_the_bucket_too(app: Synthesized) -> None:
    """Without the right to list, S3 calls a file that is gone forbidden, and a superseded run would fail."""
    allowed = [each for each in app.statements() if each.effect == "Allow" and each.policy.stack.endswith("-ingestion")]
    listed = {(each.policy.id, json.dumps(bucket)) for each in allowed if "s3:ListBucket" in each.actions for bucket in each.resources}
    reads = [each for each in allowed if {"s3:GetObject", "s3:GetObjectVersion"} & set(each.actions)]
    assert len(reads) == 5
    for each in reads:
        for resource in each.resources:
            bucket, _ = resource["Fn::Join"][1]
            assert (each.policy.id, json.dumps(bucket)) in listed, each


def test_no_task_may_wait_for_ever(app: Synthesized) -> None:
    assert all(state["TimeoutSeconds"] for state in tasks().values())
    timeouts = {each.properties["FunctionName"]: each.properties["Timeout"] for each in in_ingestion(app, "AWS::Lambda::Function")}
    assert max(timeouts.values()) < 900


def test_the_state_machine_is_encrypted_traced_and_logs_no_data(app: Synthesized) -> None:
    (machine,) = in_ingestion(app, "AWS::StepFunctions::StateMachine")
    assert machine.properties["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
    assert machine.properties["TracingConfiguration"] == {"Enabled": True}
    logging = machine.properties["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine.properties["StateMachineType"] == "STANDARD"


def test_only_the_upload_rule_may_fill_the_queue(app: Synthesized) -> None:
    senders = [
        statement
        for policy in in_ingestion(app, "AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert senders
    for statement in senders:
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert "rule/causeway" in json.dumps(statement["Condition"]["ArnEquals"]["aws:SourceArn"])


def test_the_rule_hears_of_uploads_and_deletions_and_loses_none(app: Synthesized) -> None:
    (rule,) = in_ingestion(app, "AWS::Events::Rule")
    assert set(rule.properties["EventPattern"]["detail-type"]) == {"Object Created", "Object Deleted"}
    (target,) = rule.properties["Targets"]
    assert app.target(rule.stack, target["DeadLetterConfig"]["Arn"]) is not None


def test_one_bad_event_does_not_repeat_the_rest_of_its_batch(app: Synthesized) -> None:
    (source,) = in_ingestion(app, "AWS::Lambda::EventSourceMapping")
    assert source.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_deliveries_never_exceed_what_the_starter_may_run(app: Synthesized) -> None:
    (source,) = in_ingestion(app, "AWS::Lambda::EventSourceMapping")
    (starter,) = [each for each in in_ingestion(app, "AWS::Lambda::Function") if "start-ingestion" in each.properties["FunctionName"]]
    assert source.properties["ScalingConfig"]["MaximumConcurrency"] <= starter.properties["ReservedConcurrentExecutions"]


def test_a_message_stays_hidden_for_six_times_the_starters_timeout(app: Synthesized) -> None:
    (starter,) = [each for each in in_ingestion(app, "AWS::Lambda::Function") if "start-ingestion" in each.properties["FunctionName"]]
    (queue,) = [each for each in in_ingestion(app, "AWS::SQS::Queue") if "RedrivePolicy" in each.properties]
    assert queue.properties["VisibilityTimeout"] >= 6 * starter.properties["Timeout"]


def test_each_worker_touches_only_its_folders(app: Synthesized) -> None:
    written = {
        statement.policy.properties["Description"].rpartition("function ")[2].split(" ")[0]: json.dumps(statement.resources)
        for statement in app.statements()
        if statement.policy.stack.endswith("-ingestion") and "s3:PutObject" in statement.actions
    }
    folders = {
        "register-document": "raw",
        "read-document": "processed",
        "embed-passages": "embeddings",
        "quarantine-document": "quarantine",
    }
    assert set(written) == set(folders)
    for name, folder in folders.items():
        assert f"/{folder}/*" in written[name]
        assert not [other for other in set(folders.values()) - {folder} if f"/{other}/*" in written[name]], name


def test_failed_executions_and_dead_letters_alarm(app: Synthesized) -> None:
    watched = {alarm.properties.get("MetricName") for alarm in in_ingestion(app, "AWS::CloudWatch::Alarm")}
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"} <= watched


def test_an_event_that_never_reaches_a_queue_alarms(app: Synthesized) -> None:
    """EventBridge would lose it without a word: a key or queue policy that refuses shows in these metrics only."""
    (rule,) = in_ingestion(app, "AWS::Events::Rule")
    watched = {each.properties.get("MetricName"): each for each in in_ingestion(app, "AWS::CloudWatch::Alarm")}
    for metric in ("FailedInvocations", "InvocationsFailedToBeSentToDlq"):
        (dimension,) = watched[metric].properties["Dimensions"]
        assert dimension["Name"] == "RuleName"
        assert app.target(rule.stack, dimension["Value"]) == rule
        assert (watched[metric].properties["Namespace"], watched[metric].properties["Threshold"]) == ("AWS/Events", 1)


def test_the_key_serves_event_bridge_without_a_condition_that_it_is_not_documented_to_meet(app: Synthesized) -> None:
    (queue,) = [each for each in in_ingestion(app, "AWS::SQS::Queue") if each.id.startswith("Queue")]
    key = app.target(queue.stack, queue.properties["KmsMasterKeyId"])
    assert key is not None
    statements = key.properties["KeyPolicy"]["Statement"]
    (events,) = [each for each in statements if each["Principal"] == {"Service": "events.amazonaws.com"}]
    assert (set(events["Action"]), "Condition" in events) == ({"kms:Decrypt", "kms:GenerateDataKey"}, False)
    (delivery,) = [each for each in statements if each["Principal"] == {"Service": "delivery.logs.amazonaws.com"}]
    groups = resolved(app, key.stack, delivery["Condition"]["StringEquals"]["kms:EncryptionContext:SourceArn"])
    assert groups == f"arn:aws:logs:us-east-1:{ACCOUNT}:*"
    assert "aws:SourceAccount" not in json.dumps(delivery)
