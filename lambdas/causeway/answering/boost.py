"""Step: put first what the domain counts more."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from causeway.answering.select import is_relevant, speaks
from causeway.answering.turn import Turn
from causeway.language.detection import language_of
from causeway.retrieval.boosts import Boosts
from causeway.retrieval.passage import FoundPassage


class Boost:
    """Orders the relevant candidates by their standing times the domain's factor, before `select` cuts them.

    They change places among themselves alone: as many of the first `top_k` are relevant as before, so boosts refuse no question and let no
    passage below the floor in. Equal ones stay in their order. Passages of a question of several parts stay as they are: they take turns,
    and scores of several searches cannot be compared.
    least_similarity, languages: as `select` has them.
    """

    name = "boost"

    def __init__(
        self, boosts: Boosts, least_similarity: float, languages: Collection[str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._boosts = boosts
        self._least_similarity = least_similarity
        self._languages = languages
        self._now = now

    def __call__(self, turn: Turn) -> None:
        turn.notes["boosted"] = 0
        if turn.parts:
            return
        now, asked_in = self._now(), language_of(turn.standalone)
        passages = [passage.model_copy(update={"boost": self._boosts.factor(passage, now)}) for passage in turn.passages]
        places = [place for place, passage in enumerate(passages) if self._may_move(turn, passage, asked_in)]
        order = sorted(places, key=lambda place: -passages[place].standing * passages[place].boost)
        moved = dict(zip(places, order, strict=True))
        turn.passages = [passages[moved.get(place, place)] for place in range(len(passages))]
        turn.notes["boosted"] = sum(place != other for place, other in moved.items())
        if turn.notes["boosted"]:
            turn.lead = None  # the search has not seen the first of them ahead

    def _may_move(self, turn: Turn, passage: FoundPassage, asked_in: str) -> bool:
        """Whether `select` could rest an answer on the passage."""
        return speaks(asked_in, passage.language, self._languages) and is_relevant(turn.questions, passage, self._least_similarity)
