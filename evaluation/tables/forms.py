"""The small model's answers to the same golden questions in two forms: as a text with marks, and as claims in JSON."""

from collections.abc import Sequence

from evaluation.answered.asking import Kept, asked
from evaluation.answered.chat import Name
from evaluation.answered.judging import Judged, left
from evaluation.answered.plan import wanted
from evaluation.answered.posed import golden
from evaluation.laboratory import Laboratory
from evaluation.tables.claims import standing

MINUTES = 10.0  # for questions that are not answered yet, of each form
FORMS: tuple[Name, ...] = ("small", "small-in-claims")


def table(laboratory: Laboratory) -> None:
    """Raises Unavailable when the small model is not installed."""
    known = golden()
    said: dict[Name, tuple[Sequence[Kept], Sequence[Judged]]] = {}
    for name in FORMS:
        kept = list(asked(laboratory, known, wanted(known, "small-in-claims"), name, MINUTES))
        said[name] = kept, list(left(kept))
    standing(said)
