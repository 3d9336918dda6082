"""Whether recorded turns of agents replay as they were, and a change is found where it has its first effect.

    python -m benchmarks.agent_replay [TURNS]

TURNS is 200 by default. Each is made by chance from its own number: calls of tools that look up, act, and act with consent; tools that
refuse and break; wrong arguments; replies cut short; a model that fails; a guardrail; users who decline or never answer; rights that
change meanwhile; processes that die; limits that end the turn. Then something is changed, and every turn is replayed again. Where the
change has its first effect is found from the record by a rule of its own; "elsewhere" counts turns whose difference is shown at another
step. A turn is identical under a changed prompt when no model ever answered in it.
"""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from benchmarks.measure import print_table
from benchmarks.recorded_turns import POLICIES, Recording, domain_of, with_instructions

# isort: split
from causeway.agents import stops
from causeway.agents.domain import AgentDomain
from causeway.agents.recorded import Recorded
from causeway.agents.steps import Ended, Replied, Returned
from evaluation.replay.replay import replayed

TURNS = 200
NO_NOTES = POLICIES.replace('principal in Group::"staff"', 'principal in Group::"editors"')
LATER_RULES = ("no-progress", "iterations")  # looked at after the one about repeated calls


def main() -> None:
    logging.disable(logging.CRITICAL)
    turns = next((int(each) for each in sys.argv[1:] if each.isdigit()), TURNS)
    runs = [Recording(seed).recorded() for seed in range(turns)]
    print_table("Turns of agents, replayed", HEADS, [unchanged(runs), *(row(name, runs) for name in CHANGES)], [_made_of(runs)])


HEADS = ["changed", "turns", "identical", "shown at its first effect", "elsewhere", "ms a turn"]


def unchanged(runs: Sequence[Recorded]) -> list[str]:
    return _judged("nothing", runs, domain_of, lambda run: None)


def row(name: str, runs: Sequence[Recorded]) -> list[str]:
    change, first_effect = CHANGES[name]
    if name == LOOP:
        with patch.object(stops, "REPEATS", 1):
            return _judged(name, runs, change, first_effect)
    return _judged(name, runs, change, first_effect)


def _judged(name: str, runs: Sequence[Recorded], domain: Callable[[int], AgentDomain], expected: Callable[[Recorded], Any]) -> list[str]:
    found: Counter[str] = Counter()
    began = time.perf_counter()
    for seed, run in enumerate(runs):
        difference = replayed(run, domain(seed)).difference
        step, wanted = difference.step if difference else None, expected(run)
        found["identical" if step is wanted is None else "first" if step == wanted else "elsewhere"] += 1
    spent = (time.perf_counter() - began) * 1000 / len(runs)
    return [name, str(len(runs)), str(found["identical"]), str(found["first"]), str(found["elsewhere"]), f"{spent:.1f}"]


def _prompt(seed: int) -> AgentDomain:
    return with_instructions(domain_of(seed), "Help, and be brief.")


def _schema(seed: int) -> AgentDomain:
    domain = domain_of(seed)
    tool = replace(domain.tools["write_note"])
    object.__setattr__(tool, "schema", {**tool.schema, "description": "What to write."})
    return replace(domain, tools={**domain.tools, "write_note": tool})


def _first_request(run: Recorded) -> int | None:
    return next((at for at, step in enumerate(run.steps, 1) if isinstance(step, Replied)), None)


def _first_offer_of_notes(run: Recorded) -> int | None:
    """The first request in which the user, being of the staff, was offered `write_note`."""
    requests = ((at, step.sent) for at, step in enumerate(run.steps, 1) if isinstance(step, Replied))
    return next((at for at, sent in requests if sent and "staff" in (sent.groups or ())), None)


def _after_the_first_repeat(run: Recorded) -> int | None:
    """The reply that followed it, or the end by a rule that is looked at later."""
    repeat = next((at for at, step in enumerate(run.steps) if isinstance(step, Returned) and step.reason == "repeated"), len(run.steps))
    for at, step in enumerate(run.steps[repeat:], repeat + 1):
        if isinstance(step, Replied) or (isinstance(step, Ended) and step.stopped in (*LATER_RULES, "model-unavailable")):
            return at
    return None


LOOP = "a rule of the loop: a call asked for a second time ends the turn"
CHANGES: dict[str, tuple[Callable[[int], AgentDomain], Callable[[Recorded], int | None]]] = {
    "the prompt": (_prompt, _first_request),
    "the schema of one tool": (_schema, _first_offer_of_notes),
    "a policy": (lambda seed: domain_of(seed, NO_NOTES), _first_offer_of_notes),
    LOOP: (domain_of, _after_the_first_repeat),
}


def _made_of(runs: Sequence[Recorded]) -> str:
    steps = Counter(step.kind for run in runs for step in run.steps)
    ends = Counter(run.progress.ended.stopped if run.progress.ended else run.progress.state for run in runs)
    kinds, ended = (", ".join(f"{count:,} {name}" for name, count in each.most_common()) for each in (steps, ends))
    return f"Steps: {kinds}. Ends: {ended}."


if __name__ == "__main__":
    main()
