"""A VPC of somebody else, made in an account, compared with what an environment's file says of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from stacks.environment import ENVIRONMENTS, Environment, parse
from stacks.reports.preflight.adopted import adopted_step

REGION, ZONES = "us-east-1", ("us-east-1a", "us-east-1b")
SHARED = ("sqs", "kms")
PLAN = {
    "private": ("10.0.10.0/24", "10.0.11.0/24"),
    "isolated": ("10.0.20.0/24", "10.0.21.0/24"),
    "outside": ("10.0.30.0/24", "10.0.31.0/24"),
}


@dataclass
class Theirs:
    """A VPC as its owner made it. endpoints: service → id."""

    ec2: Any
    vpc: str
    group: str
    subnets: dict[str, list[str]]
    table: str
    endpoints: dict[str, str] = field(default_factory=dict)

    def environment(self, **changes: Any) -> Environment:
        values = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text())
        adopt = {
            "vpc_id": self.vpc,
            **{f"{kind}_subnet_ids": ids for kind, ids in self.subnets.items()},
            "interface_endpoints": list(SHARED),
            "endpoints_security_group_id": self.group,
        }
        values["network"] |= {"adopt": adopt, "public_subnets": [], "outside_without_vpc": False, **changes}
        return parse(values, "dev.yaml")

    def said(self, **changes: Any) -> tuple[str, str]:
        environment = self.environment(**changes)
        assert environment.network.adopt is not None
        step = adopted_step(environment, environment.network.adopt)
        assert step.check is not None
        return step.check(lambda service, region: boto3.client(service, region_name=region))  # type: ignore[call-overload]


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Theirs]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield _made(boto3.client("ec2", region_name=REGION))


def _made(ec2: Any) -> Theirs:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = {kind: [_subnet(ec2, vpc, zone, block) for zone, block in zip(ZONES, blocks, strict=True)] for kind, blocks in PLAN.items()}
    inside, outside = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    for kind, ids in subnets.items():
        for id in ids:
            ec2.associate_route_table(RouteTableId=outside if kind == "outside" else inside, SubnetId=id)
    _way_out(ec2, vpc, outside)
    for name in ("s3", "dynamodb"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.{name}", VpcEndpointType="Gateway", RouteTableIds=[inside])
    group = ec2.create_security_group(GroupName="shared", Description="endpoints", VpcId=vpc)["GroupId"]
    made = Theirs(ec2, vpc, group, subnets, inside)
    for name in SHARED:
        made.endpoints[name] = _endpoint(made, name, group)
    return made


def _subnet(ec2: Any, vpc: str, zone: str, block: str) -> str:
    return str(ec2.create_subnet(VpcId=vpc, AvailabilityZone=zone, CidrBlock=block)["Subnet"]["SubnetId"])


def _way_out(ec2: Any, vpc: str, table: str) -> None:
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)


def _endpoint(made: Theirs, name: str, group: str, private: bool = True) -> str:
    service = f"com.amazonaws.{REGION}.{name}"
    placed = {"SubnetIds": made.subnets["private"], "SecurityGroupIds": [group], "PrivateDnsEnabled": private}
    return str(
        made.ec2.create_vpc_endpoint(VpcId=made.vpc, ServiceName=service, VpcEndpointType="Interface", **placed)["VpcEndpoint"][
            "VpcEndpointId"
        ]
    )


def test_a_vpc_that_is_as_the_file_says_is_done(theirs: Theirs) -> None:
    assert theirs.said() == ("done", "as the file says")


def _no_names(theirs: Theirs) -> None:
    theirs.ec2.modify_vpc_attribute(VpcId=theirs.vpc, EnableDnsHostnames={"Value": False})


def _leads_out(theirs: Theirs) -> None:
    _way_out(theirs.ec2, theirs.vpc, theirs.table)


def _stays_in(theirs: Theirs) -> None:
    (table,) = {
        each["RouteTableId"]
        for each in theirs.ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": theirs.subnets["outside"][:1]}])[
            "RouteTables"
        ]
    }
    theirs.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def _no_gateway_endpoint(theirs: Theirs) -> None:
    ids = [each["VpcEndpointId"] for each in theirs.ec2.describe_vpc_endpoints()["VpcEndpoints"] if each["ServiceName"].endswith(".s3")]
    theirs.ec2.delete_vpc_endpoints(VpcEndpointIds=ids)


def _no_endpoint(theirs: Theirs) -> None:
    theirs.ec2.delete_vpc_endpoints(VpcEndpointIds=[theirs.endpoints["sqs"]])


def _another_group(theirs: Theirs) -> None:
    _no_endpoint(theirs)
    other = theirs.ec2.create_security_group(GroupName="other", Description="other", VpcId=theirs.vpc)["GroupId"]
    _endpoint(theirs, "sqs", other)


def _without_names(theirs: Theirs) -> None:
    _no_endpoint(theirs)
    _endpoint(theirs, "sqs", theirs.group, private=False)


def _one_more(theirs: Theirs) -> None:
    _endpoint(theirs, "sns", theirs.group)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_no_names, "enableDnsHostnames is off"),
        (_leads_out, "has a route to 0.0.0.0/0: isolated subnets lead nowhere"),
        (_stays_in, "has no route to 0.0.0.0/0; it is in network.adopt.outside_subnet_ids"),
        (_no_gateway_endpoint, "has no gateway endpoint of s3"),
        (_no_endpoint, "it has no interface endpoint of sqs"),
        (_another_group, "the endpoint of sqs is not in the group sg-"),
        (_without_names, "the endpoint of sqs has no private DNS names"),
        (_one_more, "it has an endpoint of sns already: name it in network.adopt.interface_endpoints"),
    ],
)
def test_what_its_owner_has_otherwise_is_told(theirs: Theirs, change: Callable[[Theirs], None], said: str) -> None:
    change(theirs)
    state, differences = theirs.said()
    assert state == "missing"
    assert said in differences


def test_another_address_plan_is_told_for_each_subnet(theirs: Theirs) -> None:
    state, differences = theirs.said(zones=["us-east-1a", "us-east-1c"])
    assert (state, differences.count("the file says")) == ("missing", 3)


def test_other_addresses_of_the_vpc_are_told(theirs: Theirs) -> None:
    assert theirs.said(cidr="10.0.0.0/15") == ("missing", "network.cidr=10.0.0.0/15, and it has 10.0.0.0/16")


def test_a_subnet_of_another_vpc_is_told(theirs: Theirs) -> None:
    other = theirs.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    theirs.subnets["private"][0] = _subnet(theirs.ec2, other, "us-east-1a", "10.0.10.0/24")
    assert "is no subnet of it" in theirs.said()[1]
