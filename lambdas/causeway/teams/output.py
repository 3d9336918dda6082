"""What a role handed in, made fit to be handed on: without sentences that must not leave, and with its claims weighed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causeway.agents.prompt import RULES
from causeway.agents.recorded import Recorded
from causeway.agents.tool import Tool
from causeway.language.form import normal
from causeway.safety.leaks import Outgoing
from causeway.safety.leaving import without_problems
from causeway.teams.contracts import Claim, Draft, Findings, Handed, Plan, Score
from causeway.teams.evidence import claims_in, sources_of, weighed
from causeway.teams.handing_in import HAND_IN
from causeway.teams.team import Team

KEPT_BACK = "(Left out: {count} sentences with a link, picture, address or code that no tool returned.)"


@dataclass(frozen=True)
class HandedOn:
    """decision: what came of the piece, in a few words."""

    output: Handed
    decision: str


def handed_on(run: Recorded, tool: Tool[Any], tools: Mapping[str, Tool[Any]], given: Mapping[str, Any], team: Team) -> HandedOn:
    """run: one that has ended by handing in. given: what it was handed. Raises StopIteration when nothing was handed in."""
    calls = reversed([*run.progress.calls])
    call = next(call for call in calls if call.call.name == HAND_IN and call.outcome == "done")
    handed: Handed = tool.arguments.model_validate(dict(call.call.arguments))
    if not isinstance(handed, Findings | Draft):
        return HandedOn(handed, _decision(handed, team))
    sources = sources_of(run.progress, tools, claims_in(given))
    checks = _checks(run)
    claims = [weighed(claim, sources) for claim in handed.claims if not checks.problem_of(claim.claim)]
    lost = len(handed.claims) - len(claims)
    output = handed.model_copy(update={"claims": tuple(claims), **(_text(handed, checks) if isinstance(handed, Draft) else {})})
    return HandedOn(output, _decision(output, team) + (f"; {_number(lost, 'claim')} kept back" if lost else ""))


def _checks(run: Recorded) -> Outgoing:
    begun = run.progress.begun
    results = [call.returned.content for call in run.progress.calls if call.returned]
    return Outgoing([begun.message, *results], [RULES, begun.code])


def _text(draft: Draft, checks: Outgoing) -> Mapping[str, str]:
    kept, problems = without_problems(normal(draft.text), checks)
    note = [KEPT_BACK.format(count=len(problems))] if problems else []
    return {"text": "\n\n".join([kept, *note]).strip()}


def _decision(output: Handed, team: Team) -> str:
    match output:
        case Plan(tasks=tasks):
            return f"{_number(len(tasks), 'task')} for {', '.join(dict.fromkeys(task.role for task in tasks))}"
        case Score(score=score, faults=faults):
            return f"{score:.2f} {'passes' if score >= team.passes else f'is below {team.passes:.2f}'}; {_number(len(faults), 'fault')}"
        case Draft(text=text, claims=claims):
            return f"{len(text)} characters, {_counted(claims)}"
        case Findings(claims=claims):
            return _counted(claims)
    return ""


def _counted(claims: tuple[Claim, ...]) -> str:
    carried = sum(claim.carried == "carried" for claim in claims)
    return f"{_number(len(claims), 'claim')}, {carried} carried by their sources"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
