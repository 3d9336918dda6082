"""Deleting every stack of an environment ends: nothing is missing that a deletion needs, nothing stays that nobody named."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

EMPTIED = "Custom::EmptiedBucket"
KEEPS_DATA = ("AWS::Cognito::UserPool", "AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::OpenSearchService::Domain", "AWS::S3::Bucket")


def named_in(value: Any) -> Iterator[str]:
    """Logical ids that a value refers to, in its own template."""
    match value:
        case {"Ref": name}:
            yield name
        case {"Fn::GetAtt": [name, _]}:
            yield name
        case {"Fn::Sub": text}:
            yield from re.findall(r"\$\{([A-Za-z0-9]+)", text if isinstance(text, str) else text[0])
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from named_in(inner)


def outlived_by(app: Synthesized, resource: Resource) -> set[str]:
    """Logical ids of the same template that are deleted after it: all that it depends on, directly or not."""
    resources = app.templates[resource.stack]["Resources"]
    found: set[str] = set()
    waiting = [resource.id]
    while waiting:
        raw = resources[waiting.pop()]
        for id in {*named_in(raw.get("Properties", {})), *as_list(raw.get("DependsOn", []))} & resources.keys() - found:
            found.add(id)
            waiting.append(id)
    return found


def deleted_before(app: Synthesized, first: Resource, second: Resource) -> bool:
    """Whether `first` is deleted before `second` is, whatever else CloudFormation does meanwhile."""
    if first.stack == second.stack:
        return second.id in outlived_by(app, first)
    return any(owner == second.stack for owner in imported_from(app, first.stack))


def imported_from(app: Synthesized, stack: str) -> set[str]:
    """Stacks that are deleted after this one, because it imports from them."""
    names = re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(app.templates[stack]))
    return {app.exports[name][0] for name in names}


def role_of(app: Synthesized, function: Resource) -> Resource:
    role = app.target(function.stack, function.properties["Role"])
    assert role is not None, function
    return role


def policies_of(app: Synthesized, role: Resource) -> list[Resource]:
    """What is attached to a role, by itself or by the policy."""
    attached = [app.target(role.stack, each) for each in role.properties.get("ManagedPolicyArns", [])]
    attaching = [
        policy
        for policy in app.all("AWS::IAM::ManagedPolicy")
        if role in [app.target(policy.stack, each) for each in policy.properties.get("Roles", [])]
    ]
    return [policy for policy in (*attached, *attaching) if policy is not None]


def test_a_function_in_the_vpc_keeps_what_removes_its_interfaces_until_it_is_gone(app: Synthesized) -> None:
    """Lambda deletes them by the function's role, and CloudFormation waits for that, twenty minutes and more."""
    functions = [each for each in app.all("AWS::Lambda::Function") if "VpcConfig" in each.properties]
    assert len(functions) > 20
    for function in functions:
        role = role_of(app, function)
        removing = [
            policy
            for policy in policies_of(app, role)
            if any(
                statement["Effect"] == "Allow" and "ec2:DeleteNetworkInterface" in as_list(statement["Action"])
                for statement in policy.properties["PolicyDocument"]["Statement"]
            )
        ]
        assert removing, function
        assert deleted_before(app, function, role), function
        assert all(deleted_before(app, function, policy) and deleted_before(app, role, policy) for policy in removing), function


def test_subnets_and_groups_of_interfaces_are_deleted_after_what_has_the_interfaces(app: Synthesized) -> None:
    network = f"causeway-{app.name}-network"
    for resource in app.all("AWS::Lambda::Function", "AWS::OpenSearchService::Domain", "AWS::SageMaker::Model"):
        used = resource.properties.get("VpcConfig") or resource.properties.get("VPCOptions") or {}
        for reference in [*used.get("SubnetIds", []), *used.get("SecurityGroupIds", []), *used.get("Subnets", [])]:
            target = app.target(resource.stack, reference)
            assert target is not None, resource
            assert target.stack == network or target.stack == resource.stack, resource
            assert deleted_before(app, resource, target), (resource, target)


def test_a_custom_resource_is_deleted_while_its_function_can_still_answer(app: Synthesized) -> None:
    """Otherwise CloudFormation waits an hour for an answer and gives up."""
    custom = [each for each in app.all() if each.type.startswith("Custom::")]
    assert len(custom) > 3
    for resource in custom:
        function = app.target(resource.stack, resource.properties["ServiceToken"])
        assert function is not None, resource
        role = role_of(app, function)
        log = app.target(function.stack, function.properties["LoggingConfig"]["LogGroup"])
        assert log is not None
        for needed in (function, role, log, *policies_of(app, role)):
            assert deleted_before(app, resource, needed), (resource, needed)
        assert int(resource.properties["ServiceTimeout"]) <= 3600


