import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.retrieval.queries import Method, passage_search, text_query
from causeway.retrieval.scope import Scope, Version

text = st.text(min_size=1, max_size=20)
scopes = st.builds(
    Scope,
    tenant=text,
    filters=st.dictionaries(st.sampled_from(["document_id", "source", "language"]), st.lists(text, min_size=1, max_size=3)),
    without=st.lists(st.builds(Version, text, text), max_size=3),
)


def filters_of(query: Any) -> list[Any]:
    """The filter of each leaf search in a query."""
    if "hybrid" in query:
        return [clause for part in query["hybrid"]["queries"] for clause in filters_of(part)]
    if "knn" in query:
        return [query["knn"]["embedding"]["filter"]]
    return query["bool"]["filter"]


def test_there_is_no_scope_without_a_tenant():
    with pytest.raises(ValueError, match="tenant"):
        Scope("")


@given(st.sampled_from(get_args(Method)), scopes, st.text(max_size=50))
def test_every_part_of_every_search_is_filtered_by_the_tenant(method: Method, scope: Scope, question: str):
    lines = passage_search(method, scope, question, [0.0] * 4, size=5, index="passages", pipeline="hybrid")
    filters = [clause for search in lines[1::2] for clause in filters_of(search["query"])]
    assert len(filters) == (3 if method == "hybrid" else 2)
    assert all({"term": {"tenant": scope.tenant}} in clause["bool"]["filter"] for clause in filters)


@given(scopes)
def test_a_filter_of_the_caller_narrows_and_never_widens(scope: Scope):
    clauses = scope.clause()["bool"]["filter"]
    assert len(clauses) == 1 + len(scope.filters)
    assert "should" not in json.dumps(scope.clause())


def test_stale_versions_are_kept_out():
    clause = Scope("harbour").excluding([Version("d", "v1")]).clause()
    assert clause["bool"]["must_not"] == [{"bool": {"filter": [{"term": {"document_id": "d"}}, {"term": {"version": "v1"}}]}}]


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("How may a book be returned?", "How may a book be returned?"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 1000))), "".join(map(chr, range(0x4E00, 0x4E00 + 150)))),
        (" ".join(f"w{number}" for number in range(300)), " ".join(f"w{number}" for number in range(150)) + " "),
        ("책을 " * 250, "책을 " * 75),
        ("วัน" * 300, "วัน" * 50),
    ],
)
def test_a_text_search_has_fewer_terms_than_the_search_engine_takes(question: str, searched: str):
    assert text_query(Scope("harbour"), question)["bool"]["must"][0]["multi_match"]["query"] == searched
