"""Observers of EC2's types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.template import Resource
from local.comparison.words import only

Client = Callable[[str], Any]
Properties = dict[str, Any]

RULE_KEYS = ("IpProtocol", "FromPort", "ToPort", "Description")


def vpc(client: Client, resource: Resource) -> Properties:
    ec2 = client("ec2")
    attributes = {
        name: ec2.describe_vpc_attribute(VpcId=resource.id, Attribute=name[:1].lower() + name[1:])[name]["Value"]
        for name in ("EnableDnsHostnames", "EnableDnsSupport")
    }
    return {**only(ec2.describe_vpcs(VpcIds=[resource.id])["Vpcs"]), **attributes}


def subnet(client: Client, resource: Resource) -> Properties:
    return only(client("ec2").describe_subnets(SubnetIds=[resource.id])["Subnets"])  # type: ignore[no-any-return]


def route_table(client: Client, resource: Resource) -> Properties:
    return only(client("ec2").describe_route_tables(RouteTableIds=[resource.id])["RouteTables"])  # type: ignore[no-any-return]


def route(client: Client, resource: Resource) -> Properties:
    table = only(client("ec2").describe_route_tables(RouteTableIds=[resource.properties["RouteTableId"]])["RouteTables"])
    destination = resource.properties["DestinationCidrBlock"]
    found = only(each for each in table["Routes"] if each.get("DestinationCidrBlock") == destination)
    return {**found, "RouteTableId": table["RouteTableId"]}


def association(client: Client, resource: Resource) -> Properties:
    tables = client("ec2").describe_route_tables()["RouteTables"]
    every = (each for table in tables for each in table["Associations"])
    return only(each for each in every if each["RouteTableAssociationId"] == resource.id)  # type: ignore[no-any-return]


def internet_gateway(client: Client, resource: Resource) -> Properties:
    return only(client("ec2").describe_internet_gateways(InternetGatewayIds=[resource.id])["InternetGateways"])  # type: ignore[no-any-return]


def attachment(client: Client, resource: Resource) -> Properties:
    gateway = resource.properties["InternetGatewayId"]
    found = only(client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"])
    return {"InternetGatewayId": gateway, "VpcId": only(found["Attachments"])["VpcId"]}


def address(client: Client, resource: Resource) -> Properties:
    return only(client("ec2").describe_addresses(PublicIps=[resource.id])["Addresses"])  # type: ignore[no-any-return]


def nat_gateway(client: Client, resource: Resource) -> Properties:
    found = only(client("ec2").describe_nat_gateways(NatGatewayIds=[resource.id])["NatGateways"])
    return {**found, "AllocationId": [each.get("AllocationId") for each in found["NatGatewayAddresses"]]}


def endpoint(client: Client, resource: Resource) -> Properties:
    found = only(client("ec2").describe_vpc_endpoints(VpcEndpointIds=[resource.id])["VpcEndpoints"])
    return {**found, "SecurityGroupIds": [each["GroupId"] for each in found.get("Groups", [])]}


def flow_log(client: Client, resource: Resource) -> Properties:
    found = only(client("ec2").describe_flow_logs(FlowLogIds=[resource.id])["FlowLogs"])
    return {**found, "ResourceType": resource_type(found["ResourceId"])}


def resource_type(id: str) -> str:
    """The type of resource that a flow log watches; the API shows it only in the id."""
    return {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}[id.split("-", maxsplit=1)[0]]


def security_group(client: Client, resource: Resource) -> Properties:
    found = only(client("ec2").describe_security_groups(GroupIds=[resource.id])["SecurityGroups"])
    said = {"GroupDescription": found["Description"], "VpcId": found["VpcId"], "Tags": found.get("Tags", [])}
    asked = resource.properties.get("SecurityGroupEgress")
    if asked is not None:
        said["SecurityGroupEgress"] = [each for each in rules(found["IpPermissionsEgress"], "Destination") if inline(each, asked)]
    return said


def inline(rule: Properties, asked: list[Properties]) -> bool:
    """Whether a rule is defined in its group; the others are resources of their own."""
    return any(all(str(rule.get(name)) == str(value) for name, value in each.items() if name != "Description") for each in asked)


def rules(permissions: list[Properties], peer: str) -> list[Properties]:
    """A group's permissions as single rules; peer is Source or Destination."""
    found = []
    for permission in permissions:
        base = {name: permission[name] for name in RULE_KEYS if name in permission}
        peers = (
            ("IpRanges", "CidrIp", "CidrIp"),
            ("UserIdGroupPairs", "GroupId", f"{peer}SecurityGroupId"),
            ("PrefixListIds", "PrefixListId", f"{peer}PrefixListId"),
        )
        for many, theirs, ours in peers:
            found += [{**base, ours: each[theirs], "Description": each.get("Description")} for each in permission.get(many, [])]
    return found


def rule(direction: str, peer: str) -> Callable[[Client, Resource], Properties]:
    """The observer of a single rule: the rule of its group that differs least from it."""

    def observe(client: Client, resource: Resource) -> Properties:
        group = only(client("ec2").describe_security_groups(GroupIds=[resource.properties["GroupId"]])["SecurityGroups"])
        asked = {name: value for name, value in resource.properties.items() if name not in ("GroupId", "Description")}
        found = [each for each in rules(group[direction], peer) if inline(each, [asked])]
        if not found:
            raise LookupError("its security group has no such rule")
        return {**found[0], "GroupId": group["GroupId"]}

    return observe


OBSERVERS = {
    "AWS::EC2::EIP": address,
    "AWS::EC2::FlowLog": flow_log,
    "AWS::EC2::InternetGateway": internet_gateway,
    "AWS::EC2::NatGateway": nat_gateway,
    "AWS::EC2::Route": route,
    "AWS::EC2::RouteTable": route_table,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::SecurityGroupEgress": rule("IpPermissionsEgress", "Destination"),
    "AWS::EC2::SecurityGroupIngress": rule("IpPermissions", "Source"),
    "AWS::EC2::Subnet": subnet,
    "AWS::EC2::SubnetRouteTableAssociation": association,
    "AWS::EC2::VPC": vpc,
    "AWS::EC2::VPCEndpoint": endpoint,
    "AWS::EC2::VPCGatewayAttachment": attachment,
}
