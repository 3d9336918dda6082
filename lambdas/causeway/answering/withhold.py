"""Step: keep sentences that instruct a model from it."""

from functools import lru_cache
from typing import Literal

from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.safety.instructions import instructions_in

UNNAMED = "A document"

Handling = Literal["withheld", "quoted"]


class Withhold:
    """Blanks the sentences of the found passages that instruct a model, so that it neither reads, cites nor quotes them.

    They were found when the document was read. Places in a passage stay as they are. A passage without other text is dropped; a turn
    without a passage left ends with a refusal.
    """

    name = "withhold"

    def __call__(self, turn: Turn) -> None:
        cleaned = [_cleaned(passage) for passage in turn.passages]
        blanked = sum(passage is not before for passage, before in zip(cleaned, turn.passages, strict=True))
        if not blanked:
            return
        turn.notes["passages_with_instructions"] = blanked
        turn.passages = [passage for passage in cleaned if passage.text.strip()]
        if not turn.passages:
            turn.refuse("nothing-found")


def withholding(handling: Handling) -> list[Withhold]:
    """The step, or none where a domain has such sentences quoted: documents about attacks on models are full of them."""
    return [Withhold()] if handling == "withheld" else []


def _cleaned(passage: FoundPassage) -> FoundPassage:
    """The passage itself if nothing in it instructs a model."""
    if not passage.instructions and not _instructs(passage.title) and not _instructs(passage.heading):
        return passage
    title = next((name for name in (passage.title, passage.source) if not _instructs(name)), UNNAMED)
    heading = "" if _instructs(passage.heading) else passage.heading
    return passage.model_copy(update={"text": _blanked(passage), "heading": heading, "title": title})


def _blanked(passage: FoundPassage) -> str:
    text = passage.text
    for start, end in passage.instructions:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


@lru_cache(maxsize=1024)
def _instructs(name: str) -> bool:
    return bool(instructions_in(name))
