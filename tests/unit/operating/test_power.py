import random

import pytest

from operating.power import Counted, difference, rate, users_needed


@pytest.mark.parametrize(
    ("base", "effect", "b"),
    [
        (0.5, 0.1, 388),  # Fleiss, Levin and Paik, table A.3 without the correction for continuity: 0.5 against 0.6
        (0.7, 0.05, 1377),
        (0.1, 0.05, 686),
    ],
)
def test_two_equal_halves_need_as_many_users_as_the_tables_say(base: float, effect: float, b: int):
    needed = users_needed(base, effect, 0.5, 0.8, 0.05)
    assert (needed.a, needed.b) == (b, b)


def test_a_small_share_needs_more_users_in_all_and_fewer_in_b():
    half, tenth = users_needed(0.7, 0.05, 0.5, 0.8, 0.05), users_needed(0.7, 0.05, 0.1, 0.8, 0.05)
    assert tenth.a + tenth.b > half.a + half.b
    assert tenth.b < half.b
    assert tenth.a == pytest.approx(9 * tenth.b, rel=0.01)


def test_the_side_that_is_no_share_is_left_out_and_both_sides_are_refused():
    assert users_needed(0.97, 0.05, 0.5, 0.8, 0.05).b == users_needed(0.03, 0.05, 0.5, 0.8, 0.05).b
    with pytest.raises(ValueError, match=r"0\.6 above or below 0\.5"):
        users_needed(0.5, 0.6, 0.5, 0.8, 0.05)
    with pytest.raises(ValueError, match="0 above or below"):
        users_needed(0.5, 0, 0.5, 0.8, 0.05)


def test_as_many_users_as_planned_find_the_effect_as_often_as_planned():
    chance = random.Random(1)
    needed = users_needed(0.6, 0.15, 0.5, 0.8, 0.05)
    found = sum(_shown(chance, needed.a, 0.6, needed.b, 0.75) for _ in range(600)) / 600
    assert found == pytest.approx(0.8, abs=0.06)


def test_where_there_is_no_effect_one_is_found_as_seldom_as_planned():
    chance = random.Random(2)
    assert sum(_shown(chance, 200, 0.6, 200, 0.6) for _ in range(600)) / 600 == pytest.approx(0.05, abs=0.03)


def _shown(chance: random.Random, of_a: int, a: float, of_b: int, b: float) -> bool:
    """Users answer one to five times, each with a share of their own around that of their variant."""
    _, low, high = difference(_users(chance, of_a, a, False), _users(chance, of_b, b, False), 0.05)
    return not low <= 0 <= high


def _users(chance: random.Random, count: int, share: float, alike: bool) -> list[Counted]:
    found = []
    for _ in range(count):
        of = chance.randint(1, 5) if alike else 1
        own = float(chance.random() < share) if alike else share
        found.append(Counted(sum(chance.random() < own for _ in range(of)), of))
    return found


def test_answers_of_one_user_are_not_taken_for_as_many_users():
    """Users whose answers are all alike: an interval over answers would leave out the truth far more often than it says."""
    chance = random.Random(3)
    outside = 0
    for _ in range(400):
        _, low, high = difference(_users(chance, 150, 0.6, True), _users(chance, 150, 0.6, True), 0.05)
        outside += not low <= 0 <= high
    assert outside / 400 == pytest.approx(0.05, abs=0.035)


def test_a_rate_counts_answers_and_takes_two_users():
    assert rate([Counted(1, 1), Counted(1, 3)]).share == 0.5
    with pytest.raises(ValueError, match="two users"):
        rate([Counted(3, 5)])
