"""Whether the zones and the region have what the templates put there."""

from typing import Any

from stacks.environment import Environment
from stacks.regions import REGIONS
from stacks.reports.assembly import Assembly
from stacks.reports.preflight.adopted import adopted_step
from stacks.reports.preflight.step import Clients, State, Step


def place_steps(assembly: Assembly) -> list[Step]:
    environment = assembly.environment
    vpc = [adopted_step(environment, environment.network.adopt)] if environment.network.adopt else []
    return [_zones(environment), *vpc, *_endpoints(assembly), *_search_nodes(assembly), _prefix_lists(environment)]


def _lacking(zones: dict[str, set[str]], wanted: tuple[str, ...]) -> tuple[State, str]:
    """What is offered (name → zones) against the zones wanted."""
    lacks = [f"{name} in {', '.join(sorted(set(wanted) - has))}" for name, has in zones.items() if not set(wanted) <= has]
    return ("missing" if lacks else "done"), f"not available: {'; '.join(lacks)}" if lacks else "available"


def _zones(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        found = clients("ec2", environment.region).describe_availability_zones()["AvailabilityZones"]
        available = {zone["ZoneName"] for zone in found if zone["State"] == "available"}
        return _lacking({"subnets": available}, environment.network.zones)

    how = f"network.zones names {', '.join(environment.network.zones)}; name zones this account has"
    return Step("Availability zones", how, check)


def _endpoints(assembly: Assembly) -> list[Step]:
    """Not every zone has every service (in us-east-1 one lacks many, Lambda among them), and a zone's letter differs by account."""
    environment = assembly.environment
    services = [str(each["ServiceName"]) for each in assembly.properties("AWS::EC2::VPCEndpoint") if each["VpcEndpointType"] == "Interface"]
    if not services:
        return []

    def check(clients: Clients) -> tuple[State, str]:
        found = clients("ec2", environment.region).describe_vpc_endpoint_services(ServiceNames=services)["ServiceDetails"]
        offered: dict[str, set[str]] = {service: set() for service in services}
        for each in found:
            offered[each["ServiceName"]] |= set(each["AvailabilityZones"])
        return _lacking(offered, environment.network.zones)

    return [Step("Endpoints in these zones", "choose network.zones that have every service of network.interface_endpoints", check)]


def _search_nodes(assembly: Assembly) -> list[Step]:
    return [_search_nodes_of(domain, assembly.environment) for domain in assembly.properties("AWS::OpenSearchService::Domain")]


def _search_nodes_of(domain: dict[str, Any], environment: Environment) -> Step:
    version, nodes = domain["EngineVersion"], domain["ClusterConfig"]
    kinds = [nodes["InstanceType"], *([nodes["DedicatedMasterType"]] if nodes.get("DedicatedMasterType") else [])]

    def check(clients: Clients) -> tuple[State, str]:
        search = clients("opensearch", environment.region)
        found = [
            each
            for kind in kinds
            for each in search.list_instance_type_details(EngineVersion=version, InstanceType=kind, RetrieveAZs=True)["InstanceTypeDetails"]
        ]
        offered = {kind: {zone for each in found if each["InstanceType"] == kind for zone in each["AvailabilityZones"]} for kind in kinds}
        return _lacking(offered, environment.network.zones[: environment.search.zones])

    return Step("Search nodes in these zones", f"{version} on {', '.join(kinds)}: search.instance_type, search.master_instance_type", check)


def _prefix_lists(environment: Environment) -> Step:
    expected = REGIONS[environment.region]
    wanted = {expected.s3_prefix_list, expected.dynamodb_prefix_list}

    def check(clients: Clients) -> tuple[State, str]:
        found = {each["PrefixListId"] for each in clients("ec2", environment.region).describe_prefix_lists()["PrefixLists"]}
        lacking = sorted(wanted - found)
        return ("missing" if lacking else "done"), f"{', '.join(lacking)} unknown" if lacking else "as written"

    return Step("Prefix lists of S3 and DynamoDB", f"stacks/regions.py has {', '.join(sorted(wanted))} for {environment.region}", check)
