import json

from local.cloud.metrics import points


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
