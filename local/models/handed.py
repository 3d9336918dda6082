"""What the stand-in chat model does as a role of a team: it reads what colleagues handed over, and quotes documents as claims."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local.models.quoting import best_quotes, text_and_end
from local.models.sentences import PromptPassage
from local.models.vectors import Embed

HANDED = re.compile(r'<(data-[0-9a-f]+) name="([^"]+)">\n(.*?)\n</\1>', re.DOTALL)
HEADING = re.compile(r"(?P<context>[^\n]+) \((?P<source>[^()\n]+?)(?:, page \d+)?\)\n")
BETWEEN = re.compile(r"\n\n(?=[^\n]+ \([^()\n]+\)\n)")
SURE = 0.9
LONGEST = 400  # characters of a claim; what is longer is no fact but a page


def data_in(message: str) -> Mapping[str, Any]:
    """What colleagues handed over, by name; a blank in a name is a _ here."""
    return {name.replace(" ", "_"): _value(html.unescape(text)) for _, name, text in HANDED.findall(message)}


def quotes(question: str, result: str, embed: Embed) -> Sequence[Mapping[str, Any]]:
    """Claims that quote what of a result answers the question, word for word, each with the document that it is from.

    A line such as "Returns > Books (returns.md)" is a passage's heading.
    """
    passages, sources = [], {}
    for number, block in enumerate(BETWEEN.split(result), start=1):
        heading = HEADING.match(block)
        passages.append(PromptPassage(number, heading["context"] if heading else "", block[heading.end() :] if heading else block))
        sources[number] = [heading["source"]] if heading else []
    said = [("".join(text_and_end(each)), each.number) for each in best_quotes(question, passages, embed)]
    return [{"claim": text[:LONGEST], "confidence": SURE, "evidence": sources[number], "caveats": []} for text, number in said]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
