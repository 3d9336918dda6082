"""Ways to keep a vector in OpenSearch, with what each takes in memory and on disk.

Memory as in OpenSearch's documentation ("k-NN methods and engines", "Lucene scalar quantization", "Faiss scalar quantization",
"Binary quantization"): 1.1 * (bytes of the vector + 8 * m) for each vector.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from operating.scale.basis import Basis

M = 16  # links of a vector in the graph, as in the index template
Engine = Literal["lucene", "faiss"]


@dataclass(frozen=True)
class Way:
    """searched: bytes of a vector as a search walks through it, by its dimensions. raw: whether the floats are on disk beside it.

    since: the first version of OpenSearch that has it. aws: whether the domain's version, 3.5, does.
    """

    name: str
    engine: Engine
    searched: Callable[[int], float]
    raw: bool
    since: str
    aws: bool = True

    def memory(self, dimensions: int) -> float:
        return 1.1 * (self.searched(dimensions) + 8 * M)

    def graph(self, basis: Basis) -> int:
        return basis.measured.lucene_graph if self.engine == "lucene" else basis.measured.faiss_graph

    def disk(self, dimensions: int, basis: Basis) -> float:
        return self.searched(dimensions) + (4 * dimensions if self.raw else 0) + self.graph(basis)

    def share(self, basis: Basis) -> float:
        """Of the memory that is not heap."""
        return basis.assumed.memory_for_lucene if self.engine == "lucene" else basis.assumed.memory_for_faiss


# Faiss keeps the floats in a file of their own beside its graph, which holds them again.
WAYS = (
    Way("lucene", "lucene", lambda d: 4 * d, raw=False, since="2.2"),
    Way("lucene, 7 bits", "lucene", lambda d: d, raw=True, since="2.16"),
    Way("lucene, bytes", "lucene", lambda d: d, raw=False, since="2.9"),
    Way("lucene, 1 bit", "lucene", lambda d: d / 8, raw=True, since="3.6", aws=False),
    Way("faiss", "faiss", lambda d: 4 * d, raw=True, since="1.2"),
    Way("faiss, 16 bits", "faiss", lambda d: 2 * d, raw=True, since="2.13"),
    Way("faiss on disk, 8x", "faiss", lambda d: d / 2, raw=True, since="2.17"),
    Way("faiss on disk, 16x", "faiss", lambda d: d / 4, raw=True, since="2.17"),
    Way("faiss on disk, 32x", "faiss", lambda d: d / 8, raw=True, since="2.17"),
)
