"""Observers of Bedrock's types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.template import Resource
from local.comparison.words import pascal

Client = Callable[[str], Any]
Properties = dict[str, Any]

POLICIES = {
    "contentPolicy": ("ContentPolicyConfig", {"filters": "FiltersConfig"}),
    "contextualGroundingPolicy": ("ContextualGroundingPolicyConfig", {"filters": "FiltersConfig"}),
    "sensitiveInformationPolicy": ("SensitiveInformationPolicyConfig", {"piiEntities": "PiiEntitiesConfig", "regexes": "RegexesConfig"}),
    "topicPolicy": ("TopicPolicyConfig", {"topics": "TopicsConfig"}),
    "wordPolicy": ("WordPolicyConfig", {"words": "WordsConfig", "managedWordLists": "ManagedWordListsConfig"}),
}


def guardrail(client: Client, resource: Resource) -> Properties:
    bedrock = client("bedrock")
    found: Properties = bedrock.get_guardrail(guardrailIdentifier=resource.id.rsplit("/", 1)[-1])
    tags = bedrock.list_tags_for_resource(resourceARN=resource.id)["tags"]
    return {**said(found), "Tags": pascal(tags)}


def guardrail_version(client: Client, resource: Resource) -> Properties:
    identifier, version = resource.id.split("|")
    found: Properties = client("bedrock").get_guardrail(guardrailIdentifier=identifier, guardrailVersion=version)
    return {"Description": found.get("description"), "GuardrailIdentifier": found["guardrailArn"]}


def said(found: Properties) -> Properties:
    """A guardrail with CloudFormation's names: the API's filters is the template's FiltersConfig."""
    properties: Properties = pascal({name: value for name, value in found.items() if name not in POLICIES})
    for theirs, (ours, parts) in POLICIES.items():
        policy = found.get(theirs, {})
        properties[ours] = {word: pascal(policy[part]) for part, word in parts.items() if part in policy}
    return properties


OBSERVERS = {
    "AWS::Bedrock::Guardrail": guardrail,
    "AWS::Bedrock::GuardrailVersion": guardrail_version,
}
