"""Observers of AppConfig."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.template import Resource
from local.comparison.words import tag_list
from local.settings import ACCOUNT, REGION

Client = Callable[[str], Any]
Properties = dict[str, Any]
ARN = f"arn:aws:appconfig:{REGION}:{ACCOUNT}:"


def application(client: Client, resource: Resource) -> Properties:
    found = client("appconfig").get_application(ApplicationId=resource.id)
    return {**found, "Tags": _tags(client, f"application/{resource.id}")}


def environment(client: Client, resource: Resource) -> Properties:
    within = _within(resource)
    found = client("appconfig").get_environment(**within, EnvironmentId=resource.id)
    return {**found, "Tags": _tags(client, f"application/{within['ApplicationId']}/environment/{resource.id}")}


def profile(client: Client, resource: Resource) -> Properties:
    within = _within(resource)
    found = client("appconfig").get_configuration_profile(**within, ConfigurationProfileId=resource.id)
    return {**found, "Tags": _tags(client, f"application/{within['ApplicationId']}/configurationprofile/{resource.id}")}


def strategy(client: Client, resource: Resource) -> Properties:
    found = client("appconfig").get_deployment_strategy(DeploymentStrategyId=resource.id)
    return {**found, "Tags": _tags(client, f"deploymentstrategy/{resource.id}")}


def version(client: Client, resource: Resource) -> Properties:
    profile = {**_within(resource), "ConfigurationProfileId": resource.properties["ConfigurationProfileId"]}
    found = client("appconfig").get_hosted_configuration_version(**profile, VersionNumber=int(resource.id))
    return {**found, "Content": found["Content"].read().decode()}


def deployment(client: Client, resource: Resource) -> Properties:
    place = {**_within(resource), "EnvironmentId": resource.properties["EnvironmentId"]}
    found: Properties = client("appconfig").get_deployment(**place, DeploymentNumber=int(resource.id))
    tags = _tags(client, f"application/{place['ApplicationId']}/environment/{place['EnvironmentId']}/deployment/{resource.id}")
    return {**found, "Tags": tags}


def _within(resource: Resource) -> dict[str, str]:
    return {"ApplicationId": resource.properties["ApplicationId"]}


def _tags(client: Client, name: str) -> list[dict[str, str]]:
    return tag_list(client("appconfig").list_tags_for_resource(ResourceArn=ARN + name)["Tags"])


OBSERVERS = {
    "AWS::AppConfig::Application": application,
    "AWS::AppConfig::ConfigurationProfile": profile,
    "AWS::AppConfig::Deployment": deployment,
    "AWS::AppConfig::DeploymentStrategy": strategy,
    "AWS::AppConfig::Environment": environment,
    "AWS::AppConfig::HostedConfigurationVersion": version,
}
