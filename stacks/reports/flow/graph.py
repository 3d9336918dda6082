"""Nodes and the data that goes between them, merged as far as a reader needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

READS, WRITES, ASKS = "reads", "writes", "asks"


@dataclass(frozen=True, order=True)
class Node:
    """zone: the boundary that it is inside of. runs: it is code of ours. data_class: of a store, as its tag has it. holds: what it stands
    for, by name.
    """

    name: str
    zone: str
    runs: bool = False
    data_class: str = ""
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Flow:
    """`actor` begins it. ways: READS, WRITES, ASKS (both). notes: what a reader has to know, each with how many there are, or 0.
    tenant: only rows of one tenant.
    """

    actor: str
    other: str
    ways: frozenset[str]
    notes: tuple[tuple[str, int], ...] = ()
    tenant: bool = False

    @property
    def short(self) -> str:
        """`r`, `w`, `rw` or `ask`; with `/t` for rows of one tenant."""
        letters = "ask" if ASKS in self.ways else "".join(way[0] for way in (READS, WRITES) if way in self.ways)
        return letters + ("/t" if self.tenant else "")


@dataclass(frozen=True)
class Graph:
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def node(self, name: str) -> Node:
        return next(each for each in self.nodes if each.name == name)

    def about(self, names: Iterable[str]) -> "Graph":
        """The flows that begin or end at these, and what is at their ends."""
        wanted = set(names)
        flows = [each for each in self.flows if {each.actor, each.other} & wanted]
        ends = {end for each in flows for end in (each.actor, each.other)}
        return graph((each for each in self.nodes if each.name in ends), flows)

    def merged(self, into: Callable[[Node], Node]) -> "Graph":
        """Each node as `into` has it. Flows inside a node are gone, and so are those between two that nothing separates."""
        new = {each.name: into(each) for each in self.nodes}
        flows = [replace(each, actor=new[each.actor].name, other=new[each.other].name) for each in self.flows]
        return graph(new.values(), (each for each in flows if each.actor != each.other))


def graph(nodes: Iterable[Node], flows: Iterable[Flow]) -> Graph:
    """Nodes of one name are one node, flows between the same two are one flow."""
    joined: dict[str, Node] = {}
    for node in nodes:
        before = joined.get(node.name, node)
        joined[node.name] = replace(
            before, holds=tuple(sorted({*before.holds, *node.holds})), data_class=max(before.data_class, node.data_class)
        )
    flowing: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        ends = flow.actor, flow.other
        flowing[ends] = _joined(flowing[ends], flow) if ends in flowing else flow
    return Graph(tuple(sorted(joined.values(), key=_place)), tuple(flowing[ends] for ends in sorted(flowing)))


def _joined(one: Flow, other: Flow) -> Flow:
    notes: dict[str, int] = {}
    for text, number in (*one.notes, *other.notes):
        notes[text] = notes.get(text, 0) + number
    return Flow(one.actor, one.other, one.ways | other.ways, tuple(sorted(notes.items())), one.tenant and other.tenant)


def _place(node: Node) -> tuple[str, str]:
    return node.zone, node.name
