"""The way out, and who may use it."""

from typing import Literal

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from stacks.environment import load
from stacks.network.stack import NetworkStack

NO_WAY_OUT: list[object] = ["255.255.255.255/32"]


def network(nat_gateways: Literal["per-zone", "one", "none"]) -> Template:
    dev = load("dev")
    environment = dev.model_copy(update={"network": dev.network.model_copy(update={"nat_gateways": nat_gateways})})
    app = App()
    foundation = Stack(app, "foundation", env=environment.aws)
    boundary = iam.ManagedPolicy.from_managed_policy_name(foundation, "Boundary", "boundary")
    stack = NetworkStack(app, "network", environment=environment, logs_key=kms.Key(foundation, "Key"), permission_boundary=boundary)
    return Template.from_stack(stack)


@pytest.mark.parametrize(("nat_gateways", "count"), [("none", 0), ("one", 1), ("per-zone", 2)])
def test_the_switch_makes_as_many_nat_gateways_as_it_says(nat_gateways: Literal["per-zone", "one", "none"], count: int) -> None:
    template = network(nat_gateways)
    template.resource_count_is("AWS::EC2::NatGateway", count)
    template.resource_count_is("AWS::EC2::EIP", count)
    template.resource_count_is("AWS::EC2::InternetGateway", min(count, 1))


@pytest.mark.parametrize("nat_gateways", ["none", "one"])
def test_what_only_some_settings_use_is_exported_by_every_setting(nat_gateways: Literal["one", "none"]) -> None:
    """Else a change of the setting would take away what the next stack still imports."""
    exported = "".join(network(nat_gateways).find_outputs("*"))
    assert "Outside" in exported
    assert "VpcoutsideSubnet1" in exported
    assert "VpcoutsideSubnet2" in exported


def test_a_way_out_of_the_vpc_is_for_one_security_group_alone_and_only_where_there_is_a_gateway() -> None:
    """Functions and the endpoint have none."""
    assert "0.0.0.0/0" not in str(network("none").find_resources("AWS::EC2::SecurityGroup"))
    template = network("one")
    for group in template.find_resources("AWS::EC2::SecurityGroup").values():
        outside = group["Properties"]["GroupDescription"].startswith("Function with a way")
        for rule in group["Properties"]["SecurityGroupEgress"]:
            assert rule.get("CidrIp") in (("0.0.0.0/0",) if outside else (None, *NO_WAY_OUT)), rule
    for rule in template.find_resources("AWS::EC2::SecurityGroupEgress").values():
        assert "CidrIp" not in rule["Properties"]
