from evaluation.corpora import Asked
from evaluation.ranking import Ranked, mean_with_interval, rank, ranked

ASKED = Asked("How long?", frozenset({"returns.md", "refunds.md"}))


def test_a_document_counts_at_its_best_passage_and_once():
    assert rank(ASKED, ["shops.md", "shops.md", "refunds.md", "returns.md"]) == 2
    assert rank(ASKED, ["shops.md"]) == 0


def test_recall_counts_the_first_five_documents_and_rank_counts_all():
    found = ranked([ASKED, ASKED, ASKED], lambda question: ["a", "b", "c", "d", "e", "returns.md"])
    assert found.ranks == [6, 6, 6]
    assert found.recall.held == 0
    assert found.anywhere.held == 3
    assert Ranked([1, 5, 6, 0]).recall.held == 2
    assert Ranked([1, 4, 0]).mrr == (1 + 0.25) / 3
    assert Ranked([1, 4, 0]).first.held == 1


def test_the_interval_of_a_mean_holds_it_and_narrows_with_more_values():
    assert mean_with_interval([1.0] * 9) == "1.00 (1.00 to 1.00)"
    few, many = (mean_with_interval([0.0, 1.0] * n) for n in (5, 500))
    assert few.startswith("0.50 (0.2")
    assert many.startswith("0.50 (0.47")
