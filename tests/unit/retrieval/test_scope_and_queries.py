import json
import random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.retrieval.indexes import Indexes
from causeway.retrieval.queries import Method, passage_search, passages_by_id, text_query
from causeway.retrieval.scope import Scope, Version

pytestmark = pytest.mark.no_cover  # counting lines would take as long again

text = st.text(min_size=1, max_size=20)
scopes = st.builds(
    Scope,
    tenant=text,
    closed=st.lists(text, max_size=3),
    filters=st.dictionaries(st.sampled_from(["document_id", "source", "language"]), st.lists(text, min_size=1, max_size=3)),
    without=st.lists(st.builds(Version, text, text), max_size=3),
)


OWNERS = ("a", "harbour", "lantern")  # random tenants are among them, too


def filters_of(query: Any) -> list[Any]:
    """The filter of each leaf search in a query."""
    if "hybrid" in query:
        return [clause for part in query["hybrid"]["queries"] for clause in filters_of(part)]
    if "knn" in query:
        return [query["knn"]["embedding"]["filter"]]
    return query["bool"]["filter"]


def test_there_is_no_scope_without_a_tenant():
    with pytest.raises(ValueError, match="tenant"):
        Scope("", closed=())


@given(st.sampled_from(get_args(Method)), scopes, st.text(max_size=50))
def test_every_part_of_every_search_is_filtered_by_the_tenant(method: Method, scope: Scope, question: str):
    lines = passage_search(method, scope, question, [0.0] * 4, size=5, indexes=Indexes("passages"), pipeline="hybrid")
    filters = [clause for search in lines[1::2] for clause in filters_of(search["query"])]
    assert len(filters) == (3 if method == "hybrid" else 2)
    assert all({"term": {"tenant": scope.tenant}} in clause["bool"]["filter"] for clause in filters)


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("Wie gibt man ein Buch zurück?", ["stems.de", "stems.und", "text^0.2"]),
        ("本を返品するにはどうしますか？", ["stems.ja", "stems.und", "text^0.2"]),
        ("PlayStation", ["text", "heading^0.1", "title^0.1"]),
        ("Jak zwrócić książkę i co to jest?", ["stems.und", "text^0.2"]),
    ],
)
def test_a_question_is_asked_in_the_words_of_its_language_where_that_is_told_and_has_an_analyzer(question: str, fields: list[str]):
    assert text_query(Scope("harbour", closed=()), question)["bool"]["must"][0]["multi_match"]["fields"] == fields


def test_no_search_of_100_000_random_ones_leaves_without_its_tenant_and_the_folders_closed_to_its_user_or_for_anothers_index():
    draw = random.Random(8)
    for _ in range(100_000):
        scope, method = random_scope(draw), draw.choice(get_args(Method))
        indexes = Indexes("passages", frozenset((scope.tenant, *OWNERS) if draw.random() < 0.5 else OWNERS))
        lines = passage_search(method, scope, random_text(draw), [0.0], size=draw.randint(1, 80), indexes=indexes, pipeline="hybrid")
        owned = [f"passages-of-{scope.tenant}"] if scope.tenant in indexes.own else []
        assert all(header["index"] == ",".join([*owned, "passages"]) for header in lines[::2])
        clauses = [clause for search in lines[1::2] for clause in filters_of(search["query"])]
        assert len(clauses) == (3 if method == "hybrid" else 2)
        assert all(clause["bool"]["filter"][0] == {"term": {"tenant": scope.tenant}} for clause in clauses)
        assert all(_closed_in(clause) == list(scope.closed) for clause in clauses)
        assert all(clause["bool"].keys() <= {"filter", "must_not"} for clause in clauses), "a should would widen the scope"


def test_no_request_for_neighbours_of_100_000_random_ones_leaves_without_its_tenant_and_the_closed_folders_or_for_anothers_index():
    draw = random.Random(9)
    for _ in range(100_000):
        scope, ids = random_scope(draw), [random_text(draw) for _ in range(draw.randint(1, 10))]
        indexes = Indexes("passages", frozenset((scope.tenant, *OWNERS) if draw.random() < 0.5 else OWNERS))
        header, search = passages_by_id(scope, ids, indexes=indexes)
        owned = [f"passages-of-{scope.tenant}"] if scope.tenant in indexes.own else []
        assert header["index"] == ",".join([*owned, "passages"])
        clause, by_id = search["query"]["bool"]["filter"]
        assert search["query"]["bool"].keys() == {"filter"}
        assert by_id == {"ids": {"values": ids}}
        assert clause["bool"]["filter"][0] == {"term": {"tenant": scope.tenant}}
        assert _closed_in(clause) == list(scope.closed)
        assert clause["bool"].keys() <= {"filter", "must_not"}, "a should would widen the scope"
        assert search["size"] >= len(ids)


def _closed_in(clause: Any) -> list[str]:
    return [excluded["prefix"]["source"] for excluded in clause["bool"].get("must_not", []) if "prefix" in excluded]


def random_scope(draw: random.Random) -> Scope:
    """With or without closed folders and filters, also of another tenant's values, and stale versions by one or several exclusions."""
    names = draw.sample(["document_id", "source", "language"], draw.randint(0, 3))
    closed = [f"{random_text(draw)}/" for _ in range(draw.choice((0, 0, 1, 3, 12)))]
    scope = Scope(random_text(draw), closed, {name: [random_text(draw) for _ in range(draw.randint(0, 2))] for name in names})
    for _ in range(draw.randint(0, 2)):
        scope = scope.excluding([Version(random_text(draw), random_text(draw)) for _ in range(draw.randint(0, 2))])
    return scope


def random_text(draw: random.Random) -> str:
    """What a caller might send, to break out of a filter too; never empty."""
    parts = ("a", "harbour", "*", " ", '"', "}", '{"match_all":{}}', "tenant:other", "OR", "\\", "\n", "\x00", "é", "本", "\U0001f4da")
    return "".join(draw.choices(parts, k=draw.randint(1, 4)))


@given(scopes)
def test_a_filter_of_the_caller_narrows_and_never_widens(scope: Scope):
    clauses = scope.clause()["bool"]["filter"]
    assert len(clauses) == 1 + len(scope.filters)
    assert "should" not in json.dumps(scope.clause())


def test_stale_versions_are_kept_out():
    clause = Scope("harbour", closed=()).excluding([Version("d", "v1")]).clause()
    assert clause["bool"]["must_not"] == [{"bool": {"filter": [{"term": {"document_id": "d"}}, {"term": {"version": "v1"}}]}}]


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("How may a book be returned?", "How may a book be returned?"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 1000))), "".join(map(chr, range(0x4E00, 0x4E00 + 120)))),
        (" ".join(f"w{number}" for number in range(300)), " ".join(f"w{number}" for number in range(120)) + " "),
        ("책을 " * 250, "책을 " * 60),
        ("วัน" * 300, "วัน" * 40),
    ],
)
def test_a_text_search_has_fewer_terms_than_the_search_engine_takes(question: str, searched: str):
    assert text_query(Scope("harbour", closed=()), question)["bool"]["must"][0]["multi_match"]["query"] == searched
