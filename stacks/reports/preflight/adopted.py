"""Whether a VPC that somebody else keeps is what the environment's file says of it. The proof of egress rests on that."""

from collections.abc import Iterator, Mapping
from typing import Any

from stacks.environment import Environment
from stacks.network.settings import Adopted
from stacks.reports.preflight.step import Clients, State, Step

Found = Mapping[str, Any]


def adopted_step(environment: Environment, vpc: Adopted) -> Step:
    """Every difference is named, since its owner mends them all at once."""

    def check(clients: Clients) -> tuple[State, str]:
        wrong = list(_wrong(clients("ec2", environment.region), environment, vpc))
        return ("missing" if wrong else "done"), "; ".join(wrong) or "as the file says"

    return Step(f"The VPC {vpc.vpc_id}", f"network.adopt and network.*_subnets of environments/{environment.name}.yaml describe it", check)


def _wrong(ec2: Any, environment: Environment, vpc: Adopted) -> Iterator[str]:
    (found,) = ec2.describe_vpcs(VpcIds=[vpc.vpc_id])["Vpcs"]
    blocks = {each["CidrBlock"] for each in found.get("CidrBlockAssociationSet", ())} | {found["CidrBlock"]}
    if str(environment.network.cidr) not in blocks:
        yield f"network.cidr={environment.network.cidr}, and it has {', '.join(sorted(blocks))}"
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc.vpc_id, Attribute=attribute)
        if not answer[attribute[0].upper() + attribute[1:]]["Value"]:
            yield f"{attribute} is off, so names of endpoints are not answered inside"
    yield from _subnets(ec2, environment, vpc)
    yield from _routes(ec2, vpc)
    yield from _endpoints(ec2, environment, vpc)


def _subnets(ec2: Any, environment: Environment, vpc: Adopted) -> Iterator[str]:
    network = environment.network
    ids = [each for kind in vpc.subnet_ids.values() for each in kind]
    found = {each["SubnetId"]: each for each in ec2.describe_subnets(Filters=[_is("vpc-id", vpc.vpc_id)])["Subnets"]}
    yield from (f"{id} is no subnet of it" for id in ids if id not in found)
    for kind, known in vpc.subnet_ids.items():
        for id, zone, addresses in zip(known, network.zones, network.subnets[kind], strict=False):
            if id in found and (found[id]["AvailabilityZone"], found[id]["CidrBlock"]) != (zone, str(addresses)):
                yield f"{id} is {found[id]['CidrBlock']} in {found[id]['AvailabilityZone']}; the file says {addresses} in {zone}"


def _routes(ec2: Any, vpc: Adopted) -> Iterator[str]:
    """Private and isolated subnets lead to the two gateway endpoints and nowhere else; outside ones to the internet as well."""
    tables = ec2.describe_route_tables(Filters=[_is("vpc-id", vpc.vpc_id)])["RouteTables"]
    gateways = {each["VpcEndpointId"]: each for each in _all_endpoints(ec2, vpc) if each["VpcEndpointType"] == "Gateway"}
    for kind, ids in vpc.subnet_ids.items():
        for id in ids:
            table = _table(tables, id)
            leads = [each for each in table.get("Routes", ()) if each.get("GatewayId") != "local"] if table else []
            out = [each for each in leads if each.get("GatewayId") not in gateways]
            if kind == "outside":
                if not any(each.get("DestinationCidrBlock") == "0.0.0.0/0" for each in out):
                    yield f"{id} has no route to 0.0.0.0/0; it is in network.adopt.outside_subnet_ids"
                continue
            yield from (f"{id} has a route to {_destination(each)}: {kind} subnets lead nowhere" for each in out)
            reached = {gateways[each["GatewayId"]]["ServiceName"].rpartition(".")[2] for each in leads if each not in out}
            yield from (f"the route table of {id} has no gateway endpoint of {name}" for name in sorted({"s3", "dynamodb"} - reached))


def _table(tables: list[dict[str, Any]], subnet: str) -> Found | None:
    """The subnet's own, or else the main one of the VPC."""
    own = [table for table in tables for each in table["Associations"] if each.get("SubnetId") == subnet]
    main = [table for table in tables for each in table["Associations"] if each.get("Main")]
    return next(iter([*own, *main]), None)


def _destination(route: Found) -> str:
    names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return next((str(route[name]) for name in names if name in route), "somewhere")


def _endpoints(ec2: Any, environment: Environment, vpc: Adopted) -> Iterator[str]:
    there = [each for each in _all_endpoints(ec2, vpc) if each["VpcEndpointType"] == "Interface"]
    by_service = {each["ServiceName"].split(".", 3)[3]: each for each in there}
    for name in vpc.interface_endpoints:
        endpoint = by_service.get(name)
        if endpoint is None:
            yield f"it has no interface endpoint of {name}"
        elif not endpoint.get("PrivateDnsEnabled"):
            yield f"the endpoint of {name} has no private DNS names, so calls would not find it"
        elif vpc.endpoints_security_group_id not in {each["GroupId"] for each in endpoint.get("Groups", ())}:
            yield f"the endpoint of {name} is not in the group {vpc.endpoints_security_group_id}"
    twice = sorted(set(environment.network.own_endpoints) & {name for name, each in by_service.items() if each.get("PrivateDnsEnabled")})
    yield from (f"it has an endpoint of {name} already: name it in network.adopt.interface_endpoints" for name in twice)


def _all_endpoints(ec2: Any, vpc: Adopted) -> list[dict[str, Any]]:
    pages = ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=[_is("vpc-id", vpc.vpc_id)])
    return [each for page in pages for each in page["VpcEndpoints"] if each["State"].lower() == "available"]


def _is(name: str, value: str) -> dict[str, Any]:
    return {"Name": name, "Values": [value]}
