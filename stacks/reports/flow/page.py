"""The graph as Markdown with pictures in Mermaid, and as tables."""

from collections.abc import Iterable, Iterator

from stacks.reports.flow.flows import boundaries, pictures
from stacks.reports.flow.graph import ASKS, READS, WRITES, Flow, Graph, Node
from stacks.reports.flow.places import CALLERS, EDGE, STORES

MARKS = {"restricted": "stroke:#c00,stroke-width:3px", "confidential": "stroke:#c80,stroke-width:2px"}
HEAD = """# How data flows: {name}

Made by `make flow ENV={name}` from the synthesized templates; a test holds this page to them. Boxes around nodes are trust boundaries.
An arrow begins at who acts: dotted, it takes data; with one head, it gives data; with two, both. It stands for the right that a role
has, or for a route, rule or copy that is configured. A red frame is restricted data (what identifies a person, or what one said), an
orange one confidential data (documents and what is made of them).

Left out of the pictures of purposes: settings, AppConfig's switches, and buckets of AWS and the CDK, which have code and weights.
Left out everywhere: what all code has (its own logs, traces and metrics, interfaces in the VPC, keys: `make comply` lists who decrypts),
dead letters, the listing of names, and roles that services assume to copy or log. Where packets can go is proven apart
([decision 185](decisions/185-the-proof-of-egress.md)).
"""


def page(name: str, whole: Graph) -> str:
    """name: of the environment."""
    parts = [HEAD.format(name=name), "## What crosses a boundary\n", mermaid(boundaries(whole)), _inside(whole)]
    for title, shown in pictures(whole):
        parts += [f"## {title}\n", mermaid(shown)]
    return "\n".join([*parts, "## Who reads and writes which store\n", _stores(whole)])


def mermaid(shown: Graph) -> str:
    """A flowchart; nodes of one boundary are in one box."""
    names = {node.name: f"n{number}" for number, node in enumerate(shown.nodes)}
    lines = ["```mermaid", "flowchart LR"]
    for number, zone in enumerate(sorted({node.zone for node in shown.nodes}, key=_order)):
        lines += [
            f'  subgraph z{number}["{zone}"]',
            *(f"    {names[each.name]}{_shape(each)}" for each in shown.nodes if each.zone == zone),
            "  end",
        ]
    lines += [f"  {_arrow(flow, names)}" for flow in shown.flows]
    for data_class, style in MARKS.items():
        if marked := [names[each.name] for each in shown.nodes if each.data_class == data_class]:
            lines += [f"  classDef {data_class} {style}", f"  class {','.join(marked)} {data_class}"]
    return "\n".join([*lines, "```", ""])


def _order(zone: str) -> tuple[bool, bool, str]:
    return zone != CALLERS, zone != EDGE, zone


def _shape(node: Node) -> str:
    stored = node.zone == STORES
    number = (
        f"<br>{len(node.holds)} {'tables and buckets' if stored else 'functions'}" if len(node.holds) > 1 and (node.runs or stored) else ""
    )
    return f'[("{node.name}{number}")]' if stored else f'["{node.name}{number}"]'


def _arrow(flow: Flow, names: dict[str, str]) -> str:
    notes = [f"{text}: {number}" if number else text for text, number in flow.notes]
    said = ", ".join([*notes, *(["rows of one tenant"] if flow.tenant else [])])
    line = "-.->" if flow.ways == {READS} else "-->" if flow.ways == {WRITES} else "<-->"
    label = f'|"{said}"|' if said else ""
    return f"{names[flow.actor]} {line}{label} {names[flow.other]}"


def _inside(whole: Graph) -> str:
    """What the nodes of the first picture stand for."""
    rows = ([each.zone, each.name, ", ".join(f"`{name}`" for name in each.holds)] for each in whole.nodes if each.holds)
    return _table(["boundary", "called here", "is"], rows)


def _stores(whole: Graph) -> str:
    """r: reads, w: writes or deletes, /t: rows of one tenant by a session tag."""
    stores = [each.name for each in whole.nodes if each.zone == STORES]
    flows = {(each.actor, each.other): each.short for each in whole.flows}
    actors = [each for each in dict.fromkeys(flow.actor for flow in whole.flows) if whole.node(each).zone != STORES]
    touching = [actor for actor in actors if any((actor, store) in flows for store in stores)]
    explained = "r: reads; w: writes or deletes; /t: rows of one tenant alone, by a session tag; ask: as the perimeter spares it.\n"
    return (
        explained + "\n" + _table(["who", *stores], ([actor, *(flows.get((actor, store), "") for store in stores)] for actor in touching))
    )


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    return "\n".join([line(head), line("---" for _ in head), *(line(row) for row in rows), ""])


def about(whole: Graph) -> Iterator[str]:
    """A line for each figure of the command."""
    crossing = boundaries(whole)
    asks = sum(ASKS in each.ways for each in whole.flows)
    yield f"{len(whole.nodes)} nodes and {len(whole.flows)} flows, {asks} of them questions; {len(crossing.flows)} cross a boundary"
