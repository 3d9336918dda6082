"""The event bus, its archive and registry, and the rule that wakes runs, in every environment."""

import json
from typing import Any

import jsonschema_rs

from docs.events import EVENTS, FOLDER, files
from stacks.agents.stack import HAND_OFFS
from tests.infrastructure.policies import Resolver
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized


def only(app: Synthesized, type: str, stack: str) -> Resource:
    (found,) = [each for each in app.all(type) if each.stack.endswith(f"-{stack}")]
    return found


def properties(app: Synthesized, each: Resource) -> Any:
    return resolved(app, each.stack, each.properties)


def test_the_committed_schemas_are_those_of_the_models() -> None:
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")} == files()


def test_every_schema_is_one_of_draft_4_and_takes_an_event_of_its_model_and_no_other() -> None:
    for event in EVENTS:
        schema = event.schema_of_event()
        jsonschema_rs.meta.validate(schema)
        about = dict.fromkeys(("id", "version", "account", "region"), "x") | {"time": "2026-11-27T00:00:00Z", "resources": []}
        look = {"owner": {"tenant": "t", "user": "u"}, "run_id": "r"}
        names = ("hand_off", "by", "to", "run_id", "handed_run_id", "stopped", "tenant", "document_id", "name", "upload")
        ids = dict.fromkeys(names, "x")
        detail = event(**ids, look=look, chain=["a"], usd=0.1, tokens=3).model_dump()
        whole = {**about, "source": "causeway", "detail-type": event.detail_type, "detail": detail}
        assert jsonschema_rs.is_valid(schema, whole)
        assert not jsonschema_rs.is_valid(schema, {**whole, "detail-type": "Something else"})
        assert not jsonschema_rs.is_valid(schema, {**whole, "detail": {}})


def test_the_registry_has_each_schema(app: Synthesized) -> None:
    schemas = {each.properties["SchemaName"]: each.properties for each in app.all("AWS::EventSchemas::Schema")}
    assert {f"{name}.json": each["Content"] for name, each in schemas.items()} == files()
    assert {each["RegistryName"] for each in schemas.values()} == {
        only(app, "AWS::EventSchemas::Registry", "events").properties["RegistryName"]
    }


def test_the_bus_and_its_archive_are_encrypted_and_the_archive_ends(app: Synthesized) -> None:
    bus, archive = only(app, "AWS::Events::EventBus", "events"), only(app, "AWS::Events::Archive", "events")
    key = only(app, "AWS::KMS::Key", "events")
    assert (
        app.target(bus.stack, bus.properties["KmsKeyIdentifier"])
        == app.target(archive.stack, archive.properties["KmsKeyIdentifier"])
        == key
    )
    assert archive.properties["RetentionDays"] == app.environment.events.archive_days
    assert app.target(archive.stack, archive.properties["SourceArn"]) == bus


def test_only_event_bridge_reads_events_and_only_for_this_bus(app: Synthesized) -> None:
    key = only(app, "AWS::KMS::Key", "events")
    statements = {each.get("Sid"): each for each in Resolver(app).document(key, "KeyPolicy")["Statement"]}
    of_bus = statements["EventsOfTheBus"]
    assert of_bus["Principal"] == {"Service": "events.amazonaws.com"}
    (arn,) = of_bus["Condition"]["StringEquals"].values()
    assert arn.endswith(f":event-bus/causeway-{app.name}")


def test_nobody_outside_the_account_may_publish_but_by_a_trigger(app: Synthesized) -> None:
    assert {each.stack for each in app.all("AWS::Events::EventBusPolicy")} <= {f"causeway-{app.name}-triggers"}
    assert "Policy" not in only(app, "AWS::Events::EventBus", "events").properties


def test_events_that_the_bus_cannot_encrypt_are_kept(app: Synthesized) -> None:
    bus = only(app, "AWS::Events::EventBus", "events")
    queue = app.target(bus.stack, bus.properties["DeadLetterConfig"]["Arn"])
    assert queue == only(app, "AWS::SQS::Queue", "events")
    policy = json.dumps(properties(app, only(app, "AWS::SQS::QueuePolicy", "events")))
    assert f":event-bus/causeway-{app.name}" in policy


def test_hand_offs_wake_runs_by_what_the_queue_reads_and_none_is_lost(app: Synthesized) -> None:
    rule = only(app, "AWS::Events::Rule", "agents")
    made = properties(app, rule)
    assert made["EventBusName"] == f"causeway-{app.name}"
    assert (
        set(made["EventPattern"]["detail-type"])
        == {event.detail_type for event in EVENTS if "look" in event.model_fields}
        == set(HAND_OFFS)
    )
    (target,) = rule.properties["Targets"]
    assert target["InputPath"] == "$.detail.look"
    queue, dead = (app.target(rule.stack, arn) for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"]))
    assert queue is not None
    assert dead is not None
    assert queue.id.startswith("AgentQueue")
    assert app.target(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"]) == dead


def test_an_event_of_a_hand_off_that_reaches_no_queue_alarms(app: Synthesized) -> None:
    alarms = {each.properties.get("MetricName"): each for each in app.all("AWS::CloudWatch::Alarm") if each.stack.endswith("-agents")}
    for metric in ("FailedInvocations", "InvocationsFailedToBeSentToDlq"):
        dimensions = {each["Name"]: each["Value"] for each in properties(app, alarms[metric])["Dimensions"]}
        assert dimensions == {"RuleName": f"causeway-{app.name}-hand-offs", "EventBusName": f"causeway-{app.name}"}


def test_functions_of_agents_and_of_ingestion_alone_publish_and_only_to_this_bus(app: Synthesized) -> None:
    allowed = [each for each in app.statements() if "events:PutEvents" in each.actions and not each.policy.stack.endswith("-foundation")]
    assert sorted(each.policy.stack.rpartition("-")[2] for each in allowed) == ["agents"] * 3 + ["ingestion"] * 2
    assert {str(resolved(app, each.policy.stack, each.resources[0])).rpartition(":")[2] for each in allowed} == {
        f"event-bus/causeway-{app.name}"
    }
