"""Which questions each chat model of a laptop is asked: the small one takes seconds for each, the stand-in milliseconds."""

import random
from collections.abc import Mapping, Sequence

from benchmarks.measure import Unavailable
from evaluation.answered.asking import Kept, asked
from evaluation.answered.chat import Name
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


def kept_by_model(laboratory: Laboratory, minutes: float) -> dict[Name, list[Kept]]:
    """What each model has said, until now, to the questions that it is to be asked; a model that is not installed is named and left out.

    minutes: for questions that are not answered yet, of each model.
    """
    known = put(laboratory.data)
    found: dict[Name, list[Kept]] = {}
    for model in MODELS:
        try:
            found[model] = list(asked(laboratory, known, wanted(known, model), model, minutes))
        except Unavailable as lacking:
            print(f"\nleft out, {model}: {lacking}", flush=True)
    return found


def wanted(known: Put, model: Name) -> Sequence[Posed]:
    """In an order by chance, so that a run that ends early has some of each set."""
    groups: dict[str, list[Posed]] = {}
    for posed in known.questions:
        groups.setdefault(posed.set if posed.set in MOST[model] else posed.tenant, []).append(posed)
    chosen = [posed for name, most in MOST[model].items() for posed in spread(groups.get(name, []), most)]
    return random.Random(1).sample(chosen, len(chosen))  # noqa: S311 - nothing secret
