"""The stand-in chat model: it finds the sentences of the given passages that answer a question, and quotes them.

It adds no words, so it invents nothing; it cannot combine, count or translate. How sentences are chosen:
`local.models.relevance`.
"""

import html
import json
import re
from collections.abc import Sequence

from local.models.relevance import scores, words
from local.models.sentences import ENDS, UNSPACED, PromptPassage, Sentence, sentences
from local.models.vectors import Embed

REFUSAL = "I could not find this in the documents."
MAX_QUOTES = 3
# Minimum score of an answer: a higher one refuses more questions that have an answer, a lower one answers more that have none.
# Why this value: docs/decisions/115.
ENOUGH = 0.31
# A further quote needs this share of the best score: if it is from the same passage, and if it is from another.
NEAR, NEAR_ELSEWHERE = 0.8, 0.9

PASSAGE = re.compile(r'<(passage(?:-\w+)?) n="(\d+)"([^>]*)>(.*?)</\1>', re.DOTALL)
LIST = re.compile(r"<passages(?:-\w+)?>")
QUESTION = re.compile(r"<question>(.*?)</question>", re.DOTALL)
ATTRIBUTE = re.compile(r"""(\w+)=(?:"([^"]*)"|'([^']*)')""")


def read_prompt(text: str) -> tuple[str, list[PromptPassage]] | None:
    """Question and passages of a user message; None when the message has no question with a list of passages."""
    question = QUESTION.search(text)
    if question is None or not LIST.search(text):
        return None
    found = PASSAGE.findall(text)
    passages = [PromptPassage(int(number), _context(attributes), html.unescape(body).strip()) for _, number, attributes, body in found]
    return html.unescape(question[1]).strip(), passages


def answer(question: str, passages: Sequence[PromptPassage], embed: Embed) -> str:
    """The best quotes with their numbers, such as "Returns are free for 30 days [2].", or the refusal."""
    return " ".join(_marked(quote) for quote in best_quotes(question, passages, embed)) or REFUSAL


def claims(question: str, passages: Sequence[PromptPassage], embed: Embed) -> str:
    """The same quotes as JSON: a list of claims with their text and citations, empty in place of the refusal."""
    quotes = best_quotes(question, passages, embed)
    said = [{"text": "".join(text_and_end(quote)), "citations": [quote.number]} for quote in quotes]
    return json.dumps({"claims": said}, ensure_ascii=False)


def best_quotes(question: str, passages: Sequence[PromptPassage], embed: Embed) -> list[Sentence]:
    """At most three, best first; empty when no sentence is near enough to what is asked."""
    found = [sentence for passage in passages for sentence in sentences(passage)]
    rated = sorted(zip(scores(question, found, embed), found, strict=True), key=lambda each: -each[0])
    if not rated or rated[0][0] < ENOUGH:
        return []
    highest, best = rated[0]
    chosen: dict[frozenset[str], Sentence] = {}  # by their words: what two passages say in the same words is quoted once
    for score, sentence in rated:
        if score >= highest * (NEAR if sentence.number == best.number else NEAR_ELSEWHERE):
            chosen.setdefault(frozenset(words(sentence.text)), sentence)
    return list(chosen.values())[:MAX_QUOTES]


def _marked(quote: Sentence) -> str:
    text, end = text_and_end(quote)
    return f"{text} [{quote.number}]{end}"


def text_and_end(quote: Sentence) -> tuple[str, str]:
    text = " ".join(quote.text.split())
    return text.rstrip(ENDS), text[-1] if text[-1] in ENDS else "" if UNSPACED.search(text) else "."


def _context(attributes: str) -> str:
    found = {name: double or single for name, double, single in ATTRIBUTE.findall(attributes)}
    return html.unescape(" ".join(found.get(name, "") for name in ("title", "heading")))
