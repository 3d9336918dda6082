"""The VPC's default security group is closed: moto plays EC2, a local server CloudFormation's response URL."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from causeway.runtime.clients import client, forget_clients
from functions import default_group
from tests.unit.functions.recording import Context, Recording, event

OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@pytest.fixture
def server() -> Iterator[Recording]:
    recording = Recording(lambda method, path: (200, {}))
    yield recording
    recording.close()


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with mock_aws(config={"core": {"passthrough": {"urls": [r"http://localhost.*", r"http://127\.0\.0\.1.*"]}}}):
        forget_clients()
        yield boto3.client("ec2", region_name="us-east-1")
        forget_clients()


@pytest.fixture
def group(ec2: Any) -> str:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ours = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return str(ec2.describe_security_groups(Filters=ours)["SecurityGroups"][0]["GroupId"])


def rules(ec2: Any, group: str) -> int:
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return len(found["IpPermissions"]) + len(found["IpPermissionsEgress"])


def deploy(server: Recording, group: str, kind: str = "Create") -> dict[str, Any]:
    """CloudFormation's answer."""
    default_group.handler(event(server.url, kind, {"Group": group}, group), Context())
    answered: dict[str, Any] = server.of("PUT", "/response")[-1]
    return answered


def test_every_rule_is_taken_out_those_that_people_made_too(server: Recording, ec2: Any, group: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[OPEN])
    assert rules(ec2, group) >= 2
    answered = deploy(server, group)
    assert (answered["Status"], answered["PhysicalResourceId"]) == ("SUCCESS", group)
    assert rules(ec2, group) == 0


def test_a_group_without_rules_is_left_as_it_is(server: Recording, ec2: Any, group: str) -> None:
    deploy(server, group)
    assert deploy(server, group, "Update")["Status"] == "SUCCESS"
    assert rules(ec2, group) == 0


def test_deleting_the_resource_changes_nothing(server: Recording, ec2: Any, group: str) -> None:
    before = rules(ec2, group)
    assert deploy(server, group, "Delete")["Status"] == "SUCCESS"
    assert rules(ec2, group) == before > 0


def test_a_group_that_does_not_exist_stops_the_deployment(server: Recording, ec2: Any) -> None:
    default_group.handler(event(server.url, "Create", {"Group": "sg-0123"}), Context(seconds=27.0))
    answered = server.of("PUT", "/response")[-1]
    assert answered["Status"] == "FAILED"
    assert "network" in answered["Reason"]


def test_a_throttled_call_is_made_again(server: Recording, ec2: Any, group: str) -> None:
    asked: list[str] = []

    def throttle(request: Any, **_: Any) -> Any:
        asked.append(request.url)
        if len(asked) == 1:
            body = b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slower</Message></Error></Errors></Response>"
            return AWSResponse(request.url, 503, {}, SimpleNamespace(stream=lambda **_: iter([body])))
        return None

    client("ec2", **default_group.EC2.patience).meta.events.register_first("before-send.ec2", throttle)
    assert deploy(server, group)["Status"] == "SUCCESS"
    assert len(asked) > 2
    assert rules(ec2, group) == 0
