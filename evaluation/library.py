"""A corpus in the search index by the app's own steps, each function the one that AWS runs: read, chunk, embed, index, retrieve."""

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from opensearchpy import OpenSearch
from opensearchpy.helpers import scan

from causeway.answering.finding import SEARCH
from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import embedding_text, passages_of_content
from causeway.documents.readers.reading import read
from causeway.retrieval import schema
from causeway.retrieval.embedder import Embedder, Vector
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.retrieval.queries import Method
from causeway.retrieval.retriever import MIN_CANDIDATES, Retriever
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
WHOLE = "whole"  # an index with one entry for each corpus that was written to its end


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
        self._client.cluster.health(params={"wait_for_status": "yellow", "timeout": "900s"}, request_timeout=1000)
        self.weigh(text_weight)

    def weigh(self, text_weight: float) -> None:
        """Sets the weight of BM25 in the hybrid search; the rest is the vectors'."""
        prepare_passages(self._client, SHARDS, 0, text_weight)

    def hold(self, corpus: Corpus) -> Held:
        """Puts the corpus into the index, unless all of it is there already."""
        written = self._client.get(index=WHOLE, id=corpus.name, ignore=[404])
        if written.get("found"):
            return Held(**written["_source"])
        passages, refused = read_all(corpus)
        self._write(passages)
        held = Held(self._count(corpus.name), refused)
        self._client.index(index=WHOLE, id=corpus.name, body=asdict(held))
        return held

    def retriever(self, method: Method = "hybrid", at_least: int = MIN_CANDIDATES) -> Retriever:
        return Retriever(self._embedder, self.searcher(method), EveryVersion(), at_least=at_least)

    def searcher(self, method: Method = "hybrid") -> Searcher:
        return Searcher(self._client, Indexes(schema.ALIAS), schema.PIPELINE, SEARCH, method)

    def embedded(self, questions: Sequence[str]) -> list[Vector]:
        return self._embedder.embed(questions, "query")

    def stored(self, tenant: str) -> Iterator[IndexedPassage]:
        """Every passage of a tenant."""
        for hit in scan(self._client, query={"query": {"term": {"tenant": tenant}}}, index=schema.ALIAS, size=500):
            yield IndexedPassage.model_validate(hit["_source"])

    def holders(self, tenant: str) -> Mapping[str, frozenset[str]]:
        """The documents that hold each text, by its content hash."""
        query = {"query": {"term": {"tenant": tenant}}, "_source": ["content_hash", "source"]}
        found: dict[str, set[str]] = defaultdict(set)
        for hit in scan(self._client, query=query, index=schema.ALIAS, size=5_000):
            found[hit["_source"]["content_hash"]].add(hit["_source"]["source"])
        return {text: frozenset(documents) for text, documents in found.items()}

    def _write(self, passages: Sequence[Passage]) -> None:
        index = PassageIndex(self._client, (schema.ALIAS,), Deadline.after(HOURS))
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        for group in _groups(passages, AT_ONCE):
            texts = [embedding_text(passage) for passage in group]
            vectors = self._embedder.embed(texts, "passage")
            index.write(IndexedPassage.of(*each, now) for each in zip(group, texts, vectors, strict=True))
        self._client.indices.flush(index=schema.ALIAS, request_timeout=600)

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
