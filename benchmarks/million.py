"""An index of N synthetic vectors of 1024 dimensions: build, disk, memory, latency and recall of each way to keep them.

    python -m benchmarks.million [N] [WAY ...]

N: 100,000 unless named. WAY: "exact" or a name of `LUCENE` or `FAISS`, with a dash for each space; all of them unless some are named.
It starts a search server of its own, whose data are deleted at the end.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import urllib3
from pydantic_core import from_json, to_json

from benchmarks import peers, vectors
from benchmarks.measure import Unavailable, percentile, print_table, version
from benchmarks.vectors import NEAREST, Vectors
from causeway.retrieval import schema
from evaluation.servers import serving
from local.loopback import free_port
from local.search.install import VERSION

HEAP_MB = 3072
QUERIES = 200
CANDIDATES = (10, 50)  # asked for; an answer asks for 20, with a reranker for 50
BULK = 500
SECONDS = 7200.0
INDEX = "measured"
EMBEDDING = schema.mappings()["properties"]["embedding"]
LUCENE: Mapping[str, Mapping[str, Any]] = {
    "lucene": {},
    "lucene 7 bits": {"encoder": {"name": "sq", "parameters": {"bits": 7}}},
    "lucene bytes": {"data_type": "byte"},
}
FAISS = ("faiss", "faiss fp16", "faiss 8 bits", "faiss 1 bit")
# Kinds of files by what a search reads of them; vectors as they came are read to score again what was found by quantized ones.
GRAPH, QUANTIZED, RAW = ("vex", "vem"), ("veq", "vemq"), ("vec", "vemf")
HEADS = ["way", "build, s", "disk, B", "searched, B", "process, MB", *(f"recall@10 of {k}" for k in CANDIDATES), "p50, ms", "p99, ms"]


@dataclass(frozen=True)
class Measured:
    """build_seconds: until all is one segment. disk, searched: bytes a vector, of the index and of what every search goes through.

    recall, milliseconds: for each number of candidates. resident_mb: of the process, after the searches.
    """

    build_seconds: float
    disk: float
    searched: float
    resident_mb: float
    recall: Sequence[float]
    milliseconds: Sequence[Sequence[float]]

    def row(self, way: str) -> list[str]:
        recalls = [f"{one:.3f}" for one in self.recall]
        slowest = self.milliseconds[-1]
        times = [f"{percentile(slowest, share):.1f}" for share in (0.5, 0.99)]
        return [way, f"{self.build_seconds:.0f}", f"{self.disk:.0f}", f"{self.searched:.0f}", f"{self.resident_mb:.0f}", *recalls, *times]


class Engine:
    """A search server that has one index at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(timeout=SECONDS, retries=False)

    def __call__(self, method: str, path: str, body: bytes | Mapping[str, Any] | None = None) -> Any:
        content = body if isinstance(body, bytes) or body is None else to_json(body)
        answer = self._http.request(method, self._url + path, body=content, headers={"Content-Type": "application/json"})
        if answer.status >= 400:
            raise Unavailable(f"{method} {path} was answered {answer.status}: {answer.data[:500].decode(errors='replace')}")
        return from_json(answer.data)

    def fill(self, way: Mapping[str, Any], base: vectors.Floats, scale: float) -> float:
        """Make the index and write the vectors into it; the seconds until it is one segment. scale: of a byte, 0 for floats."""
        self("DELETE", f"/{INDEX}?ignore_unavailable=true")
        self("PUT", f"/{INDEX}", _index(way))
        begun = time.monotonic()
        for start in range(0, len(base), BULK):
            self._write(base, start, scale)
        self("POST", f"/{INDEX}/_forcemerge?max_num_segments=1")
        seconds = time.monotonic() - begun
        self("POST", f"/{INDEX}/_flush")
        self("POST", f"/{INDEX}/_refresh")  # the files of merged segments go now
        return seconds

    def _write(self, base: vectors.Floats, start: int, scale: float) -> None:
        rows = _numbers(base[start : start + BULK], scale)
        lines = (to_json({"index": {"_id": str(start + n)}}) + b"\n" + to_json({"embedding": row}) for n, row in enumerate(rows))
        if self("POST", f"/{INDEX}/_bulk", b"\n".join(lines) + b"\n")["errors"]:
            raise Unavailable("the search server refused vectors")

    def nearest(self, query: Sequence[float], candidates: int) -> list[int]:
        body = {"size": NEAREST, "_source": False, "query": {"knn": {"embedding": {"vector": query, "k": candidates}}}}
        return [int(hit["_id"]) for hit in self("POST", f"/{INDEX}/_search", body)["hits"]["hits"]]

    def bytes_by_kind(self) -> dict[str, int]:
        """Of the index's files, by their endings."""
        stats = self("GET", f"/{INDEX}/_stats/segments,store?include_segment_file_sizes=true")["_all"]["primaries"]
        sizes = {kind: int(file["size_in_bytes"]) for kind, file in stats["segments"]["file_sizes"].items()}
        return {**sizes, "all": int(stats["store"]["size_in_bytes"])}

    def resident_mb(self) -> float:
        """Of the process, heap and mapped files alike; 0 on a system without /proc."""
        (node,) = self("GET", "/_nodes/_local/process")["nodes"].values()
        status = Path(f"/proc/{node['process']['id']}/status")
        sizes = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {"VmRSS": "0"}
        return int(sizes["VmRSS"].split()[0]) / 1024


