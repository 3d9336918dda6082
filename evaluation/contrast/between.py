"""How many contradictions between two claims a team's verifier finds, how many it sees where there are none, and which claim it takes.

    python -m evaluation.contrast.between DATA [--most N]

Pairs are a sentence of `xquad` (en, de, es) with the same sentence made wrong (`evaluation.contrast.changes`); or told in another way, or
with another sentence of its passage, which contradict nothing. The passage is the source of both claims. Beside it: the check of one
claim against a passage's sentence, as answers use it, both ways round.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from benchmarks.measure import Share, print_table
from causeway.language.sentences import sentence_spans
from causeway.safety.contradiction import Said, contradiction
from causeway.teams.evidence import says
from causeway.teams.verifying import contradict
from evaluation.contrast.changes import FEWEST_WORDS, TRUE, WRONG, Change
from evaluation.corpora import SETS, articles, paragraphs

LANGUAGES = ("en", "de", "es")
OTHERS = "another sentence"


@dataclass(frozen=True)
class Pair:
    """one: as the passage has it."""

    one: str
    other: str
    passage: str


def sentences(passage: str, language: str) -> list[str]:
    found = (passage[start:end] for start, end in sentence_spans(passage, language))
    return [sentence for sentence in found if len(sentence.split()) >= FEWEST_WORDS]


def changed(passages: Sequence[str], change: Change, language: str) -> Iterator[Pair]:
    for passage in passages:
        for sentence in sentences(passage, language):
            other = change(sentence, passage, language)
            if other is not None and other != sentence:
                yield Pair(sentence, other, passage)


def different(passages: Sequence[str], language: str) -> Iterator[Pair]:
    for passage in passages:
        yield from (Pair(one, other, passage) for one, other in combinations(sentences(passage, language), 2))


def settled_rightly(pair: Pair) -> bool:
    """Whether the passage says the sentence as it stands, and not the other one."""
    return says([pair.passage], pair.one) and not says([pair.passage], pair.other)


def against_a_sentence(pair: Pair, language: str) -> bool:
    both = ((pair.one, pair.other), (pair.other, pair.one))
    return any(contradiction(claim, [Said(told, language, language)], language) for claim, told in both)


def main(data: Path, most: int) -> None:
    wrong, true = list[list[str]](), list[list[str]]()
    for language in LANGUAGES:
        held = [each["context"] for each in paragraphs(articles(data / "xquad" / f"{language}.json.gz"))]
        wrong += [_wrong(name, language, _some(list(changed(held, change, language)), most)) for name, change in WRONG.items()]
        told = {**{name: list(changed(held, change, language)) for name, change in TRUE.items()}, OTHERS: list(different(held, language))}
        true += [_true(name, language, _some(pairs, 10 * most if name == OTHERS else most)) for name, pairs in told.items() if pairs]
    notes = [f"{SETS['xquad']}. Shares with their 95% interval (Wilson)."]
    headers = ("claims", "language", "n", "found between claims", "of these settled for the true one", "against a sentence")
    print_table("Contradictions between two claims: each should be found", headers, wrong, notes)
    print_table("No contradictions: none should be seen", ("claims", "language", "n", "between claims", "against a sentence"), true, notes)


def _wrong(name: str, language: str, pairs: Sequence[Pair]) -> list[str]:
    found = [pair for pair in pairs if contradict(pair.one, pair.other)]
    shares = (Share(len(found), len(pairs)), Share.of(map(settled_rightly, found)), _against(pairs, language))
    return [name, language, str(len(pairs)), *map(str, shares)]


def _true(name: str, language: str, pairs: Sequence[Pair]) -> list[str]:
    between = Share.of(contradict(pair.one, pair.other) for pair in pairs)
    return [name, language, str(len(pairs)), *(f"{share.held}: {share}" for share in (between, _against(pairs, language)))]


def _against(pairs: Sequence[Pair], language: str) -> Share:
    return Share.of(against_a_sentence(pair, language) for pair in pairs)


def _some(several: list[Pair], most: int) -> list[Pair]:
    return [several[place * len(several) // most] for place in range(most)] if len(several) > most else several


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=150, help="pairs of each kind and language; ten times as many of different sentences")
    arguments = parser.parse_args()
    main(arguments.data, arguments.most)
