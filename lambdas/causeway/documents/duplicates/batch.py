"""Which of many texts are the same or nearly so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from rensa import RMinHash, RMinHashLSH

from causeway.documents.duplicates.signatures import BANDS, SLOTS, sketches_of
from causeway.documents.duplicates.words import jaccard, shingles, text_hash, words

MARGIN = 0.12  # three standard errors of an estimate: what is estimated lower than that is not compared exactly
CROWD = 200  # of texts that share a band, each is compared with so many earlier ones: one is enough to tell that it is not new


@dataclass(frozen=True, slots=True)
class Pair:
    """first, second: places in the sequence, the first is the smaller. likeness: the Jaccard index, exact; 1 for the same words."""

    first: int
    second: int
    likeness: float


def pairs(texts: Sequence[str], least: float) -> list[Pair]:
    """Each text with the first one of the same words, and of those first ones every two that are at least this much alike.

    least: the Jaccard index of two words in a row, from 0.7 to 1. Of more than 200 texts that are alike not every two are paired,
    but each with some earlier one. Texts of fewer than 16 pairs of words are alike only if they are the same. Raises ValueError.
    """
    if not 0.7 <= least <= 1:
        raise ValueError(f"a least likeness of {least} is out of range: choose one from 0.7 to 1")
    firsts: dict[str, int] = {}
    same: list[Pair] = []
    sketches = list(sketches_of(_first_of_their_words(texts, firsts, same)))
    near = _exact(texts, _candidates(zip(firsts.values(), sketches, strict=True), least - MARGIN), least)
    return sorted([*near, *same], key=lambda pair: (pair.second, pair.first))


def _first_of_their_words(texts: Sequence[str], firsts: dict[str, int], same: list[Pair]) -> Iterator[list[bytes]]:
    """The words of texts that no earlier one has; the others are added to `same`."""
    for place, text in enumerate(texts):
        of = words(text)
        first = firsts.setdefault(text_hash(of), place)
        if first == place:
            yield of
        else:
            same.append(Pair(first, place, 1.0))


def _candidates(sketches: Iterable[tuple[int, RMinHash | None]], least: float) -> Iterator[tuple[int, int]]:
    """Places of texts that share a band and are estimated to be this much alike."""
    earlier: dict[int, RMinHash] = {}
    bands = RMinHashLSH(least, SLOTS, BANDS)
    for place, sketch in sketches:
        if sketch is None:
            continue
        for other in nsmallest(CROWD, bands.query(sketch)):
            if sketch.jaccard(earlier[other]) >= least:
                yield other, place
        bands.insert(place, sketch)
        earlier[place] = sketch


def _exact(texts: Sequence[str], candidates: Iterator[tuple[int, int]], least: float) -> Iterator[Pair]:
    sets: dict[int, frozenset[bytes]] = {}
    for one, other in candidates:
        for place in (one, other):
            if place not in sets:
                sets[place] = frozenset(shingles(words(texts[place])))
        likeness = jaccard(sets[one], sets[other])
        if likeness >= least:
            yield Pair(one, other, likeness)
