"""What joining the neighbours of cut passages is worth: answers that stand whole in the prompt, and what that costs in tokens.

Each article of a set in SQuAD's format is one document, its paragraphs one text without line ends: chunking cuts them where it must.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Share, print_table
from causeway.answering.contract import DEFAULT_TOP_K
from causeway.answering.join import Join
from causeway.answering.retrieve import Retrieve
from causeway.answering.turn import Turn
from causeway.language.form import normal
from causeway.language.sentences import sentence_spans
from causeway.permissions.access import Access
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline
from evaluation.corpora import SETS, Corpus, File, articles
from evaluation.golden import plain
from evaluation.laboratory import SECONDS, Laboratory

FILES = ("xquad/en", "xquad/de", "jsquad/ja")
PLACES = (1, DEFAULT_TOP_K)  # passages kept
JOIN_TOKENS = 900
HEADERS = ("set", "questions", "passages", "prompt", "tokens", "sentence of the answer", "its whole paragraph in one passage")
CANDIDATES_TOP_K = 20  # whose search has the most candidates


@dataclass(frozen=True)
class Sought:
    """sentence: the one that holds the answer. paragraph: around it."""

    question: str
    sentence: str
    paragraph: str


@dataclass(frozen=True)
class Prompt:
    """What the model would be given."""

    passages: Sequence[FoundPassage]
    tokens: int

    def has(self, text: str) -> bool:
        """Whether one of its passages has all of the text, white space and case aside."""
        return any(_letters(text) in _letters(passage.text) for passage in self.passages)


def table(laboratory: Laboratory) -> None:
    there = [name for name in FILES if (laboratory.data / f"{name}.json.gz").is_file()]
    rows = [row for name in there for row in _rows(laboratory, name)]
    print_table("Answers that stand whole in the prompt", HEADERS, rows, _notes())


def long_documents(file: Path) -> tuple[Corpus, list[Sought]]:
    """A document of each article, and what is asked about it; an answer that no sentence holds whole is left out."""
    texts = [[" ".join(normal(paragraph["context"]).split()) for paragraph in article["paragraphs"]] for article in articles(file)]
    files = tuple(File(f"{number:04d}.txt", " ".join(each).encode()) for number, each in enumerate(texts))
    sought = [found for article in articles(file) for paragraph in article["paragraphs"] for found in _sought(paragraph)]
    return Corpus(f"long-{file.parent.name}-{file.name.partition('.')[0]}", files, ()), sought


def _sought(paragraph: Mapping[str, Any]) -> Iterator[Sought]:
    text = paragraph["context"]
    spans = sentence_spans(text)
    for entry in paragraph["qas"]:
        start = entry["answers"][0]["answer_start"]
        end = start + len(entry["answers"][0]["text"])
        span = next((each for each in spans if each[0] <= start and end <= each[1]), None)
        if span:
            yield Sought(normal(entry["question"]), normal(text[slice(*span)]), normal(text))


def _rows(laboratory: Laboratory, name: str) -> Iterator[list[str]]:
    corpus, sought = long_documents(laboratory.data / f"{name}.json.gz")
    laboratory.hold(corpus)
    retrieve = Retrieve(laboratory.library.retriever(), SECONDS)
    join = Join(laboratory.library.searcher(), JOIN_TOKENS, reserved_seconds=0.0)
    found: dict[tuple[int, str], list[tuple[Prompt, Sought]]] = defaultdict(list)
    for each in sought:
        turn = Turn("evaluation", corpus.name, each.question, Deadline.after(2 * SECONDS), access=Access(), top_k=CANDIDATES_TOP_K)
        retrieve(turn)
        for kept in PLACES:
            for form, prompt in prompts(turn, kept, join).items():
                found[kept, form].append((prompt, each))
    for (kept, form), given in found.items():
        sentences, paragraphs = (Share.of(prompt.has(getattr(each, unit)) for prompt, each in given) for unit in ("sentence", "paragraph"))
        tokens = statistics.mean(prompt.tokens for prompt, _ in given)
        yield [name, str(len(given)), str(kept), form, f"{tokens:,.0f}", str(sentences), str(paragraphs)]


def prompts(turn: Turn, kept: int, join: Join) -> Mapping[str, Prompt]:
    """The best passages; the same with their neighbours; and as many of the best as have no more tokens than these."""
    candidates = turn.candidates
    best = _tokens(candidates[:kept])
    turn.passages = candidates[:kept]
    join(turn)
    whole = best + int(turn.notes["joined_tokens"])
    more = next((n for n in range(len(candidates), kept, -1) if _tokens(candidates[:n]) <= whole), kept)
    return {
        "the best": Prompt(candidates[:kept], best),
        "with neighbours": Prompt(turn.passages, whole),
        "more of the best": Prompt(candidates[:more], _tokens(candidates[:more])),
    }


def _tokens(passages: Sequence[FoundPassage]) -> int:
    return sum(passage.tokens for passage in passages)


def _letters(text: str) -> str:
    return plain(text).replace(" ", "")


def _notes() -> list[str]:
    sets = "; ".join(SETS[name] for name in dict.fromkeys(file.partition("/")[0] for file in FILES))
    return [
        f"{sets}. Shares with their 95% interval (Wilson).",
        "Each article is one document without line ends, so that chunking cuts within its paragraphs.",
        f"With neighbours: of those that continue a kept passage at most {JOIN_TOKENS} tokens. More of the best: no more tokens than that.",
        "Tokens as chunking counts them; what two passages share counts in both. Hybrid search, not reranked.",
    ]
