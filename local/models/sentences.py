"""The parts of a passage that can be quoted: sentences, table rows and list items, each with the heading above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from causeway.language.sentences import sentence_spans

ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+")
ROW = re.compile(r"[^;]{1,120}; [^:;]{1,40}: ")  # as the reader writes a table's rows: "Item: Tea; Price: £2.80"
WRAPPED = 50  # characters; a shorter line was ended on purpose
LABEL = re.compile(r"(^|; )[^:;]{1,40}: ")
NUMBER = re.compile(r"\d+(?:\.\d+)*(?=\.?\s)")
NUMBER_SIGN = re.compile(r"\b(?:no|nr)\.(?= ?[A-Z]{0,4}-?\d)|#(?=\d)", re.IGNORECASE)
# Of a form, an invoice or a record: "Amount due: 204.50 crowns", "Contract no. BF-77031".
FIELD = re.compile(rf"[^:;.!?]{{1,40}}(?:: \S|{NUMBER_SIGN.pattern})", re.IGNORECASE)
LONGEST_HEADING = 70
ENDS = ".!?。！？｡।॥။។؟"
NO_QUESTION = str.maketrans("", "", "?？؟")
ENDINGS = ENDS + ":;：；\"'”’)）」』"
UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]$")  # these write sentences without a full stop
SHORTEST_SENTENCE = 25


@dataclass(frozen=True)
class PromptPassage:
    """A passage as the prompt gives it. number: its mark. context: its title and heading path."""

    number: int
    context: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """number: of its passage. context: the text above it: title, heading path, heading, labels of the table's columns.
    paragraph: sentences with the same one touch. says: its own words, without the columns' labels.
    whole: false for a line that neither ends as a sentence does nor is a label with its value, such as one of code.
    """

    number: int
    context: str
    paragraph: int
    text: str
    says: str
    whole: bool


def sentences(passage: PromptPassage) -> Iterator[Sentence]:
    """All sentences in order. A list item includes the line that introduces the list if that ends in a colon.

    Headings are no sentences, and neither is a question on a line of its own, which is the heading of its answer.
    """
    heading = introduction = ""
    for place, paragraph in enumerate(re.split(r"\n\s*\n", passage.text)):
        lines = _lines(paragraph)
        if len(lines) == 1 and _is_heading(lines[0]):
            heading, introduction = lines[0], ""
            continue
        for line in lines:
            above = f"{passage.context} {heading}"
            if ITEM.match(line):
                text = f"{introduction} {ITEM.sub('', line)}".strip()
                yield Sentence(passage.number, above, place, text, text, whole=True)
                continue
            introduction = _cut(line)[-1] if line.endswith(":") else ""
            if ROW.match(line):
                labels = " ".join(label[0] for label in LABEL.finditer(line))
                yield Sentence(passage.number, f"{above} {labels}", place, line, LABEL.sub(r"\1", line), whole=True)
            else:
                yield from (Sentence(passage.number, above, place, text, text, _is_whole(text)) for text in _cut(line))


def _cut(line: str) -> list[str]:
    """The sentences of a line of prose."""
    return [line[start:end] for start, end in sentence_spans(line)]


def _lines(paragraph: str) -> list[str]:
    """Lines with wrapped text joined again; rows and items stay apart."""
    joined: list[str] = []
    before = ""
    for line in filter(None, map(str.strip, paragraph.splitlines())):
        if joined and len(before) >= WRAPPED and not _stands_alone(line) and not ROW.match(joined[-1]):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        before = line
    return joined


def _stands_alone(line: str) -> bool:
    return bool(ITEM.match(line) or ROW.match(line))


def _is_whole(text: str) -> bool:
    return text[-1] in ENDINGS or bool(UNSPACED.search(text) or FIELD.match(text))


def _is_heading(line: str) -> bool:
    sentence = UNSPACED.search(line) and len(line) >= SHORTEST_SENTENCE
    ends = line[-1] in ENDS.translate(NO_QUESTION) + ":;|：；" or bool(FIELD.match(line))
    return len(line) < LONGEST_HEADING and not ends and not sentence and not _stands_alone(line)
