"""Synthetic vectors that lie in groups, as embeddings of texts do, and their exact nearest neighbours.

Uniform noise would not do: in 1024 dimensions all its vectors are equally far from each other, and recall says nothing. Here each vector
has one of a thousand topics and 48 dimensions in which it differs from it; they are turned into 1024, noise is added, the length is 1.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 1024
TOPICS = 1000
LATENT = 48
WITHIN = 1.0  # how far a vector is from its topic, beside how far topics are from each other
NOISE = 0.15
BLOCK = 10_000
NEAREST = 10

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Vectors:
    """base: the vectors of the index, count x 1024. queries: of the same topics, not in base. nearest: rows of base, best first."""

    base: Floats
    queries: Floats
    nearest: NDArray[np.int64]


def write(folder: Path, count: int, queries: int, seed: int = 0) -> Vectors:
    """Make them in folder (base.npy, queries.npy, nearest.npy), the same for the same seed; base is mapped, not held in memory."""
    base = np.lib.format.open_memmap(folder / "base.npy", mode="w+", dtype=np.float32, shape=(count, DIMENSIONS))
    for start in range(0, count, BLOCK):
        base[start : start + BLOCK] = _block(min(BLOCK, count - start), seed, start + 1)
    base.flush()
    asked = _block(queries, seed, 0)
    np.save(folder / "queries.npy", asked)
    found = exact(base, asked)
    np.save(folder / "nearest.npy", found)
    return Vectors(base, asked, found)


def exact(base: Floats, queries: Floats) -> NDArray[np.int64]:
    """The rows of the nearest vectors of each query by cosine, best first."""
    scores = np.full((len(queries), NEAREST), -2, np.float32)
    rows = np.zeros((len(queries), NEAREST), np.int64)
    for start in range(0, len(base), BLOCK):
        block = queries @ base[start : start + BLOCK].T
        scores = np.concatenate([scores, block], axis=1)
        rows = np.concatenate([rows, np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
        scores, rows = np.take_along_axis(scores, best, axis=1), np.take_along_axis(rows, best, axis=1)
    return rows


def _block(count: int, seed: int, part: int) -> Floats:
    """Topics and the turn into 1024 dimensions depend on the seed alone."""
    common, own = np.random.default_rng(seed), np.random.default_rng((seed, part))
    topics = common.standard_normal((TOPICS, LATENT), dtype=np.float32)
    turn = common.standard_normal((LATENT, DIMENSIONS), dtype=np.float32)
    latent = topics[own.integers(TOPICS, size=count)] + WITHIN * own.standard_normal((count, LATENT), dtype=np.float32)
    vectors = latent @ turn
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors += NOISE / DIMENSIONS**0.5 * own.standard_normal((count, DIMENSIONS), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
