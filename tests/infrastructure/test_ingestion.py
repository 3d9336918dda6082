"""Two lanes of queues with two functions, in every environment: which events go where, and that none is lost on the way."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto.events.models import EventPattern

from causeway.documents.batching.batch import FOLDER as BATCHES
from causeway.documents.ingestion.runs import PICTURES, PROCESSED, QUARANTINE, RECOGNISED, VECTORS
from stacks.ingestion.lanes import LONGEST_WAIT_SECONDS
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list
from tests.infrastructure.test_calls import allowed, beneath, of_role

READ, INDEX = "read-documents", "index-documents"
ANSWERING = ("answers", "answer-stream", "answer-batch")
MADE, GONE = "Object Created", "Object Deleted"
QUEUES = {f"{lane}{step}" for lane in ("Uploads", "Bulk") for step in ("ToRead", "ToIndex")}


def in_ingestion(app: Synthesized, type: str) -> list[Resource]:
    return [resource for resource in app.all(type) if resource.stack.endswith("-ingestion")]


def function(app: Synthesized, name: str) -> Resource:
    (found,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"] == f"causeway-{app.name}-{name}"]
    return found


def queues(app: Synthesized) -> dict[str, Resource]:
    """The queues of the lanes, such as BulkToRead."""
    found = {
        each.id.rstrip("0123456789ABCDEF"): each for each in in_ingestion(app, "AWS::SQS::Queue") if "RedrivePolicy" in each.properties
    }
    assert set(found) == QUEUES
    return found


def lane_of(queue: Resource) -> str:
    return queue.id.partition("To")[0].lower()


def of_function(app: Synthesized, name: str) -> list[tuple[Resource, Resource]]:
    """The event sources of a function, each with its queue."""
    found = []
    for source in in_ingestion(app, "AWS::Lambda::EventSourceMapping"):
        (alias,) = beneath(app, source.stack, source.properties["FunctionName"])
        queue = app.target(source.stack, source.properties["EventSourceArn"])
        assert queue is not None
        if app.target(alias.stack, alias.properties["FunctionName"]) == function(app, name):
            found.append((source, queue))
    return found


def sources(app: Synthesized) -> Iterator[tuple[Resource, Resource, Resource]]:
    """Every event source of ingestion with its queue and its function."""
    for name in (READ, INDEX):
        yield from ((source, queue, function(app, name)) for source, queue in of_function(app, name))


def by_type(resource: Resource, attribute: str) -> str | None:
    """Resources by their ids, so that a name tells which one is meant."""
    return resource.id


def rules(app: Synthesized) -> dict[str, Resource]:
    """The rules by the queue that each fills."""
    found = {}
    for rule in in_ingestion(app, "AWS::Events::Rule"):
        (target,) = rule.properties["Targets"]
        queue = app.target(rule.stack, target["Arn"])
        assert queue is not None
        found[queue.id.rstrip("0123456789ABCDEF")] = rule
    return found


def event(app: Synthesized, kind: str, reason: str, **detail: Any) -> dict[str, Any]:
    (bucket,) = [each for each in app.all("AWS::S3::Bucket") if each.id.startswith("Incoming") and each.stack.endswith("-data")]
    said = {"bucket": {"name": bucket.id}, "object": {"key": "harbour/a.md"}, "reason": reason, **detail}
    return {"source": "aws.s3", "detail-type": kind, "detail": said}


def takers(app: Synthesized, of_s3: Mapping[str, Any]) -> list[str]:
    """The queues that get the event."""
    patterns = {name: resolved(app, rule.stack, rule.properties["EventPattern"], by_type) for name, rule in rules(app).items()}
    return [name for name, pattern in patterns.items() if EventPattern.load(json.dumps(pattern)).matches_event(of_s3)]


@pytest.mark.parametrize(
    ("kind", "reason", "queue"),
    [
        (MADE, "POST Object", "UploadsToRead"),
        (MADE, "PutObject", "BulkToRead"),
        (MADE, "CopyObject", "BulkToRead"),
        (MADE, "CompleteMultipartUpload", "BulkToRead"),
        (GONE, "DeleteObject", "BulkToRead"),
        (GONE, "Lifecycle Expiration", "BulkToRead"),
    ],
)
def test_every_event_of_an_object_goes_one_lane(app: Synthesized, kind: str, reason: str, queue: str) -> None:
    """The reasons are those that S3 documents for events on EventBridge."""
    assert takers(app, event(app, kind, reason)) == [queue]


def test_nothing_of_another_bucket_another_source_or_another_kind_is_heard(app: Synthesized) -> None:
    for reason in ("POST Object", "PutObject"):
        assert takers(app, event(app, MADE, reason, bucket={"name": "of-a-stranger"})) == []
        assert takers(app, {**event(app, MADE, reason), "source": "of.a.stranger"}) == []
        assert takers(app, event(app, "Object Tags Added", reason)) == []


def test_events_that_a_queue_does_not_take_are_kept(app: Synthesized) -> None:
    assert len(rules(app)) == 2
    for rule in rules(app).values():
        (target,) = rule.properties["Targets"]
        assert app.target(rule.stack, target["DeadLetterConfig"]["Arn"]) == dead_letters(app)
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}


def dead_letters(app: Synthesized) -> Resource:
    (found,) = [each for each in in_ingestion(app, "AWS::SQS::Queue") if each.id.startswith("DeadLetters")]
    return found


def test_an_event_that_never_reaches_a_queue_alarms(app: Synthesized) -> None:
    """EventBridge would lose it without a word: a key or queue policy that refuses shows in these metrics only."""
    watched = []
    for alarm in in_ingestion(app, "AWS::CloudWatch::Alarm"):
        if alarm.properties.get("Namespace") == "AWS/Events":
            (dimension,) = alarm.properties["Dimensions"]
            assert (dimension["Name"], alarm.properties["Threshold"]) == ("RuleName", 1)
            watched.append((app.target(alarm.stack, dimension["Value"]), alarm.properties["MetricName"]))
    wanted = [(rule, metric) for rule in rules(app).values() for metric in ("FailedInvocations", "InvocationsFailedToBeSentToDlq")]
    assert sorted(watched, key=str) == sorted(wanted, key=str)


def test_every_queue_feeds_one_function_and_one_bad_message_repeats_no_other(app: Synthesized) -> None:
    fed = {queue.id.rstrip("0123456789ABCDEF"): worker.properties["FunctionName"] for _, queue, worker in sources(app)}
    names = {"ToRead": f"causeway-{app.name}-{READ}", "ToIndex": f"causeway-{app.name}-{INDEX}"}
    assert fed == {f"{lane}{step}": name for lane in ("Uploads", "Bulk") for step, name in names.items()}
    for source, _, _ in sources(app):
        assert source.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], source


def test_deliveries_never_exceed_what_a_function_may_run(app: Synthesized) -> None:
    """A message that is delivered to a function with no free worker would come back only when its queue no longer hides it."""
    for name in (READ, INDEX):
        at_once = [source.properties["ScalingConfig"]["MaximumConcurrency"] for source, _ in of_function(app, name)]
        assert len(at_once) == 2
        assert min(at_once) >= 2, "AWS takes no less"
        assert sum(at_once) <= function(app, name).properties["ReservedConcurrentExecutions"], name


def test_what_people_upload_has_workers_that_bulk_never_takes(app: Synthesized) -> None:
    settings = app.environment.ingestion
    wanted = {READ: {"uploads": settings.readers, "bulk": settings.bulk_readers}}
    wanted[INDEX] = {"uploads": settings.indexers, "bulk": settings.bulk_indexers}
    for name, by_lane in wanted.items():
        found = {lane_of(queue): source.properties["ScalingConfig"]["MaximumConcurrency"] for source, queue in of_function(app, name)}
        assert found == by_lane, name


def test_a_queue_hides_a_message_for_as_long_as_its_function_may_work_on_it(app: Synthesized) -> None:
    """AWS makes no event source otherwise."""
    for _, queue, worker in sources(app):
        assert queue.properties["VisibilityTimeout"] >= worker.properties["Timeout"], queue


def test_a_batch_of_more_than_ten_waits_a_while_and_one_of_a_person_never(app: Synthesized) -> None:
    """AWS demands a window of at least a second for more than ten messages, and takes no more than 10,000 and five minutes."""
    for source, queue, _ in sources(app):
        at_once, window = source.properties["BatchSize"], source.properties.get("MaximumBatchingWindowInSeconds", 0)
        assert 1 <= at_once <= 10_000, source
        assert 0 <= window <= 300, source
        assert at_once <= 10 or window >= 1, source
        assert window == 0 or lane_of(queue) == "bulk", source


def test_every_queue_gives_what_nobody_can_handle_to_the_dead_letters(app: Synthesized) -> None:
    """Far more deliveries than a document has attempts: a busy time, or the deaths of neighbours, bring no good one there."""
    for queue in queues(app).values():
        redrive = queue.properties["RedrivePolicy"]
        assert app.target(queue.stack, redrive["deadLetterTargetArn"]) == dead_letters(app), queue
        assert redrive["maxReceiveCount"] == app.environment.ingestion.max_receives >= 20, queue


def test_no_message_is_forgotten_before_its_alarm_and_none_before_two_weeks(app: Synthesized) -> None:
    for queue in (*queues(app).values(), dead_letters(app)):
        assert queue.properties["MessageRetentionPeriod"] == 14 * 86400, queue
    ages = {}
    for alarm in in_ingestion(app, "AWS::CloudWatch::Alarm"):
        if alarm.properties.get("MetricName") == "ApproximateAgeOfOldestMessage":
            ages[app.target(alarm.stack, alarm.properties["Dimensions"][0]["Value"])] = alarm.properties["Threshold"]
    for queue in queues(app).values():
        assert ages[queue] == {"uploads": 15 * 60, "bulk": 24 * 3600}[lane_of(queue)] < 14 * 86400, queue
    assert set(LONGEST_WAIT_SECONDS) == {"uploads", "bulk"}


def test_documents_that_failed_for_a_fault_of_ours_and_dead_letters_alarm(app: Synthesized) -> None:
    failed, depth = [], []
    for alarm in in_ingestion(app, "AWS::CloudWatch::Alarm"):
        match alarm.properties.get("MetricName"):
            case "DocumentsFailed":
                (dimension,) = alarm.properties["Dimensions"]
                assert alarm.properties["Namespace"] == f"causeway-{app.name}"
                failed.append((dimension["Name"], dimension["Value"], alarm.properties["Threshold"]))
            case "ApproximateNumberOfMessagesVisible":
                depth.append((app.target(alarm.stack, alarm.properties["Dimensions"][0]["Value"]), alarm.properties["Threshold"]))
    assert sorted(failed) == [("service", INDEX, 1), ("service", READ, 1)]
    assert depth == [(dead_letters(app), 1)]


def test_a_lane_s_documents_stay_in_their_lane(app: Synthesized) -> None:
    """What is read goes on to the same lane's queue, and what is to be read again back to it."""

    def named(resource: Resource, attribute: str) -> str:
        return resource.id.rstrip("0123456789ABCDEF")

    lanes = {"Uploads": "20", "Bulk": "5"}  # for how many seconds a document may wait for its turn to be embedded
    notices = {lane: {"notices": f"Textract{lane}Topic"} if app.environment.ingestion.textract else {} for lane in lanes}
    wanted = {READ: {f"{lane}ToRead": {"own": f"{lane}ToRead", "onward": f"{lane}ToIndex", **notices[lane]} for lane in lanes}}
    wanted[INDEX] = {
        f"{lane}ToIndex": {"own": f"{lane}ToIndex", "again": f"{lane}ToRead", "patience": seconds} for lane, seconds in lanes.items()
    }
    for name, by_queue in wanted.items():
        worker = function(app, name)
        assert json.loads(resolved(app, worker.stack, worker.properties["Environment"]["Variables"]["QUEUES"], named)) == by_queue


