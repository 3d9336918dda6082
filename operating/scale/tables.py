"""The tables of docs/scale.md, computed."""

from collections.abc import Sequence
from dataclasses import dataclass

from operating.scale.basis import Basis
from operating.scale.sizing import (
    GB,
    Shape,
    domain,
    load,
    memory_bytes,
    passage_bytes,
    primary_bytes,
    read_by_functions,
    read_by_job,
    s3_vectors,
    shards,
    ultrawarm,
)
from operating.scale.ways import WAYS, Way

ENDPOINTS = (2, 6, 50)  # instances: prod's least and most, and many
DOCUMENTS, SECONDS = (10_000, 1_000_000), (0.1, 1, 10)  # text, long documents, scans of a few pages
OURS = WAYS[0]
LEAST = next(way for way in WAYS if way.name == "faiss on disk, 32x")


@dataclass(frozen=True)
class Table:
    """name: in the page's marks."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def text(self) -> str:
        widths = [max(len(cell) for cell in column) for column in zip(self.heads, *self.rows, strict=True)]
        lines = (self.heads, ["-" * width for width in widths], *self.rows)
        return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines)


def tables(shapes: Sequence[Shape], basis: Basis) -> list[Table]:
    """One of each kind for all shapes, and those of a domain and of an archive for each."""
    first = shapes[0]
    return [
        _vector(first, basis),
        _passage(first, basis),
        *(_domains(shape, basis) for shape in shapes),
        _readings(basis),
        _loads(shapes, basis),
        _archives(shapes, basis),
    ]


def _vector(shape: Shape, basis: Basis) -> Table:
    rows = [
        [
            way.name,
            way.since,
            "yes" if way.aws else "no",
            f"{way.memory(shape.dimensions):,.0f}",
            f"{way.disk(shape.dimensions, basis):,.0f}",
        ]
        for way in WAYS
    ]
    return Table("vector", ["way", "since OpenSearch", "in 3.5", "memory, bytes", "disk, bytes"], rows)


def _passage(shape: Shape, basis: Basis) -> Table:
    kept = {way: passage_bytes(shape, way, basis) for way in (OURS, LEAST)}
    rows = [[kind, *(f"{parts[kind]:,.0f}" for parts in kept.values())] for kind in kept[OURS]]
    return Table(
        "passage", ["bytes", *(way.name for way in kept)], [*rows, ["all", *(f"{sum(parts.values()):,.0f}" for parts in kept.values())]]
    )


def _domains(shape: Shape, basis: Basis) -> Table:
    heads = ["way", "primaries, GB", "shards", "vectors in memory, GB", "data nodes", "volume of each, GB", "USD a month"]
    return Table(f"domain {shape.passages}", heads, [_domain(shape, way, basis) for way in WAYS])


def _domain(shape: Shape, way: Way, basis: Basis) -> list[str]:
    held = domain(shape, way, basis)
    sizes = [f"{primary_bytes(shape, way, basis) / GB:,.0f}", str(shards(shape, way, basis)), f"{memory_bytes(shape, way) / GB:,.0f}"]
    if held is None:
        return [way.name, *sizes, f"more than {basis.limits.nodes_raised}", "-", "-"]
    nodes = f"{held.nodes} {held.instance.removesuffix('.search')}" + (" (limit to be raised)" if held.over else "")
    return [way.name, *sizes, nodes, f"{held.disk_gb:,}", f"{held.usd_month:,.0f}"]


def _readings(basis: Basis) -> Table:
    heads = ["documents", "seconds each", "hours by functions", "USD", "hours by a job", "USD"]
    rows = []
    for documents in DOCUMENTS:
        for seconds in SECONDS:
            both = (read_by_functions(documents, seconds, basis), read_by_job(documents, seconds, basis))
            rows.append([f"{documents:,}", str(seconds), *(text for one in both for text in (f"{one.hours:,.1f}", f"{one.usd:,.0f}"))])
    return Table("reading", heads, rows)


def _loads(shapes: Sequence[Shape], basis: Basis) -> Table:
    heads = ["passages", "embedding instances", "hours to embed", "USD", "by Titan V2, USD", "in batch jobs, USD", "hours to index"]
    rows = []
    for shape in shapes:
        held = domain(shape, OURS if shape.passages < 10_000_000 else LEAST, basis)
        for instances in ENDPOINTS if held else ():
            done = load(shape, held, instances, basis)  # type: ignore[arg-type]  # no row without a domain
            hours = [f"{done.embedding_hours:,.1f}", f"{done.embedding_usd:,.0f}"]
            bedrock = [f"{done.bedrock_usd:,.0f}", f"{done.batch_usd:,.0f}"]
            rows.append([f"{shape.passages:,}", str(instances), *hours, *bedrock, f"{done.indexing_hours:,.1f}"])
    return Table("load", heads, rows)


def _archives(shapes: Sequence[Shape], basis: Basis) -> Table:
    rows = []
    for shape in shapes:
        warm, vectors = ultrawarm(shape, LEAST, basis), s3_vectors(shape, basis)
        rows.append([f"{shape.passages:,}", "UltraWarm", f"{warm.units} nodes", f"{warm.usd_month:,.0f}", "-", "-"])
        filling = [f"{vectors.fill_hours:,.1f}", f"{vectors.fill_usd:,.0f}"]
        rows.append([f"{shape.passages:,}", "S3 Vectors", f"{vectors.units} index", f"{vectors.usd_month:,.0f}", *filling])
    return Table("archive", ["passages", "kept in", "units", "USD a month", "least hours to fill", "USD to fill"], rows)
