import ast

import pytest

from causeway.documents.readers.reading import read
from causeway.retrieval import schema
from evaluation import basis


def test_a_comment_and_a_docstring_do_not_count_and_a_statement_does():
    one, same, other = (
        basis.bare(ast.parse(code))
        for code in ('def f():\n    """Says."""\n    return 1', "def f():\n    return 1 # one", "def f():\n    return 2")
    )
    assert ast.dump(one) == ast.dump(same) != ast.dump(other)


def test_the_digest_of_the_schema_changes_with_an_analyzer_and_no_other_part_does(monkeypatch: pytest.MonkeyPatch):
    before = basis.parts()
    monkeypatch.setitem(schema.ANALYZERS, "de", "english")
    after = basis.parts()
    assert [name for name in before if before[name] != after[name]] == ["schema"]
    assert basis.digest("model", "chunking") == basis.digest("model", "chunking")
    assert basis.digest("model") != basis.digest("chunking")


def test_a_field_that_no_search_uses_changes_no_digest_and_another_does(monkeypatch: pytest.MonkeyPatch):
    before, fields = basis.parts(), schema.mappings()
    fields["properties"]["colour"] = {"type": "integer", "index": False, "doc_values": False}
    monkeypatch.setattr(schema, "mappings", lambda *_: fields)
    assert basis.parts() == before
    fields["properties"]["colour"] = {"type": "keyword"}
    assert basis.parts()["schema"] != before["schema"]


def test_what_is_read_otherwise_changes_the_digest_of_chunking_and_no_other(monkeypatch: pytest.MonkeyPatch):
    before = basis.parts()
    monkeypatch.setattr(basis, "read", lambda content, name: read(content.replace(b"Wrap", b"Pack"), name))
    basis._cut_samples.cache_clear()
    after = basis.parts()
    basis._cut_samples.cache_clear()
    assert [name for name in before if before[name] != after[name]] == ["chunking"]
