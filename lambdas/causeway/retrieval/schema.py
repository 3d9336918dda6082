"""What the search engine is told once: the index template, the index behind the alias, the search pipeline and the roles."""

from collections.abc import Mapping
from typing import Any, Literal

Body = dict[str, Any]
Access = Literal["read", "write"]

TEMPLATE = "causeway-passages"
PATTERN = "passages-*"
FIRST_INDEX = "passages-000001"
ALIAS = "passages"
PIPELINE = "hybrid"
DIMENSIONS = 1024
# The hybrid query lists its sub-queries in this order; the pipeline weighs them by it.
WEIGHTS: Mapping[str, float] = {"text": 0.5, "vector": 0.5}
SLOW_SEARCH = "500ms"
SLOW_INDEXING = "2s"

_KEYWORD: Body = {"type": "keyword"}
_INTEGER: Body = {"type": "integer"}
_ENGLISH: Body = {"type": "text", "analyzer": "english"}


def index_template(shards: int, replicas: int) -> Body:
    """The composable template of every passage index.

    shards: primaries of an index. replicas: copies beside each primary; the cluster needs more data nodes than this.
    """
    return {
        "index_patterns": [PATTERN],
        "priority": 100,
        "template": {
            "settings": {"index": {"number_of_shards": shards, "knn": True, **live_settings(replicas)}},
            "mappings": mappings(),
        },
        "_meta": {"owner": "causeway"},
    }


def live_settings(replicas: int) -> Body:
    """Settings that an index already made can take without being closed."""
    return {
        "number_of_replicas": replicas,
        "refresh_interval": "30s",
        "search.slowlog.threshold.query.warn": SLOW_SEARCH,
        "search.slowlog.threshold.fetch.warn": SLOW_SEARCH,
        "indexing.slowlog.threshold.index.warn": SLOW_INDEXING,
        "indexing.slowlog.source": "false",
    }


def mappings() -> Body:
    """Fields of a passage. A field that is not listed is refused, so a misspelt one cannot be indexed unseen."""
    return {
        "dynamic": "strict",
        "properties": {
            "tenant": _KEYWORD,
            "document_id": _KEYWORD,
            "version": _KEYWORD,
            "position": _INTEGER,
            "source": _KEYWORD,
            "title": _ENGLISH,
            "heading": _ENGLISH,
            "page": _INTEGER,
            "kind": _KEYWORD,
            "text": _ENGLISH,
            "content_hash": _KEYWORD,
            "language": _KEYWORD,
            "tokens": _INTEGER,
            "embedding": _embedding(),
            "indexed_at": {"type": "date"},
        },
    }


def _embedding() -> Body:
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": {"ef_construction": 512, "m": 16}}
    return {"type": "knn_vector", "dimension": DIMENSIONS, "method": method}


def search_pipeline() -> Body:
    """Joins text and vector scores: each scaled to 0..1 within its result list, then a weighted mean."""
    combination = {"technique": "arithmetic_mean", "parameters": {"weights": list(WEIGHTS.values())}}
    return {
        "description": "Weighted mean of min-max normalized text and vector scores",
        "phase_results_processors": [
            {"normalization-processor": {"normalization": {"technique": "min_max"}, "combination": combination}},
        ],
    }


def security_role(access: Access) -> Body:
    """A role of the engine's own access control over the passage indexes and nothing else.

    access: `read` searches; `write` also indexes, refreshes and deletes by query.
    """
    reading = ["indices:data/read/search*", "indices:data/read/get*", "indices:data/read/mget*"]
    writing = ["indices:data/write/*", "indices:admin/refresh*", "indices:admin/mapping/put"]
    scrolling = ["indices:data/read/scroll", "indices:data/read/scroll/clear", "indices:data/write/bulk"]
    return {
        "description": f"May {access} the passages",
        "cluster_permissions": ["indices:data/read/mget", "indices:data/read/msearch", *(scrolling if access == "write" else [])],
        "index_permissions": [
            {"index_patterns": [ALIAS, PATTERN], "allowed_actions": [*reading, *(writing if access == "write" else [])]},
        ],
    }
