"""Step: join passages that were cut in two."""

from collections.abc import Iterator, Mapping, Sequence

from causeway.answering.joining import continues, joined
from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.searcher import Searcher
from causeway.runtime.errors import DependencyUnavailable, Throttled
from causeway.runtime.logs import record_failure

BESIDE = (1, -1)  # what follows first: an answer goes on more often than it has begun before
Known = Mapping[str, FoundPassage]


class Join:
    """Puts the neighbours that continue a passage beside it, as one passage, so that the model sees what chunking has cut.

    Neighbours that the search did not find are fetched by one request within the turn's scope. When it fails, the turn goes on with
    those that were found, and the failure is logged and counted. Two kept passages that are neighbours become one.
    tokens: how many the neighbours of a turn may add, the best passage's first; what does not fit is counted.
    reserved_seconds: what later steps need of the turn's time. Less than an attempt beyond that, and nothing is fetched.
    See docs/decisions/180-neighbours-joined.md.
    """

    name = "join"

    def __init__(self, searcher: Searcher, tokens: int, reserved_seconds: float) -> None:
        self._searcher = searcher
        self._tokens = tokens
        self._reserved_seconds = reserved_seconds

    def __call__(self, turn: Turn) -> None:
        kept = list(turn.passages)
        known = {passage.index_id: passage for passage in (*turn.candidates, *kept)}
        known |= self._fetched(turn, kept, [id for id in _beside(kept) if id not in known])
        wanted = list(_neighbours(kept, known))
        taken, tokens = _within(wanted, self._tokens)
        turn.passages = _runs(kept, taken)
        turn.notes |= {"joined": len(taken), "joined_tokens": tokens, "not_joined": len(wanted) - len(taken)}

    def _fetched(self, turn: Turn, kept: Sequence[FoundPassage], ids: Sequence[str]) -> Known:
        """From the index that the passages are of: another generation's neighbours may be cut otherwise."""
        if not ids:
            return {}
        try:
            return self._searcher.of(kept[0].generation).passages(turn.scope, ids, turn.deadline.earlier(self._reserved_seconds))
        except (Throttled, DependencyUnavailable) as failure:
            record_failure(failure)
            turn.notes["join_failed"] = 1
            return {}


def _beside(passages: Sequence[FoundPassage]) -> list[str]:
    """Ids of the places before and after each passage; whether there is something shows only in the index."""
    return list(dict.fromkeys(each.neighbour_id(steps) for each in passages for steps in BESIDE if each.position + steps >= 0))


def _neighbours(kept: Sequence[FoundPassage], known: Known) -> Iterator[FoundPassage]:
    """Those that continue a kept passage or are continued by it and are not kept themselves, the best passage's first, each once."""
    seen = {passage.index_id for passage in kept}
    for passage in kept:
        for steps in BESIDE:
            other = known.get(passage.neighbour_id(steps))
            if other and other.index_id not in seen and continues(*_in_order(passage, other)):
                seen.add(other.index_id)
                yield other


def _in_order(one: FoundPassage, other: FoundPassage) -> tuple[FoundPassage, FoundPassage]:
    return (one, other) if one.position < other.position else (other, one)


def _within(neighbours: Sequence[FoundPassage], tokens: int) -> tuple[list[FoundPassage], int]:
    """Those that fit, and how many tokens they have; one that is too long makes room for the next."""
    taken: list[FoundPassage] = []
    used = 0
    for passage in neighbours:
        if used + passage.tokens <= tokens:
            taken.append(passage)
            used += passage.tokens
    return taken, used


def _runs(kept: Sequence[FoundPassage], taken: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Each run of passages as one, at the place of its best; a passage of no run as it is."""
    every = {passage.index_id: passage for passage in (*kept, *taken)}
    made: dict[str, FoundPassage] = {}
    for passage in kept:
        run = _run(passage, every)
        if run[0].index_id not in made:
            made[run[0].index_id] = joined(run, passage) if len(run) > 1 else passage
    return list(made.values())


def _run(passage: FoundPassage, every: Known) -> list[FoundPassage]:
    """From the passage in both directions, as far as one continues the other."""
    run = [passage]
    while (before := every.get(run[0].neighbour_id(-1))) and continues(before, run[0]):
        run.insert(0, before)
    while (after := every.get(run[-1].neighbour_id(1))) and continues(run[-1], after):
        run.append(after)
    return run