def lucene(engine: Engine, name: str, made: Vectors) -> Measured:
    """One of `LUCENE`, measured in the search server."""
    scale = _scale(made.base) if name == "lucene bytes" else 0.0
    seconds = engine.fill(LUCENE[name], made.base, scale)
    sizes = engine.bytes_by_kind()
    print(f"{name}: {json.dumps(sizes)}", file=sys.stderr, flush=True)
    queries = _numbers(made.queries, scale)
    found = [_timed(engine, queries, k) for k in CANDIDATES]
    quantized = any(kind in sizes for kind in QUANTIZED)
    searched = sum(sizes.get(kind, 0) for kind in (*GRAPH, *(QUANTIZED if quantized else RAW)))
    count = len(made.base)
    recall = [recall_of(made.nearest, rows) for rows, _ in found]
    return Measured(seconds, sizes["all"] / count, searched / count, engine.resident_mb(), recall, [times for _, times in found])


def recall_of(nearest: Iterable[Iterable[int]], found: Iterable[Iterable[int]]) -> float:
    """The share of the nearest vectors that were found."""
    shares = [len(set(wanted) & set(rows)) / NEAREST for wanted, rows in zip(map(list, nearest), found, strict=True)]
    return sum(shares) / len(shares)


def faiss(name: str, folder: Path) -> Measured:
    """One of `FAISS`, measured in a process of its own."""
    python = peers.interpreter("retrieval")
    script = peers.REQUIREMENTS / "faiss_indexes.py"
    done = subprocess.run([str(python), str(script), name, str(folder), *map(str, CANDIDATES)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{name}: {done.stderr[-500:]}")
    return Measured(**json.loads(done.stdout))


def exact(made: Vectors) -> Measured:
    """Every query against every vector."""
    times = []
    for query in made.queries:
        begun = time.perf_counter()
        vectors.exact(made.base, query[np.newaxis])
        times.append(1000 * (time.perf_counter() - begun))
    size = made.base.nbytes / len(made.base)
    return Measured(0, size, size, made.base.nbytes / 2**20, [1.0 for _ in CANDIDATES], [times])


def _timed(engine: Engine, queries: Sequence[Sequence[float]], candidates: int) -> tuple[list[list[int]], list[float]]:
    """What was found, and the milliseconds of each query, the second time that it was asked."""
    for query in queries:
        engine.nearest(query, candidates)
    found, times = [], []
    for query in queries:
        begun = time.perf_counter()
        found.append(engine.nearest(query, candidates))
        times.append(1000 * (time.perf_counter() - begun))
    return found, times


def _index(way: Mapping[str, Any]) -> dict[str, Any]:
    method = EMBEDDING["method"]
    encoder = {key: value for key, value in way.items() if key == "encoder"}
    kind = {key: value for key, value in way.items() if key == "data_type"}
    field = {**EMBEDDING, **kind, "method": {**method, "parameters": {**method["parameters"], **encoder}}}
    settings = {
        "knn": True,
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "translog.flush_threshold_size": "8gb",
    }
    return {"settings": {"index": settings}, "mappings": {"dynamic": "strict", "properties": {"embedding": field}}}


def _scale(base: vectors.Floats) -> float:
    """What a coordinate is multiplied by to fit a byte; one in a thousand is cut."""
    return 127 / float(np.quantile(np.abs(base[: vectors.BLOCK]), 0.999))


def _numbers(block: vectors.Floats, scale: float) -> list[list[float]]:
    rows: list[list[float]] = (np.clip(np.rint(block * scale), -127, 127).astype(int) if scale else block).tolist()
    return rows


@contextmanager
def _engine(folder: Path) -> Iterator[Engine]:
    port, inner = free_port(), free_port()
    module = ["local.search", "--folder", folder, "--port", port, "--engine-port", inner, "--heap", HEAP_MB]
    with serving(module, f"http://127.0.0.1:{port}/", folder / "search.log"):
        yield Engine(f"http://127.0.0.1:{inner}")


def main() -> None:
    arguments = sys.argv[1:]
    count = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 100_000
    wanted = [name.replace("-", " ") for name in arguments] or ["exact", *LUCENE, *FAISS]
    rows = []
    with tempfile.TemporaryDirectory(prefix="million-") as temporary:
        folder = Path(temporary)
        made = vectors.write(folder, count, QUERIES)
        for name in wanted:
            rows.append(_row(name, folder, made))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    print_table(f"{count:,} vectors of {vectors.DIMENSIONS} dimensions", HEADS, rows, _notes())


def _row(name: str, folder: Path, made: Vectors) -> list[str]:
    if name == "exact":
        return exact(made).row("exact, numpy")
    if name in FAISS:
        return faiss(name, folder).row(name)
    with _engine(folder / name.replace(" ", "-")) as engine:
        return lucene(engine, name, made).row(name)


def _notes() -> list[str]:
    return [
        f"OpenSearch {VERSION}, {version(peers.interpreter('retrieval'), 'faiss-cpu')}; one shard, one writer, one segment.",
        "HNSW with m 16, ef_construction 512, ef_search 100. faiss at 1 bit scores 100 vectors, or twice those asked for, again by floats.",
        f"{QUERIES} queries one after another, each asked before; milliseconds with {CANDIDATES[-1]} candidates.",
        "lucene's own 1 bit (3.6) and faiss in OpenSearch need native libraries, which are not published: either ends the local server.",
        "B: bytes a vector. searched: graph and the vectors that the graph is walked with. process: all of it, a heap of 3 GB included.",
        "The laptop's Java computes without SIMD: seconds and milliseconds of lucene are far better on AWS; bytes and recall are the same.",
    ]


if __name__ == "__main__":
    main()
