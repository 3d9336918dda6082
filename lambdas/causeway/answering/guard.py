"""Step: keep back the sentences of the model's text that must not leave."""

from dataclasses import replace

from causeway.answering.compose import SYSTEM_FOR_CLAIMS
from causeway.answering.turn import REFUSAL, Turn, readable
from causeway.language.form import normal
from causeway.retrieval.passage import FoundPassage
from causeway.safety.leaks import Outgoing
from causeway.safety.leaving import without_problems
from causeway.safety.references import references


class Guard:
    """Takes sentences with a problem out of the generation, and refuses the answer if nothing is left or the rest has one as a whole.

    What counts as a problem: `causeway.safety.leaks`. The log line of the turn names the problems and no text.
    """

    name = "guard"

    def __call__(self, turn: Turn) -> None:
        if turn.generation is None:
            raise ValueError("guard needs the text of generate")
        kept, problems = without_problems(normal(turn.generation.text), outgoing(turn))
        if problems:
            turn.notes["kept_back"] = ",".join(dict.fromkeys(problems))
            turn.withheld += len(problems)
        turn.generation = replace(turn.generation, text=kept)
        if problems and not kept:
            turn.refuse("withheld")


def outgoing(turn: Turn) -> Outgoing:
    """The checks for a turn's sentences, which a streamed answer asks one by one."""
    ours = [turn.prompt.system.replace(REFUSAL, ""), SYSTEM_FOR_CLAIMS, turn.prompt.nonce] if turn.prompt else []
    return Outgoing([readable(passage) for passage in turn.passages], ours, [_places(passage) for passage in turn.passages])


def _places(passage: FoundPassage) -> set[str]:
    """Its pages and its pictures, with the pages of these."""
    pages = [passage.page, *(page for _, page in passage.pages), *(picture.page for picture in passage.pictures)]
    said = {reference for picture in passage.pictures for reference in references(picture.caption)}
    return {f"page {page}" for page in pages if page} | {f"picture {picture.id}" for picture in passage.pictures} | said
