"""A VPC that somebody else keeps, in the words of templates, as the environment's file describes it."""

from collections.abc import Iterator
from typing import Any

from stacks.environment import Environment
from stacks.network.settings import Adopted
from stacks.network.stack import NO_TRAFFIC
from stacks.reports.templates import Resource

INSIDE = ("private", "isolated")
GATEWAY_ENDPOINTS = ("s3", "dynamodb")


def adopted(environment: Environment) -> list[Resource]:
    """Its subnets with their routes, and its endpoints; nothing if the VPC is the environment's own."""
    network = environment.network
    return [Resource("", id, type, properties) for id, type, properties in _described(environment, network.adopt)] if network.adopt else []


def _described(environment: Environment, vpc: Adopted) -> Iterator[tuple[str, str, dict[str, Any]]]:
    network = environment.network
    yield vpc.vpc_id, "AWS::EC2::VPC", {"CidrBlock": str(network.cidr)}
    for kind, ids in vpc.subnet_ids.items():
        for id, addresses in zip(ids, network.subnets[kind], strict=True):
            yield id, "AWS::EC2::Subnet", {"CidrBlock": str(addresses)}
            yield _table(id), "AWS::EC2::RouteTable", {}
            yield f"{id} has it", "AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": id, "RouteTableId": _table(id)}
            if kind == "outside":
                route = {"RouteTableId": _table(id), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "of its owner"}
                yield f"{id} goes outside", "AWS::EC2::Route", route
    inside = [id for kind in INSIDE for id in vpc.subnet_ids[kind]]
    for name in GATEWAY_ENDPOINTS:
        tables = {"VpcEndpointType": "Gateway", "RouteTableIds": [_table(id) for id in inside]}
        yield f"{vpc.vpc_id} {name}", "AWS::EC2::VPCEndpoint", {"ServiceName": _service(environment, name), **tables}
    if vpc.endpoints_security_group_id:
        yield from _shared(environment, vpc, vpc.endpoints_security_group_id)


def _shared(environment: Environment, vpc: Adopted, group: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    addresses = [each for kind in INSIDE for each in environment.network.subnets[kind]]
    https = [{"CidrIp": str(each), "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443} for each in addresses]
    yield group, "AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [NO_TRAFFIC], "SecurityGroupIngress": https}
    for name in vpc.interface_endpoints:
        placed = {"VpcEndpointType": "Interface", "SubnetIds": list(vpc.private_subnet_ids), "SecurityGroupIds": [group]}
        yield f"{vpc.vpc_id} {name}", "AWS::EC2::VPCEndpoint", {"ServiceName": _service(environment, name), **placed}


def _table(subnet: str) -> str:
    return f"routes of {subnet}"


def _service(environment: Environment, name: str) -> str:
    return f"com.amazonaws.{environment.region}.{name}"
