"""Functions and queues, in every environment."""

import ast
import json
import sys
from pathlib import Path

import pytest

from causeway.documents.ingestion import registry, store, told
from causeway.documents.readers.limits import DEFAULT
from causeway.runtime.deliveries import QUEUE
from functions import index_documents, read_documents
from functions.documents import REGISTRY, STORAGE
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

OF_DEPLOYMENTS = (
    "search-setup",
    "model-artifact",
    "models-in-use",
    "default-group",
    "check-release",
    "empty-bucket",
)  # each is called by its newest code


def name_of(function: Resource) -> str:
    return str(function.properties["FunctionName"])


def is_published(function: Resource) -> bool:
    return not name_of(function).endswith(OF_DEPLOYMENTS)


def test_every_function_in_aws_runs_the_newest_python_on_arm(app: Synthesized) -> None:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for function in app.all("AWS::Lambda::Function"):
        expected = (here, app.environment.functions.machine) if app.name == "local" else ("python3.14", "arm64")
        assert (function.properties["Runtime"], *function.properties["Architectures"]) == expected, function


def test_layers_fit_the_functions_that_use_them(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        for reference in function.properties["Layers"]:
            layer = app.target(function.stack, reference)
            assert layer is not None, function
            assert layer.properties["CompatibleRuntimes"] == [function.properties["Runtime"]], function
            assert layer.properties["CompatibleArchitectures"] == function.properties["Architectures"], function


def asset(app: Synthesized, stack: str, key: str) -> Path:
    assets = json.loads((app.folder / f"{stack}.assets.json").read_text())["files"]
    return Path(assets[key.removesuffix(".zip")]["source"]["path"])


def code_of(app: Synthesized, function: Resource) -> Path:
    return asset(app, function.stack, function.properties["Code"]["S3Key"])


def unpacked(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_functions_are_no_larger_with_their_layers_than_lambda_takes(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        layers = [app.target(function.stack, reference) for reference in function.properties["Layers"]]
        contents = [asset(app, layer.stack, layer.properties["Content"]["S3Key"]) for layer in layers if layer]
        size = unpacked(code_of(app, function)) + sum(map(unpacked, contents))
        assert 0 < size < 250 * 2**20, f"{function} takes {size / 2**20:.0f} MiB"


def imported(file: Path) -> set[str]:
    """First parts of the names of modules that a file imports when it is imported itself."""
    waiting, found = list(ast.parse(file.read_text()).body), set()
    while waiting:
        match waiting.pop():
            case ast.Import(names=names):
                found |= {each.name.partition(".")[0] for each in names}
            case ast.ImportFrom(module=module, level=0):
                found.add(str(module).partition(".")[0])
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pass
            case ast.If(body=body, orelse=others) | ast.Try(body=body, orelse=others):
                waiting += [*body, *others]
    return found


def test_every_function_has_the_packages_that_its_modules_import_at_once(app: Synthesized) -> None:
    ours = {"causeway", "functions", "botocore", "domains", *sys.stdlib_module_names}
    for function in app.all("AWS::Lambda::Function"):
        layers = [app.target(function.stack, reference) for reference in function.properties["Layers"]]
        folders = [asset(app, layer.stack, layer.properties["Content"]["S3Key"]) / "python" for layer in layers if layer]
        there = {entry.name.partition(".")[0] for folder in folders for entry in folder.iterdir()}
        entry = f"functions/{name_of(function).removeprefix(f'causeway-{app.name}-').replace('-', '_')}.py"
        code = code_of(app, function)
        assert (code / entry).is_file(), function
        wanted = set().union(*(imported(file) for file in at_once(code, code / entry)))
        assert wanted - ours <= there, f"{function} has no {sorted(wanted - ours - there)}"


def at_once(code: Path, entry: Path) -> set[Path]:
    """The files of a function's code that are imported with its entry point."""
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += [path for name in modules(file) if (path := code / f"{name.replace('.', '/')}.py").is_file()]
    return found


def modules(file: Path) -> set[str]:
    """Whole names of modules that a file imports when it is imported itself, and of what it takes from packages."""
    found: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def test_functions_bring_byte_code_of_their_own_python_or_none(app: Synthesized) -> None:
    here = {f"python{sys.version_info.major}.{sys.version_info.minor}": {f".{sys.implementation.cache_tag}"}}
    for function in app.all("AWS::Lambda::Function"):
        compiled = {file.suffixes[0] for file in code_of(app, function).rglob("*.pyc")}
        assert compiled == here.get(function.properties["Runtime"], set()), function


def test_every_function_writes_into_a_log_group_of_its_own(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        group = app.target(function.stack, function.properties["LoggingConfig"]["LogGroup"])
        assert group is not None, function
        short = name_of(function).removeprefix(f"causeway-{app.name}-")
        assert group.properties["LogGroupName"] == f"/causeway/{app.name}/{short}", function


def test_every_function_keeps_what_it_could_not_handle(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        queue = app.target(function.stack, function.properties["DeadLetterConfig"]["TargetArn"])
        assert queue is not None, function
        assert queue.type == "AWS::SQS::Queue", function


def test_functions_of_a_stack_share_dead_letters_that_are_encrypted_as_they_are(app: Synthesized) -> None:
    queues: dict[str, set[Resource]] = {}
    for function in app.all("AWS::Lambda::Function"):
        queue = app.target(function.stack, function.properties["DeadLetterConfig"]["TargetArn"])
        assert queue is not None
        queues.setdefault(function.stack, set()).add(queue)
        key = app.target(queue.stack, queue.properties["KmsMasterKeyId"])
        assert key == app.target(function.stack, function.properties["KmsKeyArn"]), function
    assert len(queues) > 5
    assert all(len(shared) == 1 and {queue.stack for queue in shared} == {stack} for stack, shared in queues.items())


@pytest.mark.parametrize(("property_name", "expected"), [("MemorySize", 2048), ("TracingConfig", {"Mode": "Active"})])
def test_every_function_has_the_memory_and_tracing_of_the_house(app: Synthesized, property_name: str, expected: object) -> None:
    for function in app.all("AWS::Lambda::Function"):
        assert function.properties[property_name] == expected, function


def test_every_function_has_its_share_of_concurrency_and_a_key_for_its_variables(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        assert function.properties["ReservedConcurrentExecutions"] >= 1, function
        assert app.target(function.stack, function.properties["KmsKeyArn"]) is not None, function


def test_every_function_lies_in_the_private_subnets_but_what_needs_others(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        name = function.properties["FunctionName"].removeprefix(f"causeway-{app.name}-")
        if name in ("default-group", "empty-bucket") or (name == "agent-outside" and app.environment.network.outside_without_vpc):
            assert "VpcConfig" not in function.properties
            continue
        kind = "Vpcoutside" if name == "agent-outside" else "Vpcprivate"
        subnets = [app.target(function.stack, reference) for reference in function.properties["VpcConfig"]["SubnetIds"]]
        assert len(subnets) == len(app.environment.network.zones), function
        assert all(subnet is not None and subnet.id.startswith(kind) for subnet in subnets), function


def test_every_published_function_in_prod_starts_from_a_snapshot(prod: Synthesized) -> None:
    for function in filter(is_published, prod.all("AWS::Lambda::Function")):
        assert function.properties["SnapStart"] == {"ApplyOn": "PublishedVersions"}, function


def test_every_published_function_has_the_alias_live(app: Synthesized) -> None:
    published = {app.target(alias.stack, alias.properties["FunctionName"]) for alias in app.all("AWS::Lambda::Alias")}
    assert published == set(filter(is_published, app.all("AWS::Lambda::Function")))


def test_no_one_invokes_a_published_function_past_its_alias(app: Synthesized) -> None:
    for permission in app.all("AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping"):
        invoked = app.target(permission.stack, permission.properties["FunctionName"])
        assert invoked is None or invoked.type == "AWS::Lambda::Alias" or not is_published(invoked), permission


def test_no_function_is_written_in_node(app: Synthesized) -> None:
    assert not [function for function in app.all("AWS::Lambda::Function") if "python" not in function.properties["Runtime"]]
    custom = {resource.type for resource in app.all() if resource.type.startswith("Custom::")}
    ours = {"EmbeddingModels", "EmptiedBucket", "ModelArtifact", "SearchSetup", "VpcRestrictDefaultSG"}
    assert custom <= {f"Custom::{name}" for name in ours}


def test_every_queue_has_a_dead_letter_queue_or_is_one(app: Synthesized) -> None:
    ends = {
        app.target(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in app.all("AWS::SQS::Queue")
        if "RedrivePolicy" in queue.properties
    }
    ends |= {app.target(bus.stack, bus.properties["DeadLetterConfig"]["Arn"]) for bus in app.all("AWS::Events::EventBus")}
    ends |= {
        app.target(function.stack, function.properties["DeadLetterConfig"]["TargetArn"]) for function in app.all("AWS::Lambda::Function")
    }
    ends |= {
        app.target(rule.stack, target["DeadLetterConfig"]["Arn"])
        for rule in app.all("AWS::Events::Rule")
        for target in rule.properties["Targets"]
        if "DeadLetterConfig" in target
    }
    ends |= {
        app.target(schedule.stack, schedule.properties["Target"]["DeadLetterConfig"]["Arn"])
        for schedule in app.all("AWS::Scheduler::Schedule")
        if "DeadLetterConfig" in schedule.properties["Target"]
    }
    for queue in app.all("AWS::SQS::Queue"):
        assert "RedrivePolicy" in queue.properties or queue in ends, queue


def test_every_queue_has_an_alarm_on_its_age_that_reaches_people(app: Synthesized) -> None:
    watched = {}
    for alarm in app.all("AWS::CloudWatch::Alarm"):
        if alarm.properties.get("MetricName") == "ApproximateAgeOfOldestMessage":
            watched[app.target(alarm.stack, alarm.properties["Dimensions"][0]["Value"])] = alarm
    for queue in app.all("AWS::SQS::Queue"):
        assert queue in watched, queue


def test_every_topic_that_alarms_tell_lets_them_publish_and_use_its_key(app: Synthesized) -> None:
    topics = {app.target(alarm.stack, action) for alarm in app.all("AWS::CloudWatch::Alarm") for action in alarm.properties["AlarmActions"]}
    assert topics
    for topic in topics:
        assert topic is not None
        policies = [each for each in app.all("AWS::SNS::TopicPolicy") if {"Ref": topic.id} in each.properties["Topics"]]
        key = app.target(topic.stack, topic.properties["KmsMasterKeyId"])
        assert key is not None
        documents = [*(policy.properties["PolicyDocument"] for policy in policies), key.properties["KeyPolicy"]]
        allowed = {
            action
            for document in documents
            for raw in document["Statement"]
            if raw["Effect"] == "Allow" and raw["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
            for action in as_list(raw["Action"])
        }
        assert allowed >= {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}, topic


def test_every_alarm_tells_the_topic(app: Synthesized) -> None:
    for alarm in app.all("AWS::CloudWatch::Alarm"):
        topics = [app.target(alarm.stack, action) for action in as_list(alarm.properties["AlarmActions"])]
        assert any(topic is not None and topic.type == "AWS::SNS::Topic" for topic in topics), alarm


def test_no_alarm_no_rule_and_no_schedule_is_switched_off(app: Synthesized) -> None:
    for alarm in app.all("AWS::CloudWatch::Alarm"):
        assert alarm.properties.get("ActionsEnabled", True) is True, alarm
    for rule in app.all("AWS::Events::Rule"):
        assert rule.properties.get("State", "ENABLED").startswith("ENABLED"), rule
    for schedule in app.all("AWS::Scheduler::Schedule"):
        assert schedule.properties.get("State", "ENABLED") == "ENABLED", schedule
        assert not {"StartDate", "EndDate"} & schedule.properties.keys(), schedule


def test_a_request_about_documents_ends_before_its_function_does_however_long_its_services_hang(app: Synthesized) -> None:
    """The deletion, which asks both services one after the other, is the longest."""
    [function] = [each for each in app.all("AWS::Lambda::Function") if name_of(each) == f"causeway-{app.name}-documents"]
    assert REGISTRY.budget_seconds + STORAGE.budget_seconds <= function.properties["Timeout"] - 1


def test_a_file_that_is_begun_as_late_as_it_may_be_ends_before_its_function_does(app: Synthesized) -> None:
    """A function that its timeout ends counts as an attempt at the document; one whose services are away puts the document off instead.

    The longest way is that of a file that is refused: it is fetched, and it and its reason are kept before the row says so.
    """
    [function] = [each for each in app.all("AWS::Lambda::Function") if name_of(each).endswith("-read-documents")]
    left = DEFAULT.seconds + read_documents.SECONDS_TO_FINISH
    assert left < function.properties["Timeout"]
    assert 2 * registry.REGISTRY.budget_seconds + 4 * store.STORAGE.budget_seconds + 2 * QUEUE.budget_seconds <= left - 1


def test_what_follows_the_last_answer_of_search_ends_before_the_function_does(app: Synthesized) -> None:
    """The embedding and search keep the deadline themselves; then rows, files or the bus may be away for as long as they are asked."""
    [function] = [each for each in app.all("AWS::Lambda::Function") if name_of(each).endswith("-index-documents")]
    asked = [registry.REGISTRY.budget_seconds, store.STORAGE.budget_seconds, told.EVENTS.budget_seconds]
    assert max(asked) + QUEUE.budget_seconds <= index_documents.SECONDS_TO_FINISH < function.properties["Timeout"]
