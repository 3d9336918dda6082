"""Fits the confidence of answers to whether they are right, and tells how well it does: reliability and expected calibration error.

    python -m evaluation.confidence DATA [--minutes M]          (after evaluation.calibrate in make calibrate DATA=folder)

The golden questions and the public ones go through the app's own steps with the chat models of a laptop. Half of the answers that leave
choose the weights, the other half is measured, and the other way round; the weights written are chosen by all of them. What counts as
right: `evaluation.answered.judging.right`.
"""

import argparse
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.measure import Share
from causeway.answering.confidence import Confidence, Signal, Thresholds
from evaluation import basis
from evaluation.answered.judging import Judged, left
from evaluation.answered.plan import kept_by_model
from evaluation.calibrate import commit
from evaluation.corpora import SETS
from evaluation.laboratory import laboratory
from local.console import command
from local.settings import ROOT

FILE = ROOT / "environments" / "confidence" / "laptop.yaml"

SIGNALS: tuple[Signal, ...] = get_args(Signal)
PENALTY = 1.0
BINS = 10
RESAMPLES = 1_000


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence is in one tenth. confidence: their mean."""

    confidence: float
    right: Share


def fit(judged: Sequence[Judged]) -> Confidence:
    """Logistic regression with a penalty of half the weights' squares; a signal of what speaks for an answer gets no negative weight."""
    known = [each for each in judged if each.right is not None]
    rows = np.array([[1.0, *(asdict(each.signals)[name] for name in SIGNALS)] for each in known])
    right = np.array([bool(each.right) for each in known])
    signs = np.where(right, 1.0, -1.0)

    def cost(weights: Any) -> float:
        return float(np.logaddexp(0, -signs * (rows @ weights)).sum() + PENALTY / 2 * (weights[1:] ** 2).sum())

    def slope(weights: Any) -> Any:
        return rows.T @ (expit(rows @ weights) - right) + PENALTY * np.r_[0.0, weights[1:]]

    bounds = [(None, None), *[(0.0, None)] * len(SIGNALS)]
    found = minimize(cost, np.zeros(len(SIGNALS) + 1), jac=slope, method="L-BFGS-B", bounds=bounds).x
    intercept, *weights = (round(float(weight), 4) for weight in found)
    return Confidence(intercept=intercept, weights=dict(zip(SIGNALS, weights, strict=True)), thresholds={"default": Thresholds()})


Pairs = Sequence[tuple[float, bool]]  # confidence, and whether the answer is right


def crossed(judged: Sequence[Judged]) -> list[tuple[Judged, float]]:
    """Each answer with the confidence by a fit to the half that it is not in."""
    halves = judged[::2], judged[1::2]
    fits = fit(halves[1]), fit(halves[0])
    return [(each, chosen.of(each.signals)) for half, chosen in zip(halves, fits, strict=True) for each in half]


def bins(pairs: Pairs) -> list[Bin]:
    """Those that are not empty, from the least sure."""
    within: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        within.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return [Bin(statistics.mean(one for one, _ in found), Share.of(right for _, right in found)) for _, found in sorted(within.items())]


def calibration_error(pairs: Pairs) -> float:
    """The expected one: over the tenths, the distance of mean confidence and share of right answers, weighed by how many are in each."""
    return sum(each.right.trials * abs(each.confidence - each.right.held / each.right.trials) for each in bins(pairs)) / len(pairs)


def error_with_interval(pairs: Pairs, seed: int = 8) -> tuple[float, float, float]:
    """The calibration error, and the 95% interval of the percentile bootstrap, which lies too high where answers are few."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    errors = sorted(calibration_error(draw.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    return calibration_error(pairs), errors[int(0.025 * RESAMPLES)], errors[int(0.975 * RESAMPLES) - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0, help="for questions that are not answered yet, of each model")
    arguments = parser.parse_args()
    with laboratory(arguments.data) as shared:
        said = kept_by_model(shared, arguments.minutes)
    judged = [each for kept in said.values() for each in left(kept)]
    known = mixed([each for each in judged if each.right is not None])
    pairs = [(confidence, bool(each.right)) for each, confidence in crossed(known)]
    write(FILE, fit(known), pairs, list(said), sorted({each.kept.posed.set for each in known} & SETS.keys()))
    print(f"{FILE.relative_to(ROOT)} written, from {len(known)} answers; `make evaluate` prints how well it fits.")


def mixed(several: Sequence[Judged], seed: int = 8) -> list[Judged]:
    """In an order by chance, and always the same one: both halves get some of each set and model."""
    return random.Random(seed).sample(list(several), len(several))  # noqa: S311 - nothing secret


def write(file: Path, chosen: Confidence, pairs: Pairs, models: Sequence[str], sets: Sequence[str]) -> None:
    """models: whose answers these are."""
    evidence = {
        "date": datetime.now(UTC).date(),
        "commit": commit(),
        "model": f"{basis.MODEL}; {', '.join(models)}",
        "basis": basis.parts() | basis.checks(),
        "sets": {"golden": "domains/bookshop of this repository"} | {name: SETS[name] for name in sets},
        "figures": list(_figures(pairs)),
    }
    content = {"intercept": chosen.intercept, "weights": dict(chosen.weights), "evidence": evidence}
    head = "# Written by `make calibrate`; change nothing here by hand.\n"
    file.write_text(head + yaml.safe_dump(content, sort_keys=False, width=140), encoding="utf-8")


def _figures(pairs: Pairs) -> list[Mapping[str, Any]]:
    error, low, high = (round(value, 3) for value in error_with_interval(pairs))
    what = "expected calibration error of each half, fitted to the other"
    total = {"set": "all", "metric": what, "n": len(pairs), "value": error, "interval": [low, high]}
    return [total, *(_of_bin(each) for each in bins(pairs))]


def _of_bin(each: Bin) -> Mapping[str, Any]:
    low, high = (round(value, 3) for value in each.right.interval)
    metric = f"share right of answers with a mean confidence of {each.confidence:.2f}"
    return {
        "set": "all",
        "metric": metric,
        "n": each.right.trials,
        "value": round(each.right.held / each.right.trials, 3),
        "interval": [low, high],
    }


if __name__ == "__main__":
    command(main)