def test_rules_and_notices_of_textract_fill_the_queues_to_read_and_nobody_else_from_outside_any(app: Synthesized) -> None:
    senders: dict[str, list[str]] = {}
    told: dict[str, set[str]] = {}
    for policy in in_ingestion(app, "AWS::SQS::QueuePolicy"):
        for statement in (each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"):
            if statement["Principal"] == {"Service": "sns.amazonaws.com"}:
                topic, filled = (
                    app.target(policy.stack, each) for each in (statement["Condition"]["ArnEquals"]["aws:SourceArn"], statement["Resource"])
                )
                assert topic is not None
                assert filled is not None
                assert as_list(statement["Action"]) == ["sqs:SendMessage"]
                told.setdefault(filled.id.rstrip("0123456789ABCDEF"), set()).add(topic.id.rstrip("0123456789ABCDEF"))
                continue
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert as_list(statement["Action"]) == ["sqs:SendMessage"]
            rule = resolved(app, policy.stack, statement["Condition"]["ArnEquals"]["aws:SourceArn"])
            queue = app.target(policy.stack, statement["Resource"])
            assert queue is not None
            senders.setdefault(queue.id.rstrip("0123456789ABCDEF"), []).append(rule)
    named = {lane: f"arn:aws:events:us-east-1:{ACCOUNT}:rule/causeway-{app.name}-{lane}" for lane in ("uploads", "bulk")}
    assert senders.pop("DeadLetters") == [*named.values()]
    assert senders == {"UploadsToRead": [named["uploads"]], "BulkToRead": [named["bulk"]]}
    topics = {lane: f"Textract{lane}Topic" for lane in ("Uploads", "Bulk")}
    wanted = {f"{lane}ToRead": {topic} for lane, topic in topics.items()} | {"DeadLetters": {*topics.values()}}
    assert told == (wanted if app.environment.ingestion.textract else {})


def test_textract_may_only_tell_and_only_of_jobs_of_this_account(prod: Synthesized) -> None:
    (role,) = [each for each in in_ingestion(prod, "AWS::IAM::Role") if each.id.startswith("TextractRole")]
    (trusted,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "textract.amazonaws.com"}
    assert trusted["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    actions = {action for each in of_role(prod, role) for action in each.actions}
    assert actions == {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}


def test_of_all_roles_those_of_the_two_functions_of_a_re_index_and_of_batches_alone_touch_the_queues(app: Synthesized) -> None:
    ours = [*queues(app).values(), dead_letters(app)]
    batching = ["embed-batch"] if app.environment.ingestion.batch_embedding else []
    mine = {function(app, name): allowed(app, function(app, name)) for name in (READ, INDEX, "reindex", *batching)}
    for statement in app.statements():
        acts = statement.effect == "Allow" and [each for each in statement.actions if each.startswith("sqs:")]
        for queue in (app.target(statement.policy.stack, each) for each in statement.resources if acts):
            assert queue not in ours or [name for name, own in mine.items() if statement in own], statement
    for worker, step in ((READ, "ToRead"), (INDEX, "ToIndex")):
        received = {
            queue.id.rstrip("0123456789ABCDEF")
            for each in mine[function(app, worker)]
            if "sqs:ReceiveMessage" in each.actions
            for queue in (app.target(each.policy.stack, resource) for resource in each.resources)
            if queue
        }
        assert received == {f"Uploads{step}", f"Bulk{step}"}, worker


def folders(app: Synthesized, name: str, action: str) -> set[str]:
    """Where in which bucket a function may do `action`, such as Documents/processed/*."""
    found = set()
    for each in allowed(app, function(app, name)):
        if action in each.actions:
            found |= {resolved(app, each.policy.stack, resource, by_type) for resource in each.resources}
    return {"/".join((path.partition("/")[0].rstrip("0123456789ABCDEF"), path.partition("/")[2])) for path in found}


def test_each_function_touches_only_the_folders_of_its_work(app: Synthesized) -> None:
    """The one that parses what strangers send can erase no upload. It reads passages to compare documents (decision 225), and pages that an
    earlier call has recognised (224).
    """
    folders_of = (f"Documents/{folder}/*" for folder in (PROCESSED, QUARANTINE, RECOGNISED, PICTURES, VECTORS))
    processed, quarantine, recognised, pictures, vectors = folders_of
    assert folders(app, READ, "s3:GetObject") == {"Incoming/*", processed, recognised}
    assert folders(app, READ, "s3:GetObjectVersion") == {"Incoming/*"}
    written = {processed, quarantine, recognised, pictures}
    assert folders(app, READ, "s3:PutObject") == folders(app, READ, "s3:DeleteObject") == written
    assert folders(app, INDEX, "s3:GetObject") == {processed, vectors}
    assert folders(app, INDEX, "s3:PutObject") == set()
    assert folders(app, INDEX, "s3:DeleteObject") == {processed, quarantine, pictures, vectors}
    if app.environment.ingestion.batch_embedding:
        assert folders(app, "embed-batch", "s3:GetObject") == {processed, f"Documents/{BATCHES}/*"}
        assert folders(app, "embed-batch", "s3:PutObject") == {vectors, f"Documents/{BATCHES}/*"}
        assert folders(app, "embed-batch", "s3:DeleteObject") == {f"Documents/{BATCHES}/*"}


def test_functions_that_show_pictures_may_get_them_and_no_other_file_of_a_document(app: Synthesized) -> None:
    shown = {name: {path for path in folders(app, name, "s3:GetObject") if path.startswith("Documents/")} for name in ANSWERING}
    assert shown == {"answers": {f"Documents/{PICTURES}/*"}, "answer-stream": {f"Documents/{PICTURES}/*"}, "answer-batch": set()}


def test_the_function_that_parses_reaches_neither_search_nor_a_model(app: Synthesized) -> None:
    actions = {action for each in allowed(app, function(app, READ)) for action in each.actions}
    assert not {action for action in actions if action.startswith(("es:", "sagemaker:", "bedrock:", "sts:"))}


def test_whoever_reads_files_may_list_the_bucket_too(app: Synthesized) -> None:
    """Without the right to list, S3 calls a file that is gone forbidden, and a superseded document would fail."""
    for name in (READ, INDEX):
        read = {path.partition("/")[0] for path in folders(app, name, "s3:GetObject")}
        assert read <= {path.strip("/") for path in folders(app, name, "s3:ListBucket")}, name


def test_both_functions_tell_the_bus_and_no_other(app: Synthesized) -> None:
    for name in (READ, INDEX):
        worker = function(app, name)
        assert worker.properties["Environment"]["Variables"]["EVENT_BUS"] == f"causeway-{app.name}"
        (told,) = [each for each in allowed(app, worker) if "events:PutEvents" in each.actions]
        assert [resolved(app, told.policy.stack, each) for each in told.resources] == [
            f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/causeway-{app.name}"
        ]


def test_no_call_may_take_for_ever(app: Synthesized) -> None:
    for name in (READ, INDEX):
        assert function(app, name).properties["Timeout"] < 900


def test_the_key_serves_event_bridge_without_a_condition_that_it_is_not_documented_to_meet(app: Synthesized) -> None:
    (key,) = {app.target(queue.stack, queue.properties["KmsMasterKeyId"]) for queue in (*queues(app).values(), dead_letters(app))}
    assert key is not None
    (events,) = [each for each in key.properties["KeyPolicy"]["Statement"] if each["Principal"] == {"Service": "events.amazonaws.com"}]
    assert (set(events["Action"]), "Condition" in events) == ({"kms:Decrypt", "kms:GenerateDataKey"}, False)


def test_ingestion_takes_its_share_of_a_model_s_quota(app: Synthesized) -> None:
    variables = function(app, INDEX).properties["Environment"]["Variables"]
    bedrock = variables["EMBEDDING_PROVIDER"] == "bedrock"
    assert variables.get("TEXTS_A_MINUTE") == ("1600" if bedrock else None)
    if beside := app.environment.models.embedding_beside:
        texts = beside.texts_a_minute and f"{beside.texts_a_minute * app.environment.ingestion.embedding_share:g}"
        assert json.loads(variables["EMBEDDING_BESIDE"]).get("texts_a_minute") == texts
