"""What the stand-in chat model can do: find the sentences of the given passages that answer a question, and quote them.

It writes nothing of its own, so it invents nothing; it cannot combine, count or translate.
"""

import html
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from local.models.similarity import Similarity

REFUSAL = "I could not find this in the documents."
MOST_QUOTES = 3
# What the best sentence must score to be an answer: higher refuses more questions that have one, lower answers more that have none.
ENOUGH = 0.34
# A further quote must come this near to the best one.
NEAR = 0.8

PASSAGE = re.compile(r'<passage n="(\d+)"([^>]*)>(.*?)</passage>', re.DOTALL)
QUESTION = re.compile(r"<question>(.*?)</question>", re.DOTALL)
ATTRIBUTE = re.compile(r"""(\w+)=(?:"([^"]*)"|'([^']*)')""")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n(?![a-z])")
# A sentence, a row of a table or a line with a figure; the rest are headings, which repeat a question more than answer it.
LOOKS_WHOLE = re.compile(r"[.!?:;]$|\||\d")
HEADING = 0.5
WORD = re.compile(r"[^\W_]+")
STOP_WORDS = (
    "a about after all also am an and any are as at be been before being but by can could did do does for from get give had has have"
    " how i if in into is it its just like long many may me much must my need no not of on one or our out over own please shall she he"
    " should so some such take tell than that the their them then there these they this those to under up us use was we were what when"
    " where which while who whom whose why will with would you your"
)
_STOPPED = frozenset(STOP_WORDS.split())


@dataclass(frozen=True)
class Passage:
    """A numbered passage: `context` is its title and heading path."""

    number: int
    context: str
    text: str


@dataclass(frozen=True)
class Quote:
    """A sentence and the number of its passage.

    score: the share of the question's words that it covers, weighted by how rare they are, averaged with its similarity.
    """

    number: int
    text: str
    score: float
    in_context: str = field(repr=False)
    words: frozenset[str] = field(repr=False)


def read_prompt(text: str) -> tuple[str, list[Passage]] | None:
    """Question and passages of a user message; None when it does not hold a question with a list of passages."""
    question = QUESTION.search(text)
    if question is None or "<passages>" not in text:
        return None
    found = PASSAGE.findall(text)
    passages = [Passage(int(number), _context(attributes), html.unescape(body).strip()) for number, attributes, body in found]
    return html.unescape(question[1]).strip(), passages


def answer(question: str, passages: Sequence[Passage], similarity: Similarity) -> str:
    """The best quotes with their marks, such as "Returns are free for 30 days [2].", or the refusal."""
    return " ".join(_marked(quote) for quote in best_quotes(question, passages, similarity)) or REFUSAL


def _marked(quote: Quote) -> str:
    end = quote.text[-1] if quote.text[-1] in ".!?" else "."
    return f"{quote.text.rstrip('.!?')} [{quote.number}]{end}"


def best_quotes(question: str, passages: Sequence[Passage], similarity: Similarity) -> list[Quote]:
    """At most three, best first; empty when no sentence is near enough to what is asked."""
    candidates = list(_candidates(passages, _weights(question, passages)))
    cosines = similarity(question, [quote.in_context for quote in candidates]) if candidates else []
    scored = (replace(quote, score=(quote.score + max(0.0, cosine)) / 2) for quote, cosine in zip(candidates, cosines, strict=True))
    quotes = sorted(scored, key=lambda quote: -quote.score)
    if not quotes or quotes[0].score < ENOUGH:
        return []
    chosen: list[Quote] = []
    for quote in quotes:
        if quote.score < NEAR * quotes[0].score or len(chosen) == MOST_QUOTES:
            break
        if all(quote.words != other.words for other in chosen):
            chosen.append(quote)
    return chosen


def words(text: str) -> list[str]:
    """Stemmed words that carry meaning, in order."""
    return [_stem(word) for word in WORD.findall(text.lower()) if word not in _STOPPED]


def _candidates(passages: Sequence[Passage], weights: dict[str, float]) -> Iterable[Quote]:
    total = sum(weights.values())
    for passage in passages if total else ():
        context = set(words(passage.context))
        sentences = [" ".join(piece.split()) for piece in SENTENCE_END.split(passage.text) if piece.strip()]
        bags = [set(words(sentence)) for sentence in sentences]
        for position, (sentence, bag) in enumerate(zip(sentences, bags, strict=True)):
            around = context | (bags[position - 1] if position else set())
            covered = sum(weight * _share(word, bag, around) for word, weight in weights.items())
            covered *= 1.0 if LOOKS_WHOLE.search(sentence) else HEADING
            if bag & weights.keys():
                yield Quote(passage.number, sentence, covered / total, f"{passage.context}: {sentence}", frozenset(bag))


def _share(word: str, sentence: set[str], around: set[str]) -> float:
    """A word in the heading or in the sentence before counts, but less than one in the sentence itself."""
    return 1.0 if word in sentence else 0.6 if word in around else 0.0


def _weights(question: str, passages: Sequence[Passage]) -> dict[str, float]:
    """How rare each word of the question is among the passages: a word they all hold tells them apart least."""
    holders = Counter(word for passage in passages for word in set(words(passage.context + " " + passage.text)))
    return {word: 0.3 + math.log(1 + len(passages) / (1 + holders[word])) for word in set(words(question))}


def _context(attributes: str) -> str:
    found = {name: double or single for name, double, single in ATTRIBUTE.findall(attributes)}
    return html.unescape(" ".join(found.get(name, "") for name in ("title", "heading")))


def _stem(word: str) -> str:
    """The word without a common English ending: enough to match "returned" with "returns"."""
    for ending, replacement in (("ies", "y"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending) + replacement
    return word
