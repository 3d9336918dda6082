"""How large an index and its domain become, how long a load lasts, and what they cost."""

from dataclasses import dataclass
from math import ceil

from operating.scale.basis import Basis, Instance
from operating.scale.ways import Way

GB, GIB = 10**9, 2**30
HOURS = 730  # of a month
LINUX, SERVICE, SERVICE_GIB = 0.05, 0.2, 20  # of a disk; "Calculating storage requirements" of Amazon OpenSearch Service
ZONES = 2


@dataclass(frozen=True)
class Shape:
    """What is kept. text_bytes, tokens: of a passage. replicas: copies beside each primary."""

    passages: int
    text_bytes: int
    tokens: int
    dimensions: int = 1024
    replicas: int = 1


@dataclass(frozen=True)
class Domain:
    """instance: of each data node. disk_gb: its volume. over: whether AWS has to raise its limit of nodes first."""

    instance: str
    nodes: int
    disk_gb: int
    usd_month: float
    over: bool


def passage_bytes(shape: Shape, way: Way, basis: Basis) -> dict[str, float]:
    """On disk, by kind. What is stored and the words of it grow with the text."""
    text = shape.text_bytes / basis.measured.text_bytes
    vector = way.disk(shape.dimensions, basis) - way.graph(basis)
    parts = {"vector": vector, "graph": float(way.graph(basis))}
    return {**parts, "stored passage": basis.measured.stored * text, "words": basis.measured.words * text, "values": basis.measured.values}


def primary_bytes(shape: Shape, way: Way, basis: Basis) -> float:
    return shape.passages * sum(passage_bytes(shape, way, basis).values())


def shards(shape: Shape, way: Way, basis: Basis) -> int:
    return max(1, ceil(primary_bytes(shape, way, basis) / (basis.assumed.shard_gb * GB)))


def memory_bytes(shape: Shape, way: Way) -> float:
    """Of the vectors and graphs, replicas included: they answer searches too."""
    return shape.passages * way.memory(shape.dimensions) * (1 + shape.replicas)


def domain(shape: Shape, way: Way, basis: Basis) -> Domain | None:
    """The cheapest that holds it; None where even the raised limit of nodes is not enough."""
    options = (_of(name, instance, shape, way, basis) for name, instance in basis.instances.items())
    return min((each for each in options if each), key=lambda each: each.usd_month, default=None)


def _of(name: str, instance: Instance, shape: Shape, way: Way, basis: Basis) -> Domain | None:
    heap = min(instance.memory_gib / 2, basis.limits.heap_gib)
    for_vectors = (instance.memory_gib - heap) * GIB * way.share(basis)
    copies = (1 + shape.replicas) * shards(shape, way, basis)
    stored = primary_bytes(shape, way, basis) * (1 + shape.replicas)
    least = max(
        ceil(memory_bytes(shape, way) / for_vectors),
        ceil(stored / _room(basis.limits.volume_gb)),
        ceil(copies / (heap * basis.limits.shards_each_gib_of_heap)),
        1 + shape.replicas,
    )
    nodes = ZONES * ceil(least / ZONES)
    if nodes > basis.limits.nodes_raised:
        return None
    volume = _volume(stored / nodes)
    master = next(each for each in basis.masters if nodes <= each.up_to_nodes)
    hourly = nodes * instance.usd_hour + 3 * master.usd_hour
    return Domain(name, nodes, volume, hourly * HOURS + nodes * volume * basis.prices.gp3_gb_month, nodes > basis.limits.nodes)


def _room(volume_gb: int) -> float:
    """Bytes of an index on a volume."""
    size = volume_gb * GIB
    return size * (1 - LINUX) - min(size * SERVICE, SERVICE_GIB * GIB)


def _volume(content: float) -> int:
    """Gigabytes of the smallest volume for so many bytes, in steps of ten."""
    volume = 10
    while _room(volume) < content:
        volume += 10
    return volume


@dataclass(frozen=True)
class Load:
    """Hours and dollars. shortest: hours that the cheapest domain's processors need to index."""

    embedding_hours: float
    embedding_usd: float
    bedrock_usd: float
    batch_usd: float
    indexing_hours: float


def load(shape: Shape, held: Domain, instances: int, basis: Basis) -> Load:
    """instances: of the embedding endpoint. Primaries alone are indexed; replicas are copied afterwards (decision 228)."""
    hours = shape.passages / (instances * basis.assumed.embedded_a_second) / 3600
    vcpus = held.nodes * basis.instances[held.instance].vcpus
    return Load(
        embedding_hours=hours,
        embedding_usd=hours * instances * basis.prices.embedding_instance_hour,
        bedrock_usd=shape.passages * shape.tokens / 1e6 * basis.prices.embedding_million_tokens,
        batch_usd=shape.passages * shape.tokens / 1e6 * basis.prices.batch_million_tokens,
        indexing_hours=shape.passages / (vcpus * basis.assumed.indexed_a_second_by_vcpu) / 3600,
    )


@dataclass(frozen=True)
class Reading:
    """hours: with those who read beside each other, and until a job has started."""

    hours: float
    usd: float


def read_by_functions(documents: int, seconds: float, basis: Basis) -> Reading:
    """seconds: that a document takes. Without the queues' requests, which a job makes as well (decision 230)."""
    used, readers = documents * seconds, basis.reading
    return Reading(used / readers.functions / 3600, used * readers.function_gb * basis.prices.lambda_gb_second)


def read_by_job(documents: int, seconds: float, basis: Basis) -> Reading:
    """By a job alone; a processor of an instance is taken for one of a function."""
    readers = basis.reading
    hours = documents * seconds / (readers.instances * readers.cores) / 3600 + readers.start_minutes / 60
    return Reading(hours, hours * readers.instances * basis.prices.processing_instance_hour)


@dataclass(frozen=True)
class Archive:
    """units: nodes or indexes. fill_hours: at the quickest, 0 where no limit is documented. fill_usd: once."""

    units: int
    usd_month: float
    fill_hours: float
    fill_usd: float


def ultrawarm(shape: Shape, way: Way, basis: Basis) -> Archive:
    """Without replicas: S3 keeps the copies."""
    size = primary_bytes(shape, way, basis)
    nodes = max(basis.ultrawarm.least_nodes, ceil(size / (basis.ultrawarm.tib * 2**40)))
    return Archive(nodes, nodes * basis.ultrawarm.usd_hour * HOURS + size / GIB * basis.prices.ultrawarm_gb_month, 0, 0)


def s3_vectors(shape: Shape, basis: Basis) -> Archive:
    """Vectors as floats with the text as metadata; without queries, which are paid by what they go through."""
    size = shape.passages * (4 * shape.dimensions + shape.text_bytes) / GIB
    indexes = ceil(shape.passages / basis.limits.s3_vectors_each_index)
    hours = shape.passages / (indexes * basis.limits.s3_vectors_a_second) / 3600
    return Archive(indexes, size * basis.prices.s3_vectors_gb_month, hours, size * basis.prices.s3_vectors_put_gb)
