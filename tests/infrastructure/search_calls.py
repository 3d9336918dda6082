"""What each kind of function asks of the search domain, found by letting its code run against an engine that notes every request."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.connection import Connection

from causeway.retrieval import schema
from causeway.retrieval.access import Access
from causeway.retrieval.bulk_load import BulkLoads, Load, Upkeep
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.passage import IndexedPassage
from causeway.retrieval.scope import Scope
from causeway.retrieval.searcher import Searcher
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LIVE = {"number_of_shards": "2", "number_of_replicas": "1", "refresh_interval": "30s"}
NOTHING_COUNTED = {"documents": {"buckets": []}, "slices": {"buckets": []}}
BY_FIELD = ("histogram", "range", "term", "terms")
LEASE = {"passages": 100, "until": NOW.isoformat()}


class Engine:
    """Notes what it is asked, and answers so that the code goes on.

    changed: its indexes have the settings of a load that has ended. segments: of each index.
    asked: method and path of each request. fields: that searches and deletions by query name.
    """

    def __init__(self, changed: bool = False, segments: int = 1) -> None:
        self.changed, self.segments = changed, segments
        self.asked: set[tuple[str, str]] = set()
        self.fields: set[str] = set()

    @property
    def client(self) -> OpenSearch:
        engine = self

        class Noted(Connection):
            def perform_request(self, method: str, url: str, params: Any = None, body: Any = None, **more: Any) -> Any:
                path = url.lstrip("/")
                engine.asked.add((method, path))
                if path.endswith(("_search", "_delete_by_query")):
                    engine.fields |= _fields(json.loads(body))
                return 200, {}, json.dumps(engine._answer(path, body or b""))

        return OpenSearch(connection_class=Noted)

    def _answer(self, path: str, body: bytes) -> Any:
        index, _, what = path.rpartition("/")
        answers: Mapping[str, Any] = {
            "_bulk": {"errors": False, "items": []},
            "_delete_by_query": {"failures": [], "timed_out": False, "deleted": 0},
            "_msearch": {"responses": [{"hits": {"hits": []}}] * (body.count(b"\n") // 2)},
            "_search": {"aggregations": NOTHING_COUNTED, "hits": {"hits": [{"_source": LEASE}] if index == schema.LOADS else []}},
            "_settings": {index: {"settings": {"index": LIVE | ({"number_of_replicas": "0"} if self.changed else {})}}},
            "_stats": {"_all": {"primaries": {"store": {"size_in_bytes": 10}, "segments": {"count": self.segments}}}},
            "_tasks": {"nodes": {}},
        }
        return answers.get(what, {})


def _fields(query: Any) -> set[str]:
    """Fields of passages that a search looks at or counts by."""
    if isinstance(query, list):
        return set().union(*map(_fields, query))
    if not isinstance(query, dict):
        return set()
    beneath = set().union(*(_fields(each) for each in query.values()))
    return beneath | {str(each["field"]) if "field" in each else str(next(iter(each))) for name, each in query.items() if name in BY_FIELD}


def _passage() -> IndexedPassage:
    given = {"tenant": "harbour", "document_id": "d", "version": "v", "position": 0, "source": "a.md", "kind": "text", "text": "x"}
    return IndexedPassage.model_construct(**given, embedding=[1.0], indexed_at=NOW.isoformat())  # type: ignore[arg-type]


def _writes(engine: Engine, indexes: Indexes, deadline: Deadline) -> None:
    loads = BulkLoads(engine.client)
    for generation in (1, 2):
        of = indexes.of(generation)
        for tenant in ("harbour", *of.own):
            index, until = PassageIndex(engine.client, of.searched(tenant), deadline), NOW.isoformat()
            index.write([_passage()])
            index.add([_passage()])
            index.refresh()
            index.versions([(tenant, "d")])
            index.slices(tenant, "d", "v", 10, until)
            index.remove_version(tenant, "d", "v", until)
            index.remove_beyond(tenant, "d", "v", 3)
            index.remove_others(tenant, "d", "v", until)
            index.remove_documents(tenant, {"d": until})
            load = Load(of.written(tenant), "x", 10)
            loads.declare(load, deadline)
            loads.end(load, deadline)


def _reads(engine: Engine, indexes: Indexes, deadline: Deadline) -> None:
    searcher = Searcher(engine.client, indexes, "hybrid", Dependency("search", 1.0, 1.0))
    for generation in (1, 2):
        searcher.of(generation).search(Scope("harbour", ()), {"where?": [1.0]}, 5, deadline)
        searcher.of(generation).passages(Scope("harbour", ()), ["d"], deadline)


def _reindexes(engine: Engine, indexes: Indexes, deadline: Deadline) -> None:
    _writes(engine, indexes, deadline)
    _reads(engine, indexes, deadline)


def _keeps_up(engine: Engine, indexes: Indexes, deadline: Deadline) -> None:
    for alias in (*indexes.of(1).aliases, *indexes.of(2).aliases):
        for engine.changed, engine.segments in ((False, 1), (True, 1000), (True, 1)):
            Upkeep(engine.client, 1, lambda: NOW).run(alias, deadline)


DOES: Mapping[Access, Callable[[Engine, Indexes, Deadline], None]] = {
    "read": _reads,
    "write": _writes,
    "reindex": _reindexes,
    "upkeep": _keeps_up,
}


def calls(access: Access, indexes: Indexes) -> Engine:
    """After all that a function of this access asks."""
    engine = Engine()
    DOES[access](engine, indexes, Deadline.after(60.0))
    return engine
