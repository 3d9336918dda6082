"""What the printed figures rest on."""

import pytest

from benchmarks.measure import Share, Spread, in_turns, percentile, print_table


def test_measures_are_taken_in_turns_so_that_drift_falls_on_all_alike():
    order = []
    results = in_turns({"ours": lambda: order.append("ours"), "peer": lambda: order.append("peer")}, rounds=2)
    assert order == ["ours", "peer", "ours", "peer"]
    assert results == {"ours": [None, None], "peer": [None, None]}


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 5), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_one_of_the_values_at_its_nearest_rank(share, expected):
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_a_spread_shows_the_median_between_the_least_and_the_greatest():
    assert f"{Spread.of([3.0, 1.0, 10.0]):.1f}" == "3.0 (1.0 to 10.0)"


def test_a_table_is_markdown_with_its_notes_and_the_machine_below(capsys):
    print_table("Speed", ["who", "ms"], [["ours", "1"], ["a peer", "20"]], ["One note."])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:6] == ["## Speed", "", "| who    | ms |", "| ------ | -- |", "| ours   | 1  |"]
    assert lines[8] == "One note."
    assert "cores" in lines[9]
    assert "Python" in lines[9]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([True] * 8 + [False] * 2, "0.80 (0.49 to 0.94)"),  # the values of Wilson's formula worked out by hand
        ([True] * 10, "1.00 (0.72 to 1.00)"),
        ([False] * 100, "0.00 (0.00 to 0.04)"),
        ([], "-"),
    ],
)
def test_a_share_is_shown_with_its_interval(outcomes, expected):
    assert str(Share.of(outcomes)) == expected
