"""The searches that Causeway makes, as bodies of the search engine's API. Each takes a Scope, so none forgets the tenant."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, Literal

from causeway.retrieval.scope import Scope

Body = dict[str, Any]
Method = Literal["hybrid", "text", "vector"]

TEXT_FIELDS = ("text", "heading^0.5", "title^0.5")
# Every term is a clause for each field, every stale version two more, and the search engine takes 1024 clauses in all.
MOST_TERMS = 200
# As the engine's tokenizer counts, or more: a run of letters and digits, but ideographs, kana and symbols one by one.
_TERM = re.compile(r"[\u2190-\uabff\ud7b0-\U0010ffff]|[^\W\u2190-\uabff\ud7b0-\U0010ffff]+")


def text_query(scope: Scope, question: str) -> Body:
    """BM25 over text, heading and title, of the question's first 200 terms."""
    match = {"multi_match": {"query": _first_terms(question), "fields": list(TEXT_FIELDS), "type": "most_fields"}}
    return {"bool": {"must": [match], "filter": [scope.clause()]}}


def _first_terms(question: str) -> str:
    following = next(islice(_TERM.finditer(question), MOST_TERMS, None), None)
    return question[: following.start()] if following else question


def vector_query(scope: Scope, vector: Sequence[float], k: int) -> Body:
    """The k nearest passages, filtered before they are counted. Scores are (1 + cosine) / 2."""
    return {"knn": {"embedding": {"vector": vector, "k": k, "filter": scope.clause()}}}


def hybrid_query(scope: Scope, question: str, vector: Sequence[float], k: int) -> Body:
    """Both, in the order in which the search pipeline weighs them (`schema.WEIGHTS`): text, then vector."""
    return {"hybrid": {"queries": [text_query(scope, question), vector_query(scope, vector, k)]}}


def passage_search(
    method: Method, scope: Scope, question: str, vector: Sequence[float], *, size: int, index: str, pipeline: str
) -> list[Body]:
    """Lines of one multi-search: the search itself, and beside it the plain similarities that its min-max scores hide.

    size: candidates of each.
    """
    search = {
        "query": _query(method, scope, question, vector, size),
        "size": size,
        "_source": {"excludes": ["embedding"]},
        "search_pipeline": pipeline,
    }
    similarity = {"query": vector_query(scope, vector, size), "size": size, "_source": False}
    return [{"index": index}, search, {"index": index}, similarity]


def _query(method: Method, scope: Scope, question: str, vector: Sequence[float], k: int) -> Body:
    if method == "text":
        return text_query(scope, question)
    return vector_query(scope, vector, k) if method == "vector" else hybrid_query(scope, question, vector, k)
