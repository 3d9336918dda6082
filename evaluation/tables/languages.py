"""Whether a question finds its paragraph among all paragraphs of its language: BM25, vectors, and the hybrid search of the app."""

from benchmarks.measure import print_table
from evaluation.corpora import SETS, Corpus, squad
from evaluation.laboratory import Laboratory
from evaluation.ranking import ranked
from evaluation.tables.documents import METHODS

HEADERS = ("language", "paragraphs", "questions", *(f"{name}, recall@5" for name in METHODS), "hybrid, MRR")


def table_of(name: str) -> "Table":
    return Table(name)


class Table:
    """The table of one set whose files are named by language."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, laboratory: Laboratory) -> None:
        rows = [row(laboratory, corpus) for corpus in squad(laboratory.data / self._name)]
        notes = [f"{SETS[self._name]}. Shares with their 95% interval (Wilson). Goal: hybrid at least 0.85 in each language."]
        print_table(f"Paragraphs that answer, {self._name}", HEADERS, rows, notes)


def row(laboratory: Laboratory, corpus: Corpus) -> list[str]:
    laboratory.hold(corpus)
    found = {name: ranked(corpus.questions, laboratory.search(corpus, method)) for name, method in METHODS.items()}
    recalls = [str(each.recall) for each in found.values()]
    return [corpus.name.rpartition("-")[2], str(len(corpus.files)), str(len(corpus.questions)), *recalls, f"{found['hybrid'].mrr:.2f}"]
