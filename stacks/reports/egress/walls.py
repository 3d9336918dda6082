"""Each wall by itself: routes, groups, access lists and endpoint policies must hold even when another of them falls."""

import json
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from stacks.reports.egress.acl import ANY_PORT
from stacks.reports.egress.network import Network, Rule
from stacks.reports.egress.walk import HTTPS, INTERNET, Walk
from stacks.reports.egress.workloads import Workload
from stacks.reports.templates import Resource, many

ACCOUNT = {"Ref": "AWS::AccountId"}
OTHER_PORTS = ((0, HTTPS - 1), (HTTPS + 1, 65535))


def breaches(walk: Walk, workloads: Iterable[Workload], outside: Iterable[str]) -> list[str]:
    """A sentence for each. outside: names of the workloads that may reach the internet."""
    free = set(outside)
    inside = [each for each in workloads if each.name not in free]
    placed = [each for each in workloads if each.subnets]
    ours = [each for each in _each(placed, "subnets") if each.stack]  # lists and policies of an adopted VPC are its owner's
    return [
        *(said for subnet in _each(inside, "subnets") for said in _routes(walk.network, subnet)),
        *(said for group in _each(inside, "groups") for said in _rules(walk, group)),
        *(said for subnet in ours for said in _access_list(walk, subnet)),
        *(said for endpoint in walk.network.endpoints if endpoint.stack for said in _policy(walk.network, endpoint)),
    ]


def _each(workloads: Iterable[Workload], what: str) -> list[Resource]:
    return sorted({found for each in workloads for found in getattr(each, what)}, key=str)


def _routes(network: Network, subnet: Resource) -> Iterator[str]:
    if network.table(subnet) is None:
        yield f"{subnet} has no route table of its own, so the VPC's main one decides where its packets go"
    for route in network.routes(subnet):
        yield f"{subnet} has a route to {route.destination} by {route.by}; only what may reach the {INTERNET} belongs there"


def _rules(walk: Walk, group: Resource) -> Iterator[str]:
    for rule in walk.network.rules(group, True):
        if _goes_beyond(walk, rule):
            yield f"the security group {group} lets packets out to {rule.peer}, which is not of the VPC"


def _goes_beyond(walk: Walk, rule: Rule) -> bool:
    if isinstance(rule.peer, Resource):
        return False
    if isinstance(rule.peer, str):
        return rule.peer not in walk.prefix_lists
    return not isinstance(rule.peer, IPv4Network) or not any(rule.peer.subnet_of(own) for own in walk.network.own)


def _access_list(walk: Walk, subnet: Resource) -> Iterator[str]:
    if walk.network.acl(subnet) is None:
        yield f"{subnet} has the VPC's default access list, which lets everything through"
        return
    for protocol, ranges in (("tcp", OTHER_PORTS), ("udp", ((0, 65535),))):
        if any("allow" in walk.filtered(subnet, True, protocol, walk.network.beyond, ports) for ports in ranges):
            yield f"the access list of {subnet} lets {protocol} out of the VPC to other ports than {HTTPS}"
    for protocol in walk.network.other_protocols(subnet):
        if "allow" in walk.filtered(subnet, True, protocol, walk.network.beyond, ANY_PORT):
            yield f"the access list of {subnet} lets {protocol} out of the VPC"
    if walk.network.lets_ipv6_out(subnet):
        yield f"the access list of {subnet} lets IPv6 out of the VPC, which has none"
    if "allow" in walk.filtered(subnet, False, "tcp", walk.network.beyond, (0, 1023)):
        yield f"the access list of {subnet} lets connections in from beyond the VPC"


def _policy(network: Network, endpoint: Resource) -> Iterator[str]:
    """What an endpoint admits must be this account's, or be named."""
    service, document = network.service(endpoint), endpoint.properties.get("PolicyDocument")
    if not document:
        yield f"the endpoint of {service} has no policy, so it serves the credentials of every account"
        return
    for statement in many(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield from _statement(service, statement)


def _statement(service: str, statement: Mapping[str, Any]) -> Iterator[str]:
    unread = {"NotAction", "NotPrincipal", "NotResource"} & set(statement)
    equal = statement.get("Condition", {}).get("StringEquals", {})
    if unread:
        yield f"the policy of the endpoint of {service} has {', '.join(sorted(unread))}, which may admit anything"
    elif not _is_named(statement.get("Resource", "*")):
        if equal.get("aws:PrincipalAccount") != ACCOUNT:
            yield f"the endpoint of {service} serves the credentials of other accounts"
        if service == "s3" and equal.get("aws:ResourceAccount") != ACCOUNT:
            yield "the endpoint of s3 leads to buckets of other accounts"


def _is_named(resources: Any) -> bool:
    """Each resource by its name: a `*` or a `?` stands for objects of a named bucket only."""
    return all(
        ":::" in (text := json.dumps(each)) and not {"*", "?"} & set(text.partition(":::")[2].partition("/")[0]) for each in many(resources)
    )
