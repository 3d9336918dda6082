"""Compare two configurations of answers: how many users that takes, the start, the counts, the end.

    python -m operating.experiment

Without NAME: the running experiment and its counts; its difference once there are as many users as were planned.
NAME, CHANGE (as in top_k=3,temperature=0.2), OUTCOME (answered, grounded or thumbs-up), BASE (its share today) and EFFECT (the smallest
difference that must not be missed): what it takes; GO=1 starts it. SHARE of users in b, POWER and SIGNIFICANCE may be named.
STOP=1: ends the running one. ENV names the environment, local without.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from pydantic import ValidationError

from causeway.answering.experiments import Change, Experiment, Experiments, Outcome
from local.console import Trouble, command, counted
from local.switches import is_on
from operating.account import account
from operating.deployed import DeployedDocument
from operating.findings import findings
from operating.outcomes import lines_since, tallies
from operating.power import users_needed

NEEDED = {
    "CHANGE": "what b does otherwise, such as CHANGE=top_k=3",
    "OUTCOME": f"what is counted: {', '.join(get_args(Outcome))}",
    "BASE": "its share of answers today, such as BASE=0.7",
    "EFFECT": "the smallest difference that must not be missed, such as EFFECT=0.05",
}
USUAL = {"SHARE": "0.5", "POWER": "0.8", "SIGNIFICANCE": "0.05"}


def main(environ: Mapping[str, str] = os.environ) -> int:
    where = account()
    document = DeployedDocument(where, "experiments")
    found = document.read()
    running = Experiments.model_validate_json(found.text).running
    print(f"{where.environment} ({where.where})")
    if is_on("STOP"):
        _stop(document, running)
    elif environ.get("NAME"):
        _start(document, running, planned(environ))
    elif running is None:
        print(_on_the_way(document) or "No experiment runs.")
    else:
        print("\n".join(findings(running, tallies(lines_since(where, running.plan.started), running))))
    return 0


def planned(environ: Mapping[str, str]) -> Experiment:
    """The experiment that the variables describe. Raises Trouble that names what is missing or wrong."""
    missing = [f"{name}: {what}" for name, what in NEEDED.items() if not environ.get(name)]
    if missing:
        raise Trouble("An experiment is planned before it starts. Name also\n  " + "\n  ".join(missing))
    base, effect, share, power, significance = (
        _number(name, environ.get(name) or USUAL[name]) for name in ("BASE", "EFFECT", "SHARE", "POWER", "SIGNIFICANCE")
    )
    plan: dict[str, Any] = {"outcome": environ["OUTCOME"], "base_rate": base, "smallest_effect": effect, "power": power}
    plan |= {"significance": significance, "users_a": 1, "users_b": 1, "started": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        content = {"name": environ["NAME"], "share": share, "change": _change(environ["CHANGE"]), "plan": plan}
        experiment = Experiment.model_validate(content)
        needed = users_needed(base, effect, share, power, significance)
    except ValidationError as error:
        raise Trouble("; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())) from error
    except ValueError as error:
        raise Trouble(str(error)) from error
    plan_with_size = experiment.plan.model_copy(update={"users_a": needed.a, "users_b": needed.b})
    return experiment.model_copy(update={"plan": plan_with_size})


def size(experiment: Experiment) -> str:
    """How many users it takes, in a sentence."""
    plan = experiment.plan
    users = f"{counted(plan.users_a, 'user')} in a and {counted(plan.users_b, 'user')} in b"
    found = f"To find a difference of {plan.smallest_effect:g} from {plan.base_rate:g} of {plan.outcome}"
    return f"{found} with power {plan.power:g} at significance {plan.significance:g}: {users}."


def _start(document: DeployedDocument, running: Experiment | None, wanted: Experiment) -> None:
    print(f"{wanted.name}: b gets {wanted.change.model_dump_json(exclude_none=True)}, {wanted.share:.0%} of users.\n{size(wanted)}")
    if running is not None or document.under_way():
        raise Trouble(f"{running.name if running else 'Another one'} runs already: end it first (STOP=1).")
    if not is_on("GO"):
        print("Nothing has started: repeat the command with GO=1.")
        return
    text = Experiments(running=wanted).model_dump_json(exclude_none=True)
    state = document.deploy(text, document.read(), f"start of {wanted.name}", strategy="deploy-step-by-step")
    print("Started." if state == "COMPLETE" else "It starts step by step; an alarm on 5xx answers takes it back until it is complete.")


def _stop(document: DeployedDocument, running: Experiment | None) -> None:
    under_way = document.under_way()
    if running is None and under_way is None:
        raise Trouble("No experiment runs.")
    if not is_on("GO"):
        print("Nothing has ended: repeat the command with GO=1. Look at the figures first: they are shown for a running experiment only.")
        return
    document.stop()
    document.deploy("{}", document.read(), f"end of {running.name if running else 'what had begun'}")
    print("Ended: everyone gets the environment's settings within a minute.")


def _on_the_way(document: DeployedDocument) -> str:
    found = document.under_way()
    return f"An experiment starts step by step: it is with {found['PercentageComplete']:.0f}% of the functions." if found else ""


def _change(text: str) -> Change:
    """As in `top_k=3,unchecked=shown`. Raises ValueError."""
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(equals for _, equals, _ in pairs):
        raise ValueError(f"CHANGE={text} is no list such as top_k=3,temperature=0.2")
    return Change.model_validate({name.strip(): _value(value.strip()) for name, _, value in pairs})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Trouble(f"{name}={text} is no number.") from None


if __name__ == "__main__":
    command(main)
