"""The searches that Causeway makes, as bodies of the search engine's API. Each takes a Scope, so none forgets the tenant."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, Literal

from causeway.language.detection import UNKNOWN, language_of
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.schema import ANALYZERS, OTHER
from causeway.retrieval.scope import Scope

Body = dict[str, Any]
Method = Literal["hybrid", "text", "vector"]
_SHOWN: Body = {"excludes": ["embedding", "stems"]}

# Words of a short field weigh more in BM25 than those of a text, so title and heading count little beside it: `evaluation/README.md`.
TEXT_FIELDS = ("text", "heading^0.1", "title^0.1")
STEMS_FIELDS = (f"stems.{OTHER}", "text^0.2")
# Every term is a clause for each field, one with an accent two (but for the stems of a language), every stale version two more, and the
# search engine takes 1024 in all.
MAX_TERMS = 120
# As the index's analyzer counts, or more: a run of letters and digits, but each character of scripts that are indexed by pairs or triples.
_SINGLE = "\u0e01-\u0eff\u1000-\u11ff\u1780-\u17ff\u2190-\U0010ffff"
_TERM = re.compile(f"[{_SINGLE}]|[^\\W{_SINGLE}]+")


def text_query(scope: Scope, question: str) -> Body:
    """BM25 of the question's first 120 terms: over text, heading and title, and over the words of the question's language, if it is told.

    A passage of another language can still be found by names and numbers, which both share.
    """
    match = {"multi_match": {"query": _first_terms(question), "fields": fields_of(question), "type": "most_fields"}}
    return {"bool": {"must": [match], "filter": [scope.clause()]}}


def fields_of(question: str) -> list[str]:
    """Of a question in no language that could be told, the words in whatever language."""
    language = language_of(question)
    if language == UNKNOWN:
        return list(TEXT_FIELDS)
    return [*([f"stems.{language}"] if language in ANALYZERS else []), *STEMS_FIELDS]


def _first_terms(question: str) -> str:
    following = next(islice(_TERM.finditer(question), MAX_TERMS, None), None)
    return question[: following.start()] if following else question


def vector_query(scope: Scope, vector: Sequence[float], k: int) -> Body:
    """The k nearest passages, filtered before they are counted. Scores are (1 + cosine) / 2."""
    return {"knn": {"embedding": {"vector": vector, "k": k, "filter": scope.clause()}}}


def hybrid_query(scope: Scope, question: str, vector: Sequence[float], k: int) -> Body:
    """Both, in the order in which the search pipeline weighs them (`schema.search_pipeline`): text, then vector."""
    return {"hybrid": {"queries": [text_query(scope, question), vector_query(scope, vector, k)]}}


def passage_search(
    method: Method, scope: Scope, question: str, vector: Sequence[float] | None, *, size: int, indexes: Indexes, pipeline: str
) -> list[Body]:
    """Lines of one multi-search: the search itself, and beside it the plain similarities that its min-max scores hide.

    They go to the indexes of the scope's tenant and no others.
    vector: without it, whatever the method, the search is for words and there are no similarities. size: candidates of each.
    """
    index = ",".join(indexes.searched(scope.tenant))
    search = {
        "query": _query(method, scope, question, vector, size) if vector else text_query(scope, question),
        "size": size,
        "_source": _SHOWN,
        "search_pipeline": pipeline,
    }
    if not vector:
        return [{"index": index}, search]
    similarity = {"query": vector_query(scope, vector, size), "size": size, "_source": False}
    return [{"index": index}, search, {"index": index}, similarity]


def passages_by_id(scope: Scope, ids: Sequence[str], *, indexes: Indexes) -> list[Body]:
    """Lines of a multi-search for passages by their index ids, those of the scope only. Nothing is scored."""
    names = indexes.searched(scope.tenant)
    query = {"bool": {"filter": [scope.clause(), {"ids": {"values": list(ids)}}]}}
    return [{"index": ",".join(names)}, {"query": query, "size": len(ids) * len(names), "_source": _SHOWN}]


def _query(method: Method, scope: Scope, question: str, vector: Sequence[float], k: int) -> Body:
    if method == "text":
        return text_query(scope, question)
    return vector_query(scope, vector, k) if method == "vector" else hybrid_query(scope, question, vector, k)
