from benchmarks.team_overhead import Measured, work_of

PIECES = [
    {"step": step, "seconds": seconds} for step, seconds in (("plan", 1.0), ("work", 2.0), ("work", 5.0), ("verify", 0.0), ("end", 0.5))
]


def test_of_roles_beside_each_other_the_longest_counts_and_of_others_each() -> None:
    assert work_of(PIECES, beside=True) == 6.5
    assert work_of(PIECES, beside=False) == 8.5


def test_the_overhead_is_what_the_roles_work_leaves_of_the_whole() -> None:
    assert Measured(whole=9.0, work=6.5, pieces=5).overhead == 2.5
