"""Observers of IAM, KMS, SSM and Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.matching import equal
from local.comparison.template import Resource
from local.comparison.words import only, renamed

Client = Callable[[str], Any]
Properties = dict[str, Any]


def role(client: Client, resource: Resource) -> Properties:
    iam = client("iam")
    found = iam.get_role(RoleName=resource.id)["Role"]
    attached = iam.list_attached_role_policies(RoleName=resource.id)["AttachedPolicies"]
    return {
        **found,
        "PermissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached if named(each["PolicyArn"], resource)],
    }


def named(arn: str, resource: Resource) -> bool:
    """Whether the role names this policy itself; a policy may name the role instead."""
    return any(equal(each, arn) for each in resource.properties.get("ManagedPolicyArns", []))


def managed_policy(client: Client, resource: Resource) -> Properties:
    iam = client("iam")
    found = iam.get_policy(PolicyArn=resource.id)["Policy"]
    version = iam.get_policy_version(PolicyArn=resource.id, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    roles = iam.list_entities_for_policy(PolicyArn=resource.id)["PolicyRoles"]
    asked = resource.properties.get("Roles", [])
    return {
        **renamed(found, {"PolicyName": "ManagedPolicyName"}),
        "PolicyDocument": version["Document"],
        "Roles": [each["RoleName"] for each in roles if each["RoleName"] in asked],
    }


def key(client: Client, resource: Resource) -> Properties:
    kms = client("kms")
    rotation = kms.get_key_rotation_status(KeyId=resource.id)
    tags = [{"Key": each["TagKey"], "Value": each["TagValue"]} for each in kms.list_resource_tags(KeyId=resource.id)["Tags"]]
    return {
        **kms.describe_key(KeyId=resource.id)["KeyMetadata"],
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "KeyPolicy": kms.get_key_policy(KeyId=resource.id, PolicyName="default")["Policy"],
        "Tags": tags,
    }


def alias(client: Client, resource: Resource) -> Properties:
    pages = client("kms").get_paginator("list_aliases").paginate()
    found = only(each for page in pages for each in page["Aliases"] if each["AliasName"] == resource.id)
    whole = client("kms").describe_key(KeyId=found["TargetKeyId"])["KeyMetadata"]
    asked = str(resource.properties["TargetKeyId"])
    return {**found, "TargetKeyId": whole["Arn" if asked.startswith("arn:") else "KeyId"]}


def parameter(client: Client, resource: Resource) -> Properties:
    ssm = client("ssm")
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=resource.id)["TagList"]
    found = ssm.get_parameter(Name=resource.id)["Parameter"]
    described = only(ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [resource.id]}])["Parameters"])
    asked = resource.properties.get("Tags", {})
    return {**described, **found, "Tags": {each["Key"]: each["Value"] for each in tags} if isinstance(asked, dict) else tags}


def secret(client: Client, resource: Resource) -> Properties:
    return dict(client("secretsmanager").describe_secret(SecretId=resource.id))


OBSERVERS = {
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Role": role,
    "AWS::KMS::Alias": alias,
    "AWS::KMS::Key": key,
    "AWS::SecretsManager::Secret": secret,
    "AWS::SSM::Parameter": parameter,
}
