from typing import Any

from causeway.answering.experiments import Change, Experiment, Outcome, Plan
from operating.findings import EARLY, findings
from operating.outcomes import tallies


def experiment(outcome: Outcome, users: int = 2) -> Experiment:
    plan = Plan(
        **{"outcome": outcome, "base_rate": 0.7, "smallest_effect": 0.05, "power": 0.8, "significance": 0.05},
        **{"users_a": users, "users_b": users, "started": "2026-11-26T07:00:00+00:00"},
    )
    return Experiment(name="shorter", share=0.5, change=Change(top_k=3), plan=plan)


def turn(variant: str, user: str, request: str = "r", outcome: str = "answered", **more: Any) -> dict[str, Any]:
    line = {"message": "turn", "experiment": "shorter", "variant": variant, "user": user, "correlation_id": request, "outcome": outcome}
    return {**line, "grounded": outcome == "answered", **more}


def rating(request: str, said: str) -> dict[str, Any]:
    return {"message": "feedback", "rated": request, "rating": said}


def test_turns_are_counted_by_user_and_variant_and_those_of_other_experiments_are_not():
    lines = [turn("a", "ada"), turn("a", "ada", outcome="nothing-found"), turn("b", "bela"), {**turn("b", "eve"), "experiment": "other"}]
    found = tallies([*lines, {"message": "turn", "user": "ada"}, {"message": "problem"}], experiment("answered"))
    assert found["a"].users == {"ada": [True, False]}
    assert found["b"].users == {"bela": [True]}


def test_failures_count_against_a_variant_and_turns_that_nobody_read_are_told_apart():
    lines = [turn("a", "ada", outcome="failed"), turn("a", "ada", outcome="caller-gone"), turn("a", "ada", outcome="search-only")]
    found = tallies(lines, experiment("answered"))
    assert (found["a"].users, found["a"].left_out) == ({"ada": [False, False]}, 1)


def test_groundedness_is_that_of_the_answer():
    lines = [turn("a", "ada"), turn("a", "ada", grounded=False)]
    assert tallies(lines, experiment("grounded"))["a"].users == {"ada": [True, False]}


def test_a_rating_counts_for_the_variant_of_the_answer_that_it_rates():
    lines = [
        rating("r1", "up"),
        turn("a", "ada", "r1"),
        turn("b", "bela", "r2"),
        turn("b", "bela", "r3"),
        rating("r2", "down"),
        rating("x", "up"),
    ]
    found = tallies(lines, experiment("thumbs-up"))
    assert (found["a"].users, found["b"].users) == ({"ada": [True]}, {"bela": [False]})
    assert found["b"].left_out == 1


def test_before_the_sample_is_reached_nobody_sees_a_share_or_a_difference():
    lines = [turn("a", "ada"), turn("a", "eve"), turn("b", "bela", outcome="failed")]
    said = findings(experiment("answered"), tallies(lines, experiment("answered")))
    assert said[1:] == ["  a: 2 users of 2, 2 answers", "  b: 1 user of 2, 1 answer", EARLY]
    assert not any("%" in line for line in said[1:3])


def test_once_it_is_reached_the_difference_comes_with_its_interval():
    lines = [turn("a", f"a{n}", outcome="answered" if n < 50 else "failed") for n in range(100)]
    lines += [turn("b", f"b{n}", outcome="answered" if n < 75 else "failed") for n in range(100)]
    said = findings(experiment("answered", users=100), tallies(lines, experiment("answered", users=100)))
    assert said[1:3] == ["  a: 100 users of 100, 100 answers, 50.0%", "  b: 100 users of 100, 100 answers, 75.0%"]
    assert said[3] == "  b minus a: +25.0 points, 95% interval +12.0 to +38.0: b is better."


def test_an_interval_that_holds_zero_shows_no_difference():
    lines = [turn(v, f"{v}{n}", outcome="answered" if n < 5 else "failed") for v in "ab" for n in range(10)]
    said = findings(experiment("answered", users=10), tallies(lines, experiment("answered", users=10)))
    assert said[3].endswith("no difference is shown.")
