"""What the user reads when a turn ends: the answer, or what was found until it was stopped and why."""

from collections.abc import Iterator

from causeway.agents.agent import Limits
from causeway.agents.progress import CallProgress, Progress
from causeway.agents.run import Stopped

SHORT = 200  # characters of each result
CUT_SHORT = "(The answer was cut short because it was too long.)"
BLOCKED = "I cannot help with that."

_OUTCOMES = {"declined": "you declined it", "refused": "not allowed or not possible", "unknown": "not known whether it was done"}


def answer(progress: Progress) -> str:
    reply = progress.rounds[-1].reply
    return f"{reply.text}\n\n{CUT_SHORT}" if reply.stop_reason == "max_tokens" else reply.text


def stopped_text(progress: Progress, stopped: Stopped, limits: Limits) -> str:
    """Why it stopped, what the model said last, and each result in short."""
    if stopped == "guardrail":
        return progress.rounds[-1].reply.text or BLOCKED
    said = next((each.reply.text for each in reversed(progress.rounds) if each.reply.text), "")
    lines = list(dict.fromkeys(_lines(progress)))
    found = "What was found so far:\n" + "\n".join(lines) if lines else ""
    return "\n\n".join(part for part in (why(stopped, limits), said, found) if part)


def why(stopped: Stopped, limits: Limits) -> str:
    return {
        "answered": "",
        "guardrail": BLOCKED,
        "iterations": f"I stopped after {limits.iterations} steps without an answer.",
        "deadline": f"I stopped: the {limits.seconds} seconds for one turn were used up.",
        "failures": f"I stopped: {limits.failures} actions failed, one after another.",
        "repeated-call": "I stopped because I was going in circles: the same action was asked for again and again.",
        "no-progress": "I stopped because I was getting no further.",
        "tokens": "I stopped: what one turn may read and write was used up.",
        "cost": "I stopped: what one turn may cost was used up.",
        "consent-expired": "I stopped: nobody agreed in time to what I asked about, and it was not done.",
        "model-unavailable": "I stopped: the language model does not answer now. Please try again later.",
        "interrupted": "I stopped: this turn was interrupted too often.",
    }[stopped]


def _lines(progress: Progress) -> Iterator[str]:
    return (f"- {call.call.name}: {_short(call)}" for call in progress.calls)


def _short(call: CallProgress) -> str:
    content = call.returned.content if call.returned else ""
    if call.outcome in ("done", "failed"):
        return f"{content[:SHORT]}…" if len(content) > SHORT else content
    return _OUTCOMES.get(call.outcome, "not done")
