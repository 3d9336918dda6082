import pytest

from causeway.retrieval.reranker import Reranker
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.loopback import Reply, Services

TEXTS = ["about gifts", "about returns", "about shops"]


def relevance(texts: list[str], seconds: float = 8.0) -> list[float]:
    reranker = Reranker.of("cohere.rerank-v3-5:0", Dependency("reranker", 0.6, 1.5, connect_seconds=0.3, base_seconds=0.01))
    return reranker.relevance("May I bring it back?", texts, Deadline.after(seconds))


def test_each_text_has_its_own_relevance_whatever_the_order_of_the_answer(services: Services):
    services.relevance = {"returns": 0.9, "shops": 0.4}
    assert relevance(TEXTS) == [0.1, 0.9, 0.4]


def test_one_request_carries_the_question_and_every_text(services: Services):
    relevance(TEXTS)
    (asked,) = services.asked["reranker"]
    assert asked.path == "/model/cohere.rerank-v3-5:0/invoke"
    assert asked.body == {"api_version": 2, "query": "May I bring it back?", "documents": TEXTS, "top_n": 3}


def test_without_texts_nobody_is_asked(services: Services):
    assert relevance([]) == []
    assert not services.asked["reranker"]


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [{"index": 0, "relevance_score": 0.5}, {"index": 1, "relevance_score": 0.4}]},
        {"results": [{"index": place} for place in range(3)]},
        {"results": None},
        [],
    ],
)
def test_an_answer_that_leaves_a_text_without_a_relevance_is_no_answer(services: Services, answer: object):
    services.script("reranker", Reply(answer))
    with pytest.raises(DependencyUnavailable, match="no relevance for each of 3 texts"):
        relevance(TEXTS)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply({"message": "slow down"}, 429, {"x-amzn-ErrorType": "ThrottlingException"}), Throttled),
        (Reply({"message": "down"}, 503, {"x-amzn-ErrorType": "ServiceUnavailableException"}), DependencyUnavailable),
        (Reply({}, seconds=1.0), DependencyUnavailable),
        (Reply({"message": "no"}, 403, {"x-amzn-ErrorType": "AccessDeniedException"}), DependencyRejected),
    ],
)
def test_failures_of_the_reranker_are_told_apart(services: Services, reply: Reply, expected: type[Exception]):
    services.script("reranker", reply)
    with pytest.raises(expected, match="reranker"):
        relevance(TEXTS)


def test_with_no_time_left_nobody_is_asked(services: Services):
    with pytest.raises(DependencyUnavailable, match="no time left"):
        relevance(TEXTS, seconds=0.5)
    assert not services.asked["reranker"]
