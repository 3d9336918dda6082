"""Observers of Lambda, Step Functions, SQS, SNS and EventBridge."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from local.comparison.template import Pattern, Resource
from local.comparison.words import only, pascal, renamed, tag_list

Client = Callable[[str], Any]
Properties = dict[str, Any]


def function(client: Client, resource: Resource) -> Properties:
    found = client("lambda").get_function(FunctionName=resource.id)
    configuration = found["Configuration"]
    reserved = client("lambda").get_function_concurrency(FunctionName=resource.id)
    return {
        **configuration,
        "Code": resource.properties["Code"] if configuration["CodeSize"] else None,
        "KmsKeyArn": configuration.get("KMSKeyArn"),
        "Layers": [each["Arn"] for each in configuration.get("Layers", [])],
        "ReservedConcurrentExecutions": reserved.get("ReservedConcurrentExecutions"),
        "Tags": tag_list(found.get("Tags", {})),
    }


def layer(client: Client, resource: Resource) -> Properties:
    found: Properties = client("lambda").get_layer_version_by_arn(Arn=resource.id)
    return {**found, "Content": resource.properties["Content"] if found["Content"]["CodeSize"] else None}


def version(client: Client, resource: Resource) -> Properties:
    name, _, number = resource.id.rpartition(":")
    found: Properties = client("lambda").get_function_configuration(FunctionName=name, Qualifier=number)
    return found


def alias(client: Client, resource: Resource) -> Properties:
    function, _, name = resource.id.rpartition(":")
    found: Properties = client("lambda").get_alias(FunctionName=function, Name=name)
    return {**found, "FunctionName": function.rpartition(":")[2]}


def event_source(client: Client, resource: Resource) -> Properties:
    found: Properties = client("lambda").get_event_source_mapping(UUID=resource.id)
    tags = client("lambda").list_tags(Resource=found["EventSourceMappingArn"])["Tags"] if "EventSourceMappingArn" in found else {}
    return {**found, "FunctionName": found["FunctionArn"], "Tags": tag_list(tags)}


def permission(client: Client, resource: Resource) -> Properties:
    """The template's properties that a statement of the function's policy confirms."""
    function = resource.properties["FunctionName"]
    name, live, _ = (function.id if isinstance(function, Pattern) else str(function)).partition(":live")
    arguments = {"Qualifier": "live"} if live else {}
    policy = json.loads(client("lambda").get_policy(FunctionName=name, **arguments)["Policy"])
    said = {key: _confirmed(value, json.dumps(policy["Statement"])) for key, value in resource.properties.items()}
    return said | {"FunctionName": resource.properties["FunctionName"]}


def _confirmed(value: Any, statements: str) -> Any:
    """The value as the statements, JSON, say it; None if they do not."""
    if isinstance(value, Pattern):
        return next((text for text in re.findall(r'"([^"]*)"', statements) if re.fullmatch(value.regex, text)), None)
    return value if str(value) in statements else None


def state_machine(client: Client, resource: Resource) -> Properties:
    found: Properties = client("stepfunctions").describe_state_machine(stateMachineArn=resource.id)
    tags = client("stepfunctions").list_tags_for_resource(resourceArn=resource.id)["tags"]
    names = {"Definition": "DefinitionString", "Name": "StateMachineName", "Type": "StateMachineType"}
    return {**renamed(pascal(found), names), "Tags": pascal(tags)}


def queue(client: Client, resource: Resource) -> Properties:
    attributes: Properties = client("sqs").get_queue_attributes(QueueUrl=resource.id, AttributeNames=["All"])["Attributes"]
    tags = client("sqs").list_queue_tags(QueueUrl=resource.id).get("Tags", {})
    return {**attributes, "QueueName": resource.id.rsplit("/", 1)[-1], "Tags": tag_list(tags)}


def queue_policy(client: Client, resource: Resource) -> Properties:
    queues = resource.properties["Queues"]
    policies = [client("sqs").get_queue_attributes(QueueUrl=each, AttributeNames=["Policy"])["Attributes"]["Policy"] for each in queues]
    return {"Queues": queues, "PolicyDocument": policies[0]}


def topic(client: Client, resource: Resource) -> Properties:
    attributes: Properties = client("sns").get_topic_attributes(TopicArn=resource.id)["Attributes"]
    tags = client("sns").list_tags_for_resource(ResourceArn=resource.id)["Tags"]
    return {**attributes, "TopicName": resource.id.rsplit(":", 1)[-1], "Tags": tags}


def topic_policy(client: Client, resource: Resource) -> Properties:
    topics = resource.properties["Topics"]
    policies = [client("sns").get_topic_attributes(TopicArn=each)["Attributes"]["Policy"] for each in topics]
    return {"Topics": topics, "PolicyDocument": policies[0]}


def rule(client: Client, resource: Resource) -> Properties:
    events = client("events")
    named = {"EventBusName": resource.properties.get("EventBusName", "default")}
    name = resource.properties.get("Name") or resource.id.rsplit("/", 1)[-1]
    found: Properties = events.describe_rule(Name=name, **named)
    tags = events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]
    return {**found, "Targets": events.list_targets_by_rule(Rule=name, **named)["Targets"], "Tags": tags}


def event_bus(client: Client, resource: Resource) -> Properties:
    events = client("events")
    found: Properties = events.describe_event_bus(Name=resource.id)
    return {**found, "Tags": events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]}


def event_bus_policy(client: Client, resource: Resource) -> Properties:
    bus, id = resource.properties["EventBusName"], resource.properties["StatementId"]
    policy = json.loads(client("events").describe_event_bus(Name=bus).get("Policy", '{"Statement": []}'))
    return {"EventBusName": bus, "StatementId": id, "Statement": only(each for each in policy["Statement"] if each["Sid"] == id)}


def archive(client: Client, resource: Resource) -> Properties:
    found: Properties = client("events").describe_archive(ArchiveName=resource.id)
    return {**found, "SourceArn": found["EventSourceArn"]}


def schedule(client: Client, resource: Resource) -> Properties:
    found: Properties = client("scheduler").get_schedule(Name=resource.id)
    return found


OBSERVERS = {
    "AWS::Events::Archive": archive,
    "AWS::Events::EventBus": event_bus,
    "AWS::Events::EventBusPolicy": event_bus_policy,
    "AWS::Events::Rule": rule,
    "AWS::Lambda::Alias": alias,
    "AWS::Lambda::EventSourceMapping": event_source,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::LayerVersion": layer,
    "AWS::Lambda::Permission": permission,
    "AWS::Lambda::Version": version,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::SNS::Topic": topic,
    "AWS::SNS::TopicPolicy": topic_policy,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::StepFunctions::StateMachine": state_machine,
}
