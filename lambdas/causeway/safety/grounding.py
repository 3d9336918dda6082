"""Whether the passages given to the model carry what its answer says.

Method: an answer is cut into sentences. A sentence with at least three content terms that is neither a question nor the
introduction of a list is a claim. Its support by a passage is the share of its terms (stems of content words, numbers and codes, and
characters in a row of scripts without spaces) that occur there, and none at all when it names a number or a code which does not.
A claim is grounded when a passage that it cites, or all of them together, supports it by half or more, and so do title, heading and the
two sentences in a row of each that have most of its terms: words from all over a passage say something else. What the passages only ask
or ask for ("What is the capital of Brazil?", "Describe the plot") answers nothing: if a claim says more than that, the rest must be
supported by half as well. A sentence is given once.

A supported claim is still not grounded when the passages say otherwise in the same words: `causeway.safety.contradiction`. Where
answers are in the passages' own wording ("quoted"), a claim leaves as the cited passage words it, and not at all when three quarters of
its words are in no two sentences there in its order: small models string true words together (docs/decisions/182).

Where it fails: it compares words, not meanings. A true paraphrase in other words, a translation, and a sum worked out from two numbers do
not pass; an opposite in other words may. It is a floor under the model, beside the guardrail's own grounding check, and no proof.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from causeway.language.detection import UNKNOWN, language_of
from causeway.language.form import normal
from causeway.language.sentences import SAMPLE, sentence_spans
from causeway.language.words import Terms, figures, terms
from causeway.safety.citations import cited, with_footnotes, with_marks, without_marks
from causeway.safety.contradiction import Kind
from causeway.safety.passages import ENOUGH, IN_ORDER, Passages, Wording

ATTRIBUTABLE = 0.75
FEWEST_TERMS = 3
_BULLET = re.compile(r"^[*•–-]\s+")
NO_CLAIM = ("?", "？", "؟", ":", "：")


class Verdict(StrEnum):
    """grounded: every claim is. partly: some are; the others are withheld. ungrounded: none is, or nothing is claimed.
    misattributed: a claim cites only passages that were not given, and none that was given says it.
    """

    GROUNDED = "grounded"
    PARTLY = "partly"
    UNGROUNDED = "ungrounded"
    MISATTRIBUTED = "misattributed"


@dataclass(frozen=True)
class Claim:
    """text: a sentence without its marks. cites: passage numbers, from 1. support: 0..1. against: how the cited passages contradict it.
    Where answers are in the passages' wording, rearranged: it strings words of theirs together in an order of its own; reworded: the words
    are the passage's and not the model's.
    """

    text: str
    cites: tuple[int, ...]
    support: float
    against: Kind | None = None
    rearranged: bool = False
    reworded: bool = False

    @property
    def grounded(self) -> bool:
        return bool(self.cites) and self.support >= ENOUGH and self.against is None and not self.rearranged


@dataclass(frozen=True)
class Grounding:
    """text: the answer in its normal form, without the sentences that do not leave (see `leaves`), and with repaired marks: plain, and
    none that names no given passage. claims: all of them, those withheld too.
    """

    text: str
    claims: Sequence[Claim]
    verdict: Verdict

    @property
    def support(self) -> float:
        """Mean support of the claims, those not grounded counting nothing; 0 without claims."""
        return sum(claim.support for claim in self.claims if claim.grounded) / max(1, len(self.claims))

    @property
    def cites(self) -> list[int]:
        """Every passage number in the text, in order of appearance."""
        return cited(self.text)

    @property
    def withheld(self) -> int:
        """How many claims are left out of the text."""
        return sum(not claim.grounded for claim in self.claims)


def ground(answer: str, passages: Sequence[str], wording: Wording = "own") -> Grounding:
    """Check an answer against the passages it was given, and repair its marks.

    passages: texts with title and heading, in the order of their numbers, from 1. wording: see `Passages`.
    Marks that name no given passage are dropped. A claim without a good mark gets that of the passage which says three quarters of
    it or more; when it had only unknown marks and no passage says it, the verdict is `misattributed`.
    """
    answer = normal(answer)
    language = spoken(answer, passages)
    known = Passages(passages, language, wording)
    pieces: list[str] = []
    claims: list[Claim] = []
    misattributed = False
    end = 0
    for start, stop in sentence_spans(answer, language):
        sentence, claim = checked(answer[start:stop], known)
        if claim is not None:
            claims.append(claim)
            misattributed |= not claim.cites and bool(cited(answer[start:stop]))
        if leaves(sentence, claim, known):
            pieces += [answer[end:start], sentence]
        end = stop
    return Grounding("".join(pieces).strip(), claims, Verdict.MISATTRIBUTED if misattributed else _verdict(claims))


def spoken(answer: str, passages: Sequence[str]) -> str:
    """The answer's language; that of the passages when it is too short to tell; English when these are too and it is in ASCII."""
    told = (language_of(text[:SAMPLE]) for text in (answer, *passages))
    return next((language for language in told if language != UNKNOWN), "en" if answer.isascii() else UNKNOWN)


