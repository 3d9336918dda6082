"""One log line and the metrics of a turn, whenever a process leaves it: ids hashed, no text of people."""

from collections.abc import Sequence
from typing import TypedDict

from aws_lambda_powertools.metrics import MetricUnit

from causeway.agents.progress import CallProgress
from causeway.agents.recorded import Recorded
from causeway.runtime.logs import hashed, logger, metrics


class AgentTurnLine(TypedDict, total=False):
    """What of the log line of an agent's turn goes on into the table of turns.

    message: `turn`, or `agent turn`. timestamp: UTC. service: name of the function. outcome: how the turn ended.
    tenant, user: hashed, 12 hexadecimal digits. run: id of the run. stopped: why an agent's turn ended.
    models: that an agent asked. model_calls: how many. seconds: of work. usd: what an agent's turn cost, in US dollars.
    Data class: internal.
    """

    message: str
    timestamp: str
    service: str
    outcome: str
    tenant: str
    user: str
    run: str
    agent: str
    stopped: str
    models: Sequence[str]
    model_calls: int
    input_tokens: int
    output_tokens: int
    usd: float
    seconds: float


def record(run: Recorded) -> None:
    """A turn that waits for its user, or that another process goes on with, gets a line each time."""
    progress, owner = run.progress, run.owner
    spent, ended = progress.own, progress.ended
    calls = list(progress.calls)
    facts = {
        "tenant": hashed(owner.tenant),
        "user": hashed(f"{owner.tenant}/{owner.user}"),
        "run": run.id,
        "agent": run.agent,
        **({"chain": list(progress.begun.handed.chain)} if progress.begun.handed else {}),
        "stopped": ended.stopped if ended else None,
        "kept_back": ",".join(dict.fromkeys(ended.kept_back)) if ended else "",
        "tools": [_facts(call) for call in calls],
        "models": sorted({each.reply.usage.model for each in progress.rounds} - {""}),
        "model_calls": spent.model_calls,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "usd": round(spent.usd, 6),
        "seconds": round(progress.seconds, 3),
        "message_characters": len(progress.begun.message),
        "inspections": _inspections(calls),
        "guardrail": sorted({policy for each in progress.rounds for policy in each.reply.policies}),
    }
    logger.info("agent turn", extra={"outcome": progress.state, **facts})
    if ended:
        metrics.add_metric(name="AgentTurns", unit=MetricUnit.Count, value=1)
        metrics.add_metric(name="AgentTurnsStopped", unit=MetricUnit.Count, value=ended.stopped != "answered")
        metrics.add_metric(name="InputTokens", unit=MetricUnit.Count, value=spent.input_tokens)
        metrics.add_metric(name="OutputTokens", unit=MetricUnit.Count, value=spent.output_tokens)


def _inspections(calls: Sequence[CallProgress]) -> dict[str, object]:
    """Of arguments and results, by the guardrail. seconds: of those beside each other, each counts."""
    every = [each for call in calls for each in call.inspections]
    intervened = sum(bool(each.policies) for each in every)
    facts = {"usd": round(sum(each.usd for each in every), 6), "seconds": round(sum(each.seconds for each in every), 3)}
    return {"count": len(every), "intervened": intervened, **facts} if every else {}


def _facts(call: CallProgress) -> dict[str, object]:
    """Of one call: the name is a tool's only if there is such a tool; else the model made it up."""
    returned = call.returned
    name = "unknown" if returned and returned.reason == "unknown-tool" else call.call.name
    about = {"policy": returned.policy, "reason": returned.reason, "withheld": returned.withheld, "cut": returned.cut} if returned else {}
    return {"tool": name, "outcome": call.outcome, **{key: value for key, value in about.items() if value}}
