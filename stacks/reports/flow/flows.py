"""The whole graph of an environment, and the part of it that each picture shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from stacks.environment import Environment
from stacks.reports.flow.graph import Graph, Node, graph
from stacks.reports.flow.places import BUS, MACHINES, QUEUES, STORES, VPC, Places
from stacks.reports.flow.purposes import purposes
from stacks.reports.flow.rights import FOREIGN_BUCKETS, SETTINGS, Rights
from stacks.reports.flow.wiring import wiring
from stacks.reports.templates import Templates

RELAYS = "Queues, event bus, state machines"
WITHOUT_DATA = "Settings, switches, code, images"
WITHOUT_USERS_DATA = (FOREIGN_BUCKETS, SETTINGS, *(purposes().services[prefix] for prefix in ("appconfig", "ec2", "ecr", "ssm")))


def flows(environment: Environment, templates: Mapping[str, Mapping[str, Any]]) -> Graph:
    """templates: name of each stack → its template. Raises ValueError for interfaces of an unknown kind."""
    places = Places(Templates(templates), environment.name, environment.region, purposes())
    nodes = [*places.functions.values(), *places.jobs.values(), *places.stores.values()]
    found = []
    for actor, other, flow in (*Rights(places).flows(), *wiring(places)):
        nodes += [actor, other]
        found.append(flow)
    return graph(nodes, (each for each in found if each.actor != each.other))


def boundaries(whole: Graph) -> Graph:
    """What crosses a boundary: functions of one kind of subnet are one node, and so are stores of one class of data."""
    coarse = whole.merged(_coarse)
    return graph(coarse.nodes, (each for each in coarse.flows if coarse.node(each.actor).zone != coarse.node(each.other).zone))


def _coarse(node: Node) -> Node:
    if node.zone == STORES:
        return Node(f"Stores of {node.data_class} data", node.zone, data_class=node.data_class, holds=node.holds)
    if node.runs:
        return Node(f"Our code: {node.zone.partition(',')[0].removeprefix(VPC)}", node.zone, runs=True, holds=node.holds)
    if node.name in (QUEUES, BUS, MACHINES):
        return Node(RELAYS, node.zone)
    if node.name in WITHOUT_USERS_DATA:
        return Node(WITHOUT_DATA, node.zone)
    return node


def pictures(whole: Graph) -> Iterator[tuple[str, Graph]]:
    """A title, and what some purposes of functions do with data; the last is of the purposes that no picture has."""
    running = {each.name for each in whole.nodes if each.runs}
    named = purposes().pictures
    for title, members in named.items():
        if shown := set(members) & running:
            yield title, _with_data(whole.about(shown))
    if rest := running - {member for members in named.values() for member in members}:
        yield "The rest", _with_data(whole.about(rest))


def _with_data(shown: Graph) -> Graph:
    return graph(
        (each for each in shown.nodes if each.name not in WITHOUT_USERS_DATA),
        (each for each in shown.flows if each.other not in WITHOUT_USERS_DATA),
    )