def checked(sentence: str, known: Passages) -> tuple[str, Claim | None]:
    """The sentence with its marks repaired, and the claim it makes, if any; in a passage's own words where that is asked for."""
    repaired = with_marks(sentence, range(1, len(known) + 1))
    text = without_marks(repaired).strip()
    said = terms(text, known.language)
    if len(said) < FEWEST_TERMS or text.endswith(NO_CLAIM):
        return repaired, None
    marked, claim = _attributed(repaired, text, said, known)
    return _worded(marked, claim, known) if claim.grounded and known.wording == "quoted" else (marked, claim)


def _attributed(sentence: str, text: str, said: Terms, known: Passages) -> tuple[str, Claim]:
    """The sentence with a mark of the passage that says it where it has none."""
    cites = cited(sentence)
    exact = figures(text, known.language)
    support = _support(said, exact, known, cites)
    if support >= ENOUGH:
        return sentence, Claim(text, tuple(cites), support, known.against(text, said, cites))
    best, number = max(((_support(said, exact, known, [number]), -number) for number in range(1, len(known) + 1)), default=(0.0, 0))
    if best < ATTRIBUTABLE:
        return sentence, Claim(text, tuple(cites), support)
    return f"{sentence} [{-number}]", Claim(text, (*cites, -number), best, known.against(text, said, [-number]))


def _worded(sentence: str, claim: Claim, known: Passages) -> tuple[str, Claim]:
    """A grounded claim as a passage words it. It stays as it is where that one has its words in a row."""
    stretch, number = known.quoted(claim.text, claim.cites)
    if stretch.share < IN_ORDER:
        return sentence, replace(claim, rearranged=True)
    if stretch.said:
        return sentence, claim
    text = with_footnotes(_BULLET.sub("", stretch.text))
    return f"{text} [{number}]", replace(claim, text=text, cites=(number,), reworded=True)


def leaves(sentence: str, claim: Claim | None, known: Passages) -> bool:
    """Whether a sentence is given: a claim that is grounded, or one that claims nothing and of whose terms the passages have half.

    One that was given before is not given again.
    """
    return (claim.grounded if claim else known.echo(sentence)) and known.is_new(sentence)


def _support(said: Terms, exact: Terms, known: Passages, numbers: Sequence[int]) -> float:
    """The share of the terms said that the passages hold together; 0 when a number or code is not among them.

    The lower of this and the share without the terms that they only ask for, if the claim says more than those.
    """
    together = frozenset().union(*(known[number].terms for number in numbers))
    if exact - together:
        return 0.0
    share = len(said & together) / len(said)
    more = said.difference(*(known[number].asked for number in numbers)) if share >= ENOUGH else said
    share = min(share, len(more & together) / len(more)) if more else share
    if share < ENOUGH:
        return share
    stretch = frozenset().union(*(known.stretch(number, said) for number in numbers))
    return share if len(stretch) >= ENOUGH * len(said) else len(stretch) / len(said)


def _verdict(claims: Sequence[Claim]) -> Verdict:
    grounded = sum(claim.grounded for claim in claims)
    if grounded == 0:
        return Verdict.UNGROUNDED
    return Verdict.GROUNDED if grounded == len(claims) else Verdict.PARTLY


def coverage(question: str, passage: str) -> float:
    """The share of the question's terms that occur in the passage, 0..1; 0 for a question without content words."""
    language = spoken(question, [passage])
    asked = terms(question, language)
    return len(asked & terms(passage, language)) / len(asked) if asked else 0.0
