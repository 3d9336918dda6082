"""What the uploader is told of sentences that instruct a language model."""

from collections.abc import Sequence

from causeway.documents.content import Tally
from causeway.retrieval.passage import Passage

SHOWN = 80  # characters of the first one


def instructions_tally(passages: Sequence[Passage]) -> list[Tally]:
    """Empty for a document without any."""
    found = list(dict.fromkeys(passage.text[start:end] for passage in passages for start, end in passage.instructions))
    if not found:
        return []
    counted = "1 sentence instructs" if len(found) == 1 else f"{len(found):,} sentences instruct"
    first = " ".join(found[0].split())
    shown = first if len(first) <= SHOWN else f"{first[:SHOWN]}…"
    why = f"{counted} a language model, such as “{shown}”. Answers leave them out, unless they are set to quote them"
    return [Tally("instructions", 0, len(found), why)]
