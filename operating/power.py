"""How many users an experiment needs, and what its figures say in the end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

NORMAL = NormalDist()


@dataclass(frozen=True)
class Needed:
    """Users of each variant."""

    a: int
    b: int


def users_needed(base_rate: float, effect: float, share: float, power: float, significance: float) -> Needed:
    """For a two-sided comparison of two proportions, one observation of each user.

    base_rate: the proportion in a. effect: the smallest difference that must be found, up or down; the side that needs more users counts.
    share: of b among all users. As in Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", third edition, 2003,
    section 4.2, without the correction for continuity. Raises ValueError when base_rate ± effect leaves 0..1 on both sides.
    """
    rates = [rate for rate in (base_rate + effect, base_rate - effect) if 0 <= rate <= 1]
    if not rates or effect <= 0:
        raise ValueError(f"no share of answers is {effect:g} above or below {base_rate:g}")
    ratio = (1 - share) / share  # users of a for each of b
    b = max(_of_b(base_rate, rate, ratio, power, significance) for rate in rates)
    return Needed(a=math.ceil(b * ratio), b=math.ceil(b))


def _of_b(a: float, b: float, ratio: float, power: float, significance: float) -> float:
    pooled = (b + ratio * a) / (1 + ratio)
    by_chance = NORMAL.inv_cdf(1 - significance / 2) * math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    by_effect = NORMAL.inv_cdf(power) * math.sqrt(b * (1 - b) + a * (1 - a) / ratio)
    return ((by_chance + by_effect) / (a - b)) ** 2


@dataclass(frozen=True)
class Counted:
    """One user: how many answers were observed, and how many of them had the outcome."""

    hits: int
    of: int


@dataclass(frozen=True)
class Rate:
    """share: of all observed answers. variance: of the share, with users and not answers as what varies."""

    share: float
    variance: float


def rate(users: Sequence[Counted]) -> Rate:
    """The share of answers with the outcome, and its variance as a ratio of two sums over users (the delta method).

    One user's answers are alike, so they count as less than as many answers of strangers. As in Deng, Knoblich and Lu, "Applying the Delta
    Method in Metric Analytics", KDD 2018. Raises ValueError for fewer than two users.
    """
    count, answers = len(users), sum(user.of for user in users)
    if count < 2:
        raise ValueError("a variance takes two users")
    share = sum(user.hits for user in users) / answers
    spread = sum((user.hits - share * user.of) ** 2 for user in users)
    return Rate(share, count / (count - 1) * spread / answers**2)


def difference(a: Sequence[Counted], b: Sequence[Counted], significance: float) -> tuple[float, float, float]:
    """b minus a, with the bounds of its interval at the confidence 1 - significance."""
    of_a, of_b = rate(a), rate(b)
    middle = of_b.share - of_a.share
    margin = NORMAL.inv_cdf(1 - significance / 2) * math.sqrt(of_a.variance + of_b.variance)
    return middle, middle - margin, middle + margin
