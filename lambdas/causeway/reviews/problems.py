"""What a caller hears of an answer that is not there, or that someone else has changed."""

from causeway.runtime.problems import Problem, not_found


def no_answer() -> Problem:
    return not_found(
        "such answer of yours; refusals and answers in doubt are kept for 72 hours, any other only in its conversation: send its session_id"
    )


def no_review() -> Problem:
    return not_found("such review")


def already_appealed(at: str) -> Problem:
    detail = f"This answer was appealed at {at}, and can be appealed once; GET /v1/appeals with its request_id shows what became of it."
    return Problem("already-appealed", "Appealed before", 409, detail)


def already_decided() -> Problem:
    return Problem("already-decided", "Decided before", 409, "A reviewer has decided this already; it is decided once.")


def changed_meanwhile() -> Problem:
    return Problem("changed-meanwhile", "Changed meanwhile", 409, "The review has changed since it was read; read it again.")
