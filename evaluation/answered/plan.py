"""Which questions each chat model of a laptop is asked: the small one takes seconds for each, the stand-in milliseconds."""

import random
from collections.abc import Iterator, Mapping, Sequence

from evaluation.answered.asking import Kept, asked
from evaluation.answered.chat import Name
from evaluation.answered.judging import Judged, left
from evaluation.answered.posed import Posed, Put, put, spread
from evaluation.laboratory import Laboratory

MODELS: tuple[Name, ...] = ("stand-in", "small")
MOST: Mapping[Name, Mapping[str, int]] = {
    "stand-in": {
        "golden": 200, "xquad-en": 300, "xquad-es": 150, "xquad-de": 150, "xquad-ar": 100, "xquad-zh": 100, "jsquad-ja": 150,
        "mt_rag": 300, "elsewhere": 200,
    },
    "small": {
        "golden": 30, "xquad-en": 50, "xquad-es": 10, "xquad-de": 15, "xquad-zh": 5, "jsquad-ja": 5, "mt_rag": 60, "elsewhere": 25,
    },
    "small-in-claims": {"golden": 30},
}  # fmt: skip


def kept_of(laboratory: Laboratory, model: Name, minutes: float) -> list[Kept]:
    """What the model has said, until now, to the questions that it is to be asked."""
    known = put(laboratory.data)
    return list(asked(laboratory, known, wanted(known, model), model, minutes))


def left_of(laboratory: Laboratory, model: Name, minutes: float) -> Iterator[Judged]:
    return left(kept_of(laboratory, model, minutes))


def wanted(known: Put, model: Name) -> Sequence[Posed]:
    """In an order by chance, so that a run that ends early has some of each set."""
    groups: dict[str, list[Posed]] = {}
    for posed in known.questions:
        groups.setdefault(posed.set if posed.set in MOST[model] else posed.tenant, []).append(posed)
    chosen = [posed for name, most in MOST[model].items() for posed in spread(groups.get(name, []), most)]
    return random.Random(1).sample(chosen, len(chosen))  # noqa: S311 - nothing secret
