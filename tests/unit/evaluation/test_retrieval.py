from dataclasses import dataclass
from pathlib import Path

import pytest

from causeway.answering.settings import RetrievalSettings
from causeway.retrieval.scope import Scope
from evaluation.golden import Evidence, Question, questions
from evaluation.retrieval import evaluate, scores, searches, similarities
from tests.unit.loopback import Services, hit

RETURNS = Evidence("returns.md", "within 30 days")
SHIPPING = Evidence("shipping.md", "two days")


@dataclass(frozen=True)
class Found:
    source: str
    text: str


def passage(source: str, text: str) -> Found:
    return Found(source, text)


def question(*evidence: Evidence, id: str = "q") -> Question:
    return Question(id, "harbour", "single", "How long?", evidence)


GOOD = passage("returns.md", "Come back WITHIN\n30  days.")
OTHER = passage("returns.md", "Something else.")


def test_evidence_is_found_whatever_its_white_space_and_case():
    assert RETURNS.is_in(GOOD)
    assert not RETURNS.is_in(passage("other.md", GOOD.text))


def test_recall_counts_the_first_five_and_rank_the_first_ten():
    at_three = scores([(question(RETURNS), [OTHER, OTHER, GOOD])])
    assert (at_three.recall, at_three.mrr) == (1.0, pytest.approx(1 / 3))
    at_seven = scores([(question(RETURNS), [OTHER] * 6 + [GOOD])])
    assert (at_seven.recall, at_seven.mrr, at_seven.missed) == (0.0, pytest.approx(1 / 7), ["q"])


def test_a_question_that_needs_two_documents_is_half_answered_by_one():
    assert scores([(question(RETURNS, SHIPPING), [GOOD])]).recall == 0.5


def test_no_questions_are_no_score():
    with pytest.raises(ValueError, match="no questions"):
        scores([])


def test_each_search_sees_the_tenants_scope_and_unanswerable_questions_are_left_out():
    seen = []

    def search(scope: Scope, text: str) -> list[Found]:
        seen.append(scope)
        return [GOOD]

    found = evaluate([question(RETURNS), question(id="none")], {"a": search, "b": search})
    assert [scope.tenant for scope in seen] == ["harbour", "harbour"]
    assert found["a"].recall == found["b"].mrr == 1.0


@pytest.mark.parametrize(("name", "asked"), [("BM25", {"bool"}), ("vectors", {"knn"}), ("hybrid", {"hybrid"})])
def test_each_search_is_the_products_own_with_its_registry(services: Services, name: str, asked: set[str]):
    services.hits = [hit("returns"), hit("returns", version="v0", position=1)]
    found = searches(RetrievalSettings.from_environment())[name](Scope("harbour", closed=()), "How long?")
    assert services.asked["search"][0].body[1]["query"].keys() == asked
    assert [passage.source for passage in found] == ["returns.md"]


def test_the_least_similarity_can_be_read_off_the_nearest_passages(services: Services):
    services.similarity = 0.7
    asked = [question(RETURNS), question(id="none")]
    assert similarities(asked, searches(RetrievalSettings.from_environment())["hybrid"]) == {True: [0.7], False: [0.7]}
    services.hits = []
    assert similarities(asked, searches(RetrievalSettings.from_environment())["hybrid"])[True] == [0.0]


def test_the_sample_domain_has_sixty_questions_of_every_kind():
    found = questions(Path("domains/bookshop"))
    assert len(found) == 60
    assert sum(not entry.evidence for entry in found) == 10
    assert {entry.kind for entry in found} == {"single", "multi", "none"}
