"""The figures of an experiment for people: counts while it runs, the difference once its sample is reached and not before."""

from collections.abc import Mapping

from causeway.answering.experiments import Experiment, Variant
from local.console import counted
from operating.outcomes import Tally
from operating.power import difference, rate

EARLY = (
    "The sample is not reached, so no share and no difference is shown: who looks again and again, and ends at a lucky moment, finds "
    "differences that are none."
)


def findings(experiment: Experiment, found: Mapping[Variant, Tally]) -> list[str]:
    """A line for each variant, then what can be said."""
    plan = experiment.plan
    needed: dict[Variant, int] = {"a": plan.users_a, "b": plan.users_b}
    reached = all(len(found[variant].users) >= max(2, number) for variant, number in needed.items())
    change = experiment.change.model_dump_json(exclude_none=True)
    lines = [f"{experiment.name}, since {plan.started}: b gets {change}, {experiment.share:.0%} of users; counted: {plan.outcome}"]
    lines += [_line(variant, found[variant], number, reached) for variant, number in needed.items()]
    return [*lines, _difference(experiment, found) if reached else EARLY]


def _line(variant: Variant, tally: Tally, needed: int, reached: bool) -> str:
    share = f", {rate(tally.counted).share:.1%}" if reached else ""
    left_out = f", {counted(tally.left_out, 'turn')} without the outcome to be seen" if tally.left_out else ""
    return f"  {variant}: {counted(len(tally.users), 'user')} of {needed:,}, {counted(tally.answers, 'answer')}{share}{left_out}"


def _difference(experiment: Experiment, found: Mapping[Variant, Tally]) -> str:
    significance = experiment.plan.significance
    middle, low, high = difference(found["a"].counted, found["b"].counted, significance)
    said = "b is better" if low > 0 else "a is better" if high < 0 else "no difference is shown"
    return f"  b minus a: {100 * middle:+.1f} points, {1 - significance:.0%} interval {100 * low:+.1f} to {100 * high:+.1f}: {said}."
