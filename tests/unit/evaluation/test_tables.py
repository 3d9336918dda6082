from pathlib import Path

import pytest

from evaluation.corpora import Asked, Corpus, File
from evaluation.library import Held
from evaluation.tables import documents, languages

CORPUS = Corpus("set-de", (File("0.txt", b"x"),), (Asked("Wo?", frozenset({"0.txt"})), Asked("Wann?", frozenset({"1.txt"}))))


class Fixed:
    """A laboratory whose BM25 finds the first document and whose other searches find nothing."""

    data = Path("data")

    def hold(self, corpus: Corpus) -> Held:
        return Held(1, {})

    def search(self, corpus: Corpus, method: str = "hybrid"):
        return lambda question: [frozenset({"0.txt"})] if method == "text" else []

    def reranked(self, corpus: Corpus, clear_margin: float | None = None):
        return lambda question: [frozenset({"9.txt"}), frozenset({"0.txt"})]


def test_a_row_of_a_language_has_each_search_with_its_interval():
    row = languages.row(Fixed(), CORPUS)  # type: ignore[arg-type]
    assert row == ["de", "1", "2", "0.50 (0.09 to 0.91)", "0.00 (0.00 to 0.66)", "0.00"]


def test_the_table_of_documents_shows_ours_and_the_peers_in_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(documents, "aws_documentation", lambda folder: Corpus("aws_documentation", CORPUS.files, CORPUS.questions))
    monkeypatch.setattr(documents.peer, "ensembles", lambda corpus, laboratory: {"peer 1.0": documents.Ranked([1, 1])})
    documents.table(Fixed())  # type: ignore[arg-type]
    printed = capsys.readouterr().out
    rows = {cells[1]: cells[2:4] for line in printed.splitlines() if len(cells := [cell.strip() for cell in line.split("|")]) > 4}
    assert rows["BM25"][0] == "0.50 (0.09 to 0.91)"
    for reranked in ("hybrid, reranked", "reranked, unless clear"):
        assert rows[reranked][0] == "0.50 (0.09 to 0.91)"
        assert rows[reranked][1].startswith("0.25 ")
    assert rows["peer 1.0"][0] == "1.00 (0.34 to 1.00)"
    assert "2 questions, 1 documents in 1 passages" in printed
