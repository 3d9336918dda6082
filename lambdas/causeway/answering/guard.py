"""Step: keep back the sentences of the model's text that must not leave."""

from dataclasses import replace

from causeway.answering.compose import SYSTEM_FOR_CLAIMS
from causeway.answering.turn import REFUSAL, Turn, readable
from causeway.language.form import normal
from causeway.safety.leaks import Outgoing
from causeway.safety.leaving import without_problems


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
    return Outgoing([readable(passage) for passage in turn.passages], ours)
