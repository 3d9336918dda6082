"""A corpus in the search index by the app's own steps, each function the one that AWS runs: read, chunk, embed, index, retrieve."""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import scan

from causeway.answering.assembly import SEARCH
from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import embedding_text, passages_of_content
from causeway.documents.readers.reading import read
from causeway.retrieval import schema
from causeway.retrieval.embedder import Embedder, Vector
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.retrieval.queries import Method
from causeway.retrieval.retriever import Retriever
from causeway.retrieval.searcher import Searcher
from causeway.retrieval.setup import prepare_passages
from causeway.runtime.deadlines import Deadline
from causeway.runtime.search import search_client
from evaluation.corpora import Corpus, File
from evaluation.servers import Servers

HOURS = 12 * 3600.0
AT_ONCE = 1_000  # passages embedded and written together
SHARDS = 2  # as environments/local.yaml
VERSION = "1"


class EveryVersion:
    """In place of the document registry: each document of a corpus has one version, which is current."""

    def of(self, tenant: str, document_ids: Collection[str], deadline: Deadline) -> Mapping[str, str]:
        return dict.fromkeys(document_ids, VERSION)


@dataclass(frozen=True)
class Held:
    """What of a corpus is in the index. refused: how many files had each reason not to be read."""

    passages: int
    refused: Mapping[str, int]


class Library:
    """The passage index of one search server, a tenant for each corpus."""

    def __init__(self, servers: Servers, text_weight: float) -> None:
        self._client: OpenSearch = search_client(servers.search_url, timeout=60.0)
        self._embedder = Embedder(servers.model)
        self.weigh(text_weight)

    def weigh(self, text_weight: float) -> None:
        """Sets the weight of BM25 in the hybrid search; the rest is the vectors'."""
        prepare_passages(self._client, SHARDS, 0, text_weight)

    def hold(self, corpus: Corpus) -> Held:
        """Puts the corpus into the index, unless it is there already."""
        count = self._count(corpus.name)
        if count:
            return Held(count, {})
        passages, refused = read_all(corpus)
        self._write(passages)
        return Held(self._count(corpus.name), refused)

    def retriever(self, method: Method = "hybrid") -> Retriever:
        return Retriever(self._embedder, Searcher(self._client, schema.ALIAS, schema.PIPELINE, SEARCH, method), EveryVersion())

    def embedded(self, questions: Sequence[str]) -> list[Vector]:
        return self._embedder.embed(questions, "query")

    def stored(self, tenant: str) -> Iterator[Mapping[str, Any]]:
        """Every passage of a tenant: its source, the text that was embedded, and its vector."""
        for hit in scan(self._client, query={"query": {"term": {"tenant": tenant}}}, index=schema.ALIAS, size=500):
            passage = IndexedPassage.model_validate(hit["_source"])
            yield {"source": passage.source, "text": embedding_text(passage), "embedding": passage.embedding}

    def _write(self, passages: Sequence[Passage]) -> None:
        index = PassageIndex(self._client, schema.ALIAS, Deadline.after(HOURS))
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        for group in _groups(passages, AT_ONCE):
            texts = [embedding_text(passage) for passage in group]
            vectors = self._embedder.embed(texts, "passage")
            index.write(IndexedPassage.of(*each, now) for each in zip(group, texts, vectors, strict=True))

    def _count(self, tenant: str) -> int:
        self._client.indices.refresh(index=schema.ALIAS)
        count: int = self._client.count(index=schema.ALIAS, body={"query": {"term": {"tenant": tenant}}})["count"]
        return count


def read_all(corpus: Corpus) -> tuple[list[Passage], Mapping[str, int]]:
    """Passages of every file in order, and how many files were refused for each reason."""
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        read_files = list(processes.map(partial(_read, corpus.name), corpus.files, chunksize=50))
    refused = Counter(outcome for outcome in read_files if isinstance(outcome, str))
    return [passage for outcome in read_files if not isinstance(outcome, str) for passage in outcome], refused


def _read(tenant: str, file: File) -> list[Passage] | str:
    """The file's passages, or the code of what is wrong with it."""
    try:
        content = read(file.content, file.name)
    except BadDocument as bad:
        return bad.code
    return passages_of_content(content, tenant=tenant, document_id=f"{tenant}/{file.name}", version=VERSION, name=file.name)


def _groups(passages: Sequence[Passage], size: int) -> Iterator[list[Passage]]:
    rest = iter(passages)
    while group := list(islice(rest, size)):
        yield group
