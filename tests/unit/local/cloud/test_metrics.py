import json

import pytest

from local.cloud.metrics import Log, _into_groups_that_stand, points


def line(**changes: object) -> str:
    document = {
        "_aws": {
            "Timestamp": 1,
            "CloudWatchMetrics": [
                {"Namespace": "Causeway", "Dimensions": [["service"]], "Metrics": [{"Name": "Answers", "Unit": "Count"}]},
            ],
        },
        "service": "answers",
        "Answers": [1.0, 2.0],
    }
    return json.dumps(document | changes)


def test_each_value_of_an_embedded_metric_is_one_point() -> None:
    found = list(points(f"START\n{line()}\nEND"))
    assert [(point.name, point.value, point.unit, point.dimensions) for point in found] == [
        ("Answers", 1.0, "Count", {"service": "answers"}),
        ("Answers", 2.0, "Count", {"service": "answers"}),
    ]


def test_a_metric_that_is_named_but_not_given_is_no_point() -> None:
    assert list(points(line(Answers=None))) == []


def test_lines_that_only_look_like_metrics_are_passed_by() -> None:
    assert list(points('{"CloudWatchMetrics": broken\nplain text "CloudWatchMetrics"\n{"CloudWatchMetrics": 1}')) == []


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_only_a_line_feed_ends_a_log_line(sign: str) -> None:
    said = json.dumps({"reason": f"too{sign}long"}, ensure_ascii=False)
    assert Log(f"START\n\n{said}\n").splitlines() == ["START", "", said]
    assert Log(f"START\n{said}").splitlines(keepends=True) == ["START\n", said]


def test_a_metric_beside_text_with_other_line_ends_is_a_point() -> None:
    said = json.dumps(json.loads(line(Answers=3.0)) | {"question": "one\u2028two\x85three"}, ensure_ascii=False)
    assert [point.value for point in points(said)] == [3.0]


def test_the_log_of_a_call_that_outlives_its_group_is_dropped() -> None:
    written: list[str] = []
    emit = _into_groups_that_stand(lambda function, log: written.append(log), lambda: {"/causeway/local/answers"})
    emit({"config": {"LoggingConfig": {"LogGroup": "/causeway/local/answers"}}}, "its own")
    emit({"config": {"LoggingConfig": {"LogGroup": "/causeway/local/gone"}}}, "of a group that is gone")
    emit({"FunctionName": "of-a-test"}, "that Lambda makes a group for")
    assert written == ["its own", "that Lambda makes a group for"]
