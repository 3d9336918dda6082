"""Step: turn away a question that gives instructions."""

from causeway.answering.turn import Turn
from causeway.reviews.contract import APPEAL
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
            detail = f"question: {message}; or have a person look at it: {APPEAL.method} {APPEAL.path} with this request_id"
            raise Problem("question-refused", "The question was refused", 400, detail, [FieldFault("question", message)])
