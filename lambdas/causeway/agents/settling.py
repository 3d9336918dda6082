"""Calls that are settled without running, and which of the others may run now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from causeway.agents.agent import Limits
from causeway.agents.checks import Ready
from causeway.agents.handing import left_for_others, why_not
from causeway.agents.progress import CallProgress, Progress, Round
from causeway.agents.run import Stopped
from causeway.agents.steps import Returned
from causeway.agents.stops import made_before
from causeway.agents.tool import HAND_OFF
from causeway.models.acting import ToolCall
from causeway.models.chat import INTERVENTIONS

MALFORMED = ("malformed_tool_use", "malformed_model_output")  # it wanted to call a tool: its words are no answer
CUT = ("max_tokens", "model_context_window_exceeded")
REPEATED = "This call was made before with the same arguments. Use its result, or do something else."
DECLINED = "The user declined; it was not done. Do not ask for it again unless the user does."
UNANSWERED = "The user did not answer in time; it was not done."
OVER_BUDGET = "Not done: what one turn may cost is used up."
MISFITS = 1  # answers that do not fit and go back to the model
CUT_SHORT = "Not done: your reply was cut short in the middle. Ask for less at a time."
INTERRUPTED = "It was interrupted, and it is not known whether it was done."
NOT_BEGUN = "Not done: the turn was interrupted."

Checked = Ready | Returned


def how_it_ended(rounds: Sequence[Round], hands_in: str = "") -> Stopped | None:
    """None when the model goes on after its last reply. hands_in: the tool whose call is the answer, "" where words are."""
    if not rounds:
        return None
    last = rounds[-1]
    if last.reply.stop_reason in INTERVENTIONS:
        return "guardrail"
    if hands_in:
        return _handed_in(rounds, hands_in)
    if last.calls:
        return None
    if last.reply.text and last.reply.stop_reason not in MALFORMED:
        return "answered"
    return "tokens" if last.reply.stop_reason in CUT else "no-progress"


def _handed_in(rounds: Sequence[Round], tool: str) -> Stopped | None:
    """An answer that does not fit, or one in words, goes back to the model once."""
    if any(call.call.name == tool and call.outcome == "done" for call in rounds[-1].calls):
        return "answered"
    misfits = [each for each in rounds if not each.calls or any(call.call.name == tool for call in each.calls)]
    return "failures" if len(misfits) > MISFITS else None


def checked(progress: Progress, check: Callable[[ToolCall], Checked], limits: Limits) -> list[Checked]:
    """The open calls of the last reply in order: what settles each, or the tool that is ready for it."""
    left = limits.usd - progress.spent.usd
    found: list[Checked] = []
    for call, earlier in _open(progress):
        each = _settled(call, earlier) or _loop(call, earlier, progress) or check(call.call)
        if isinstance(each, Ready):
            left -= each.tool.cost_usd
            each = each if left >= 0 or not each.tool.cost_usd else _over_budget(each)
            if isinstance(each, Ready) and is_hand_off(each) and not call.handed and min(left_for_others(progress, limits)) <= 0:
                each = _over_budget(each)
        found.append(_of_begun(call, each))
    return found


def may_run_beside(call: CallProgress, ready: Ready) -> bool:
    return not ready.acts and not is_hand_off(ready) and may_run(call, ready)


def may_run(call: CallProgress, ready: Ready) -> bool:
    return not ready.tool.consent or bool(call.decided and call.decided.approved)


def is_hand_off(ready: Ready) -> bool:
    return ready.tool.name == HAND_OFF


def cut_short(calls: Sequence[ToolCall]) -> list[Returned]:
    return [Returned(call.id, "refused", CUT_SHORT, "cut") for call in calls]


def unanswered(call: CallProgress) -> Returned:
    return Returned(call.call.id, "declined", UNANSWERED)


def interrupted(calls: Sequence[CallProgress]) -> list[Returned]:
    return [
        Returned(call.call.id, "unknown", INTERRUPTED, "interrupted")
        if call.running or call.handed
        else Returned(call.call.id, "refused", NOT_BEGUN, "interrupted")
        for call in calls
    ]


def _open(progress: Progress) -> Iterator[tuple[CallProgress, Sequence[CallProgress]]]:
    """Each call without a result, with all calls of the run before it."""
    every = list(progress.calls)
    return ((call, every[:at]) for at, call in enumerate(every) if call.returned is None)


def _settled(call: CallProgress, earlier: Sequence[CallProgress]) -> Returned | None:
    if call.decided and not call.decided.approved:
        return Returned(call.call.id, "declined", DECLINED)
    if not call.acts and made_before(call.call, earlier):
        return Returned(call.call.id, "refused", REPEATED, "repeated")
    return None


def _loop(call: CallProgress, earlier: Sequence[CallProgress], progress: Progress) -> Returned | None:
    if call.call.name != HAND_OFF or call.handed:
        return None
    said = why_not(call, earlier, progress)
    return Returned(call.call.id, "refused", said, "loop") if said else None


def _of_begun(call: CallProgress, each: Checked) -> Checked:
    """A call that had begun and may no longer be made: what became of it is not known."""
    return replace(interrupted([call])[0], seen=each.seen) if call.running and isinstance(each, Returned) else each


def _over_budget(ready: Ready) -> Returned:
    return Returned(ready.call.id, "refused", OVER_BUDGET, "budget", ready.policy, seen=ready.seen)
