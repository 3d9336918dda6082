"""HNSW of faiss with float, 16-bit, 8-bit and binary vectors: `python faiss_indexes.py WAY FOLDER CANDIDATES...`.

FOLDER holds base.npy, queries.npy and nearest.npy of `benchmarks.vectors`. Prints the fields of `benchmarks.million.Measured` as JSON.
Binary vectors are the signs of the coordinates; what they find, twice the candidates and 100 at least, is scored again by the floats,
as OpenSearch does with a field `on_disk`.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np

M, EF_CONSTRUCTION, EF_SEARCH = 16, 512, 100
NEAREST = 10
OVERSAMPLE, AT_LEAST = 2, 100
BLOCK = 10_000
WAYS = {"faiss": None, "faiss fp16": faiss.ScalarQuantizer.QT_fp16, "faiss 8 bits": faiss.ScalarQuantizer.QT_8bit}
BINARY = "faiss 1 bit"


def main() -> None:
    way, folder, candidates = sys.argv[1], Path(sys.argv[2]), [int(one) for one in sys.argv[3:]]
    base = np.load(folder / "base.npy", mmap_mode="r")
    queries, nearest = np.load(folder / "queries.npy"), np.load(folder / "nearest.npy")
    begun = time.monotonic()
    index = built(way, base)
    seconds = time.monotonic() - begun
    size = (faiss.serialize_index_binary if way == BINARY else faiss.serialize_index)(index).nbytes / len(base)
    recalls, milliseconds = [], []
    for count in candidates:
        found, times = searched(search_of(way, index, base, count), queries)
        recalls.append(float(np.mean([len(np.intersect1d(*rows)) / NEAREST for rows in zip(nearest, found, strict=True)])))
        milliseconds.append(times)
    disk = size + (4 * base.shape[1] if way == BINARY else 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sizes = {"build_seconds": seconds, "disk": disk, "searched": size, "resident_mb": peak}
    print(json.dumps({**sizes, "recall": recalls, "milliseconds": milliseconds}))


def built(way: str, base: np.ndarray) -> faiss.Index:
    dimensions = base.shape[1]
    if way == BINARY:
        index = faiss.IndexBinaryHNSW(dimensions, M)
    elif WAYS[way] is None:
        index = faiss.IndexHNSWFlat(dimensions, M, faiss.METRIC_INNER_PRODUCT)
    else:
        index = faiss.IndexHNSWSQ(dimensions, WAYS[way], M, faiss.METRIC_INNER_PRODUCT)
        index.train(base[:BLOCK])
    index.hnsw.efConstruction, index.hnsw.efSearch = EF_CONSTRUCTION, EF_SEARCH
    for start in range(0, len(base), BLOCK):
        block = np.asarray(base[start : start + BLOCK])
        index.add(signs(block) if way == BINARY else block)
    return index


def signs(block: np.ndarray) -> np.ndarray:
    return np.packbits(block > 0, axis=1)


def search_of(way: str, index: faiss.Index, base: np.ndarray, candidates: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function from one query to the rows of its ten nearest."""
    if way != BINARY:
        return lambda query: index.search(query[np.newaxis], candidates)[1][0][:NEAREST]

    def again(query: np.ndarray) -> np.ndarray:
        rows: np.ndarray = index.search(signs(query[np.newaxis]), max(AT_LEAST, OVERSAMPLE * candidates))[1][0]
        best: np.ndarray = rows[np.argsort(-(base[rows] @ query))[:NEAREST]]
        return best

    return again


def searched(search: Callable[[np.ndarray], np.ndarray], queries: np.ndarray) -> tuple[list[np.ndarray], list[float]]:
    """What was found, and the milliseconds of each query, the second time that it was asked."""
    faiss.omp_set_num_threads(1)
    for query in queries:
        search(query)
    found, times = [], []
    for query in queries:
        begun = time.perf_counter()
        found.append(search(query))
        times.append(1000 * (time.perf_counter() - begun))
    return found, times


if __name__ == "__main__":
    main()
