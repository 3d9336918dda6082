"""Step: keep sentences that instruct a model from it."""

from typing import Literal

from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.safety.instructions import instructions_in, without_instructions

Handling = Literal["withheld", "quoted"]


class Withhold:
    """Blanks the sentences of the found passages that instruct a model, so that it neither reads, cites nor quotes them.

    Places in a passage stay as they are. A passage without other text is dropped; a turn without a passage left ends with a refusal.
    The passages in the index are unchanged: rules that find more act at once, and so does a domain's change of mind.
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
    text = without_instructions(passage.text)
    heading = "" if instructions_in(passage.heading) else passage.heading
    title = passage.title if not instructions_in(passage.title) else passage.source if not instructions_in(passage.source) else "document"
    if (text, heading, title) == (passage.text, passage.heading, passage.title):
        return passage
    return passage.model_copy(update={"text": text, "heading": heading, "title": title})
