"""Several rankings made one."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from causeway.retrieval.passage import FoundPassage


def interleaved(rankings: Sequence[Sequence[FoundPassage]]) -> list[FoundPassage]:
    """The first of each ranking, then the second of each, and so on; each passage once, at its best place.

    A passage of several rankings keeps its highest similarity, and its highest relevance.
    """
    merged: dict[str, FoundPassage] = {}
    for passage in _in_turns(rankings):
        known = merged.setdefault(passage.index_id, passage)
        if known is not passage:
            merged[passage.index_id] = _best(known, passage)
    return list(merged.values())


def _in_turns(rankings: Sequence[Sequence[FoundPassage]]) -> Iterable[FoundPassage]:
    return (passage for row in zip_longest(*rankings) for passage in row if passage is not None)


def _best(known: FoundPassage, again: FoundPassage) -> FoundPassage:
    relevance = max((each.relevance for each in (known, again) if each.relevance is not None), default=None)
    return known.model_copy(update={"similarity": max(known.similarity, again.similarity), "relevance": relevance})
