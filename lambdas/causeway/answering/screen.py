"""Step: turn away a question that gives instructions."""

from causeway.answering.turn import Turn
from causeway.runtime.problems import FieldFault, Problem
from causeway.safety.injection import suspected_injection


class Screen:
    """Raises a 400 problem for a question that breaks a rule of `causeway.safety.injection`; see there for what it misses."""

    name = "screen"

    def __call__(self, turn: Turn) -> None:
        rules = suspected_injection(turn.standalone)
        if rules:
            turn.notes["injection_rules"] = ",".join(rules)
            message = "reads like an instruction to the assistant; ask about the documents in plain words"
            raise Problem("question-refused", "The question was refused", 400, f"question: {message}", [FieldFault("question", message)])
