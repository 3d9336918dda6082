from causeway.retrieval.fusion import interleaved
from causeway.retrieval.passage import FoundPassage
from tests.unit.loopback import hit


def ranking(names: str, similarity: float = 0.6, relevance: float | None = None) -> list[FoundPassage]:
    found = [FoundPassage.of_hit(hit(name), similarity) for name in names]
    return [passage.model_copy(update={"relevance": relevance}) for passage in found]


def order(*rankings: list[FoundPassage]) -> str:
    return "".join(passage.document_id for passage in interleaved(rankings))


def test_rankings_take_turns_until_the_last_is_used_up():
    assert order(ranking("abc"), ranking("xy")) == "axbyc"
    assert order(ranking("a"), ranking(""), ranking("xyz")) == "axyz"
    assert order() == ""


def test_a_passage_of_several_rankings_has_its_best_place_and_gives_the_other_to_the_next():
    assert order(ranking("abc"), ranking("cax")) == "acbx"


def test_a_passage_of_several_rankings_keeps_its_highest_similarity_and_relevance():
    first, second = ranking("a", similarity=0.6, relevance=0.9), ranking("a", similarity=0.8, relevance=0.2)
    assert [(passage.similarity, passage.relevance) for passage in interleaved([first, second])] == [(0.8, 0.9)]
    assert interleaved([ranking("a"), second])[0].relevance == 0.2


def test_one_ranking_stays_as_it_is():
    found = ranking("abc")
    assert interleaved([found]) == found
