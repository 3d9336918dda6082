import pytest

from local.comparison.matching import gaps
from local.comparison.template import Pattern


def paths(expected: object, observed: object) -> list[str]:
    return [gap.path for gap in gaps(expected, observed)]


@pytest.mark.parametrize(
    ("expected", "observed"),
    [
        (4, "4"),
        (True, "true"),
        (False, None),
        ([], None),
        ({"a": 1}, {"a": 1, "b": 2}),
        (["a", "b"], ["b", "a"]),
        ("one", ["one"]),
        ({"Statement": []}, '{"Statement": []}'),
        (Pattern("arn:.*key/1"), "arn:aws:kms:us-east-1:0:key/1"),
    ],
)
def test_what_means_the_same_is_no_difference(expected: object, observed: object) -> None:
    assert paths(expected, observed) == []


def test_a_dropped_property_is_named_by_its_path() -> None:
    assert paths({"Replicas": [{"Recovery": {"Enabled": True}}]}, {"Replicas": [{}]}) == ["Replicas[0].Recovery"]


def test_a_missing_and_an_added_element_are_both_named() -> None:
    assert paths({"Rules": ["a", "b"]}, {"Rules": ["a", "c", "d"]}) == ["Rules[1]", "Rules"]


def test_more_tags_than_asked_for_are_no_difference() -> None:
    assert paths({"Tags": ["a"]}, {"Tags": ["a", "b"]}) == []


def test_a_true_that_became_false_is_a_difference() -> None:
    assert paths({"Enabled": True}, {"Enabled": False}) == ["Enabled"]


def test_a_false_that_became_true_is_a_difference() -> None:
    assert paths({"Enabled": False}, {"Enabled": True}) == ["Enabled"]


def test_a_pattern_needs_the_whole_value() -> None:
    assert paths({"Arn": Pattern("arn:1")}, {"Arn": "arn:12"}) == ["Arn"]
    assert paths({"Arn": Pattern(".+")}, {"Arn": None}) == ["Arn"]
