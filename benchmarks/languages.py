"""How well languages are detected, and claims quoted and grounded, on public questions: `python -m benchmarks.languages FOLDER...`.

FOLDER holds files of SQuAD's format named by language, such as `de.json` or `ja.json.gz`: XQuAD (google-deepmind/xquad at 7d30520c,
CC BY-SA 4.0) and JSQuAD (yahoojapan/JGLUE at 6f071c09, CC BY-SA 4.0). Nothing of them is in this tree.

A claim is a question followed by its answer, which words a fact in another way than the paragraph does. For each language:

- "paragraph's language", "question's language": the share whose language is detected rightly;
- "quote holds the answer": the share of claims for which a quote of the paragraph holds the answer's words;
- "quoted": the share of the paragraph's characters that are quoted for a claim: a quote of the whole would always hold the answer;
- "grounded in its paragraph": the share of claims that grounding accepts with the paragraph they are about;
- "in another": the same with the paragraph of another article, which does not say it.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.measure import Share, print_table
from causeway.language.detection import language_of
from causeway.language.form import normal
from causeway.safety.grounding import Verdict, ground
from causeway.safety.quotes import quotes

HEADERS = (
    "language", "paragraphs", "questions", "paragraph's language", "question's language", "quote holds the answer", "quoted",
    "grounded in its paragraph", "in another",
)  # fmt: skip
NOTES = (
    "Shares with their 95% interval (Wilson). A claim is the question and its answer; `benchmarks/languages.py` says what is counted.",
)


@dataclass(frozen=True)
class Asked:
    """A question with its answers, the paragraph that holds them, and the first paragraph of another article."""

    question: str
    answers: Sequence[str]
    paragraph: str
    other: str

    @property
    def claim(self) -> str:
        return f"{self.question.rstrip('?？؟ ')} {self.answers[0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    files = sorted(file for folder in parser.parse_args().folders for file in folder.rglob("*.json*"))
    if not files:
        parser.error("no file such as de.json or ja.json.gz is in these folders; see the head of benchmarks/languages.py")
    print_table("Languages", HEADERS, [row(file.name.partition(".")[0], list(asked(file))) for file in files], NOTES)


def asked(file: Path) -> Iterator[Asked]:
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    held = json.loads(text)
    articles = held if isinstance(held, list) else held["data"]
    for place, article in enumerate(articles):
        other = articles[place - 1]["paragraphs"][0]["context"]
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                answers = [normal(answer["text"]) for answer in question["answers"]]
                yield Asked(normal(question["question"]), answers, normal(paragraph["context"]), normal(other))


def row(language: str, questions: Sequence[Asked]) -> list[str]:
    paragraphs = list(dict.fromkeys(each.paragraph for each in questions))
    quoted = [[quote.text for quote in quotes(each.paragraph, [each.claim])] for each in questions]
    shares = [
        Share.of(language_of(paragraph) == language for paragraph in paragraphs),
        Share.of(language_of(each.question) == language for each in questions),
        Share.of(any(answer in text for text in texts for answer in each.answers) for each, texts in zip(questions, quoted, strict=True)),
    ]
    part = mean(sum(map(len, texts)) / len(each.paragraph) for each, texts in zip(questions, quoted, strict=True))
    grounded = [Share.of(is_grounded(each.claim, text) for each, text in pairs) for pairs in _own_and_other(questions)]
    return [language, str(len(paragraphs)), str(len(questions)), *map(str, shares), f"{part:.2f}", *map(str, grounded)]


def is_grounded(claim: str, paragraph: str) -> bool:
    return ground(f"{claim} [1]", [paragraph]).verdict is Verdict.GROUNDED


def _own_and_other(questions: Sequence[Asked]) -> tuple[list[tuple[Asked, str]], list[tuple[Asked, str]]]:
    return [(each, each.paragraph) for each in questions], [(each, each.other) for each in questions]


if __name__ == "__main__":
    main()
