"""A guardrail asked about a text by itself: what Bedrock is sent, and what is made of its answer."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from causeway.models.converse import Guardrail
from causeway.models.inspecting import LONGEST, OVERLAP, Inspected, Inspector, pieces
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

UNITS = {"contentPolicyUnits": 2, "topicPolicyUnits": 2, "wordPolicyUnits": 2, "sensitiveInformationPolicyUnits": 2}


class Bedrock:
    """Intervenes where a text holds the word."""

    def __init__(self, word: str = "forbidden", fails: int = 0) -> None:
        self.asked, self._word, self._fails = list[dict[str, Any]](), word, fails

    def apply_guardrail(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if len(self.asked) <= self._fails:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "ApplyGuardrail")
        if self._word not in asked["content"][0]["text"]["text"]:
            return {"action": "NONE", "usage": UNITS, "assessments": [{"wordPolicy": {}}]}
        found = {"wordPolicy": {"customWords": [{"match": self._word}]}, "invocationMetrics": {}}
        return {"action": "GUARDRAIL_INTERVENED", "usage": UNITS, "assessments": [found]}


def inspector(bedrock: Any) -> Inspector:
    patient = Dependency("guardrail", attempt_seconds=0.1, budget_seconds=1.0, attempts=2, pause=lambda seconds: None)
    return Inspector(bedrock, Guardrail("g-1", "7"), patient)


def test_bedrock_is_asked_with_the_guardrails_version_and_whose_words_they_are() -> None:
    bedrock = Bedrock()
    found = inspector(bedrock).inspect("Hello.", "INPUT", Deadline.after(5))
    asked = {"guardrailIdentifier": "g-1", "guardrailVersion": "7", "source": "INPUT", "content": [{"text": {"text": "Hello."}}]}
    assert bedrock.asked == [asked]
    assert found == Inspected(frozenset(), pytest.approx(0.0008))


def test_an_intervention_names_its_policies_and_none_of_the_words_that_it_found() -> None:
    found = inspector(Bedrock()).inspect("A forbidden word.", "OUTPUT", Deadline.after(5))
    assert found.policies == {"wordPolicy"}
    assert "forbidden" not in repr(found)


@pytest.mark.parametrize("place", [0, LONGEST - 5, LONGEST - OVERLAP - 3, 3 * LONGEST - 20])
def test_a_long_text_is_asked_about_in_pieces_and_nothing_hides_where_they_meet(place: int) -> None:
    bedrock, text = Bedrock(), "x" * place + "forbidden" + "x" * (3 * LONGEST - place - 9)
    found = inspector(bedrock).inspect(text, "INPUT", Deadline.after(5))
    sizes = [len(asked["content"][0]["text"]["text"]) for asked in bedrock.asked]
    assert found.policies == {"wordPolicy"}
    assert found.usd == pytest.approx(0.0008 * len(sizes))
    assert max(sizes) == LONGEST
    assert sum(sizes) == len(text) + OVERLAP * (len(sizes) - 1)


def test_nothing_is_asked_about_a_text_without_words() -> None:
    bedrock = Bedrock()
    assert inspector(bedrock).inspect(" \n", "INPUT", Deadline.after(5)) == Inspected()
    assert bedrock.asked == list(pieces("")) == []


def test_a_throttled_guardrail_is_asked_again_and_then_is_a_failure_of_the_dependency() -> None:
    assert inspector(Bedrock(fails=1)).inspect("Hello.", "INPUT", Deadline.after(5)).policies == frozenset()
    with pytest.raises(Throttled) as failure:
        inspector(Bedrock(fails=2)).inspect("Hello.", "INPUT", Deadline.after(5))
    assert failure.value.dependency == "guardrail"
