"""What the user reads when a turn ends: the answer, or what was found until it was stopped and why."""

from collections.abc import Sequence

from causeway.agents.agent import Limits
from causeway.agents.progress import CallProgress, Progress
from causeway.agents.prompt import IN_WORDS, RULES
from causeway.agents.run import Stopped
from causeway.agents.steps import Ended
from causeway.language.form import normal
from causeway.safety.leaks import Outgoing
from causeway.safety.leaving import without_problems

SHORT = 200  # characters of each result
CUT_SHORT = "(The answer was cut short because it was too long.)"
BLOCKED = "I cannot help with that."

_OUTCOMES = {"declined": "you declined it", "refused": "not allowed or not possible", "unknown": "not known whether it was done"}


def ending(progress: Progress, stopped: Stopped, limits: Limits) -> Ended:
    """The last words of a turn. Of the model's, no sentence leaves with a link, a picture or a code that nobody but the model has said."""
    if stopped == "guardrail":
        return Ended(stopped, progress.rounds[-1].reply.text or BLOCKED)
    said = next((each.reply for each in reversed(progress.rounds) if each.reply.text), None)
    kept, problems = without_problems(normal(said.text), outgoing(progress)) if said else ("", [])
    parts = [kept or BLOCKED] if stopped == "answered" else [why(stopped, limits), kept, _found(progress)]
    cut = CUT_SHORT if said and said.stop_reason == "max_tokens" else ""
    return Ended(stopped, "\n\n".join(part for part in (*parts, cut, _left_out(problems)) if part), problems)


def outgoing(progress: Progress) -> Outgoing:
    """The checks of what the model says in this turn."""
    begun = progress.begun
    results = [call.returned.content for call in progress.calls if call.returned]
    handed = [begun.handed.task, *(each.content for each in begun.handed.established)] if begun.handed else []
    return Outgoing([begun.message, *(said.text for said in begun.earlier), *handed, *results], [f"{RULES}\n{IN_WORDS}", begun.code])


def _left_out(problems: Sequence[str]) -> str:
    return f"(Left out: {len(problems)} sentences with a link, picture, address or code that no tool returned.)" if problems else ""


def _found(progress: Progress) -> str:
    """Each result in short."""
    lines = list(dict.fromkeys(f"- {call.call.name}: {_short(call)}" for call in progress.calls))
    return "What was found so far:\n" + "\n".join(lines) if lines else ""


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
        "ping-pong": "I stopped: this was only handed from one agent to another and back.",
        "switched-off": "I stopped: agents are switched off at the moment. Please try again later.",
        "interrupted": "I stopped: this turn was interrupted too often.",
    }[stopped]


def _short(call: CallProgress) -> str:
    content = call.returned.content if call.returned else ""
    if call.outcome in ("done", "failed"):
        return f"{content[:SHORT]}…" if len(content) > SHORT else content
    return _OUTCOMES.get(call.outcome, "not done")
