"""How many wrong claims the check of groundedness finds by words alone and with its rules, and how many true ones it takes for wrong.

    python -m evaluation.contrast DATA [--most N] [--show]

The claims are sentences of `xquad` (en, de, es), each with one thing made wrong or told in another way: `evaluation.contrast.changes`.
True claims in words of people are the reference answers of `mt_rag`, of which no sentence is known to be wrong.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Share, print_table
from causeway.language.sentences import sentence_spans
from causeway.safety.grounding import Claim, ground
from causeway.safety.passages import ENOUGH
from evaluation.contrast.changes import FEWEST_WORDS, TRUE, WRONG, Change
from evaluation.corpora import SETS, articles, paragraphs, read_json

LANGUAGES = ("en", "de", "es")


@dataclass(frozen=True)
class Case:
    """A claim about the passages."""

    claim: str
    passages: Sequence[str]


def cases(data: Path, changes: Mapping[str, Change], most: int) -> Iterator[tuple[str, str, list[Case]]]:
    """(change, language, cases): at most so many of each, as far apart as they can be."""
    for language in LANGUAGES:
        held = [each["context"] for each in paragraphs(articles(data / "xquad" / f"{language}.json.gz"))]
        for name, change in changes.items():
            yield name, language, _some(list(_changed(held, change, language)), most)


def _changed(passages: Sequence[str], change: Change, language: str) -> Iterator[Case]:
    for passage in passages:
        for start, end in sentence_spans(passage, language):
            sentence = passage[start:end]
            changed = change(sentence, passage, language) if len(sentence.split()) >= FEWEST_WORDS else None
            if changed is not None:
                yield Case(changed, [passage])


def reference_answers(data: Path, most: int) -> list[Case]:
    """Sentences of people's answers, with the passages that they had."""
    tasks = [task for task in read_json(data / "mt_rag" / "tasks.json.gz") if task["answerability"] == ["ANSWERABLE"] and task["contexts"]]
    found = [
        Case(target["text"][start:end], [context["text"] for context in task["contexts"]])
        for task in tasks
        for target in task["targets"]
        for start, end in sentence_spans(target["text"], "en")
    ]
    return _some([case for case in found if len(case.claim.split()) >= FEWEST_WORDS], most)


def _some(several: list[Case], most: int) -> list[Case]:
    return [several[place * len(several) // most] for place in range(most)] if len(several) > most else several


def main(data: Path, most: int, show: bool) -> None:
    headers = ("claims", "language", "n", "stopped by words alone", "stopped with the rules", "as negated / swapped / other number")
    wrong = [_row(*each, show=show) for each in cases(data, WRONG, most)]
    print_table("Wrong claims: each should be stopped", headers, wrong, [f"{SETS['xquad']}. Shares with their 95% interval (Wilson)."])
    true = [_row(*each, show=show) for each in cases(data, TRUE, most)]
    if (data / "mt_rag").is_dir():
        true.append(_row("people's answers", "en", reference_answers(data, 2 * most), show=show))
    print_table("True claims: none should be stopped", headers, true, [f"{SETS['xquad']}; people's answers: {SETS['mt_rag']}."])


def _row(name: str, language: str, several: Sequence[Case], show: bool) -> list[str]:
    claims = [claim for case in several for claim in ground(case.claim, case.passages).claims]
    if show:
        for claim in claims:
            print(f"{name} {language} {claim.against or '-'} {claim.support:.2f}: {claim.text}")
    by_kind = [str(sum(claim.against == kind for claim in claims)) for kind in ("negated", "swapped", "other-number")]
    words, rules = Share.of(map(_stopped_by_words, claims)), Share.of(not claim.grounded for claim in claims)
    return [name, language, str(len(claims)), str(words), str(rules), " / ".join(by_kind)]


def _stopped_by_words(claim: Claim) -> bool:
    return not claim.cites or claim.support < ENOUGH


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=150, help="claims of each kind and language")
    parser.add_argument("--show", action="store_true", help="print each claim with what was said of it")
    arguments = parser.parse_args()
    main(arguments.data, arguments.most, arguments.show)
