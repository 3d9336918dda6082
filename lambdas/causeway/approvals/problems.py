"""Why a decision is not taken, in words for the approver."""

from causeway.approvals.approval import APPROVERS, Decision
from causeway.runtime.problems import Problem, forbidden, not_found


def not_an_approver() -> Problem:
    return forbidden(f"Only members of the group {APPROVERS} may see and decide what waits for approval.")


def own_task() -> Problem:
    return forbidden("This is your own task: somebody else of the group decides it.")


def no_approval() -> Problem:
    return not_found("approval of this run; it may have expired")


def no_link() -> Problem:
    return Problem("no-such-link", "The link is not valid", 403, "The link was changed or cut off. Open it as it is in the message.")


def link_expired() -> Problem:
    return Problem("link-expired", "The link has expired", 410, "The time for this decision is over; the outcome is not released.")


def another_link() -> Problem:
    return Problem("link-replaced", "The link is no longer good", 409, "The run has asked again since; open the newest message.")


def already_decided(decision: Decision) -> Problem:
    verb = "approved" if decision.approved else "rejected"
    return Problem("already-decided", "Already decided", 409, f"{decision.by} has {verb} this; a decision is final.")


def expired() -> Problem:
    return Problem("approval-expired", "Too late", 409, "Nobody decided in time; the outcome is not released.")
