"""How sure an answer is, fitted to answers whose truth is known, and what is done with one that is not sure enough.

The fit and its figures: `evaluation/confidence.py` and environments/confidence. Where it fails: its signals are words and distances, so
an answer that says true things of the wrong part of the right passage looks as sure as a right one. A fit holds for the models whose
answers it has seen.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from causeway.answering.turn import Answer, Turn, readable
from causeway.language.detection import alike, language_of
from causeway.safety.grounding import ATTRIBUTABLE, Claim, Grounding, coverage

DEFAULT = "default"
LOW = "low-confidence"
LEAST_SHARE = 0.01  # a fit never says 0 or 1
Signal = Literal["support", "whole", "similarity", "first", "margin", "covered", "said", "same_language"]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Signals:
    """What is known of an answer, each from 0 to 1, `margin` from -1.

    support: mean support of the claims. whole: 1 when no sentence was left out. similarity: of the best passage cited, from the floor of
    relevance (0) to the middle between there and 1 (1). first: 1 when the passage that was found first is cited. margin: by how much the
    best passage cited was before the best one that is not, in the score of the search. covered: the share of the question's terms in one
    passage cited. said: the same in the answer itself. same_language: 1 when question and cited passages are in one language.
    """

    support: float
    whole: float
    similarity: float
    first: float
    margin: float
    covered: float
    said: float
    same_language: float

    @classmethod
    def of(cls, turn: Turn, grounding: Grounding, least_similarity: float) -> Self:
        cites = [turn.passages[number - 1] for number in grounding.cites]
        others = [passage.score for number, passage in enumerate(turn.passages, 1) if number not in grounding.cites]
        asked_in = language_of(turn.standalone)
        return cls(
            support=grounding.support,
            whole=float(grounding.withheld == 0 == turn.withheld),
            similarity=nearness(max(passage.similarity for passage in cites), least_similarity),
            first=float(1 in grounding.cites),
            margin=max(passage.score for passage in cites) - max(others, default=0.0),
            covered=max(coverage(turn.standalone, readable(passage)) for passage in cites),
            said=coverage(turn.standalone, grounding.text),
            same_language=float(all(alike(asked_in, passage.language) for passage in cites)),
        )


def nearness(similarity: float, least_similarity: float) -> float:
    """The place of a similarity between the least relevant one (0) and the middle from there to 1 (1): few passages repeat a question."""
    return min(1.0, max(0.0, 2 * (similarity - least_similarity) / (1 - least_similarity)))


class Thresholds(BaseModel):
    """answer: the confidence from which an answer is given as it is. verify: from which it is given with what to verify."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Share = 0.95
    verify: Share = 0.70

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.verify > self.answer:
            raise ValueError(f"verify={self.verify} is above answer={self.answer}")
        return self


class Confidence(BaseModel):
    """A logistic function of the signals, and the thresholds of each intent; those of "default" hold for all others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intercept: float
    weights: Mapping[Signal, float]
    thresholds: Mapping[str, Thresholds]

    @model_validator(mode="after")
    def there_is_a_default(self) -> Self:
        if DEFAULT not in self.thresholds:
            raise ValueError(f'thresholds need an entry "{DEFAULT}"')
        return self

    def of(self, signals: Signals) -> float:
        """The share of answers with such signals that are right, 0.01 to 0.99."""
        total = self.intercept + sum(weight * getattr(signals, name) for name, weight in self.weights.items())
        share = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        return round(min(1 - LEAST_SHARE, max(LEAST_SHARE, share)), 3)

    def limits(self, intent: str) -> Thresholds:
        return self.thresholds.get(intent) or self.thresholds[DEFAULT]


def decided(answer: Answer, limits: Thresholds, claims: Sequence[Claim]) -> Answer | None:
    """The answer, with what to verify where it is not sure enough to stand alone; None when it is too unsure to be given."""
    if answer.confidence >= limits.answer:
        return answer
    if answer.confidence >= limits.verify:
        return replace(answer, verify=tuple(to_verify(claims)))
    return None


def to_verify(claims: Sequence[Claim]) -> list[str]:
    """The claims that rest on least: those with figures and those in other words than their passage, else the one with least support."""
    given = [claim for claim in claims if claim.grounded]
    doubtful = [claim for claim in given if claim.support < ATTRIBUTABLE or re.search(r"\d", claim.text)]
    return [claim.text for claim in doubtful or sorted(given, key=lambda claim: claim.support)[:1]]