def test_no_function_can_make_its_log_group_anew_after_it_is_deleted(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        for policy in policies_of(app, role_of(app, function)):
            for statement in policy.properties["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Deny" or "logs:CreateLogGroup" not in as_list(statement["Action"]), function


def test_what_does_not_protect_its_data_retains_nothing(app: Synthesized) -> None:
    """What keeps data elsewhere stays when its stack goes, and no stack that holds it is deleted by mistake."""
    protected = app.environment.protect_data
    for resource in app.all():
        kept = resource.raw.get("DeletionPolicy", "Delete").startswith("Retain")
        assert protected or not kept, resource
        if protected and resource.type in KEEPS_DATA:
            assert kept, resource


def test_every_bucket_that_goes_with_its_stack_is_emptied_first_and_no_other(app: Synthesized) -> None:
    emptied = {app.target(each.stack, each.properties["Bucket"]): each for each in app.all(EMPTIED)}
    goes = [each for each in app.all("AWS::S3::Bucket") if not each.raw["DeletionPolicy"].startswith("Retain")]
    assert set(emptied) == set(goes)
    assert bool(goes) is not app.environment.protect_data
    for bucket, resource in emptied.items():
        assert bucket is not None
        assert deleted_before(app, resource, bucket), bucket
        assert app.target(resource.stack, resource.properties["ServiceToken"]) in app.all("AWS::Lambda::Function")


def test_where_data_is_protected_no_role_may_delete_a_version(app: Synthesized) -> None:
    able = {each.policy.stack for each in app.statements() if "s3:DeleteObjectVersion" in each.actions}
    data, foundation = f"causeway-{app.name}-data", f"causeway-{app.name}-foundation"  # which holds the boundary
    assert able == (set() if app.environment.protect_data else {data, foundation})
    assert not app.environment.protect_data or "emptying" not in str(app.templates[foundation])


def test_the_function_that_empties_reaches_the_buckets_of_its_stack_and_reads_nothing(dev: Synthesized, local: Synthesized) -> None:
    for app in (dev, local):
        (role,) = [each for each in app.all("AWS::IAM::Role") if each.properties.get("RoleName") == f"causeway-{app.name}-empty-bucket"]
        own = [each for each in app.statements() if each.policy in policies_of(app, role) and each.policy.stack == role.stack]
        actions = {action for each in own for action in each.actions if action.startswith(("s3:", "cloudformation:", "dynamodb:"))}
        assert actions == {
            "cloudformation:DescribeStacks",
            "s3:AbortMultipartUpload",
            "s3:DeleteObjectVersion",
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
        }
        (asked,) = [each for each in own if "cloudformation:DescribeStacks" in each.actions]
        assert asked.resources == ({"Ref": "AWS::StackId"},)
        reached = {id for each in own for id in named_in(list(each.resources)) if any(action.startswith("s3:") for action in each.actions)}
        assert reached == {bucket.id for bucket in app.all("AWS::S3::Bucket")}


def test_the_function_that_empties_passes_the_perimeter_while_it_stands_and_the_logs_once_theirs_is_gone(dev: Synthesized) -> None:
    """S3 delivers access logs by the bucket's policy, so that one is deleted before the bucket is emptied."""
    resolver = Resolver(dev)
    caller = {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/causeway-dev-empty-bucket",
        "aws:PrincipalIsAWSService": "false",
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
        "s3:TlsVersion": "1.3",
    }
    for policy in dev.all("AWS::S3::BucketPolicy"):
        bucket = dev.target(policy.stack, policy.properties["Bucket"])
        assert bucket is not None
        (resource,) = [each for each in dev.all(EMPTIED) if dev.target(each.stack, each.properties["Bucket"]) == bucket]
        says = verdict(resolver.document(policy, "PolicyDocument"), Request("s3:DeleteObjectVersion", f"{resolver.arn(bucket)}/x", caller))
        if bucket.id.startswith("AccessLogs"):
            assert deleted_before(dev, policy, resource), bucket
            assert all(deleted_before(dev, log, policy) for log in dev.all("AWS::EC2::FlowLog") if log.stack == bucket.stack)
        else:
            assert deleted_before(dev, resource, policy), bucket
            assert says is None or says == "allow", bucket
