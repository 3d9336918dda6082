from typing import Any

from local.cloud.workflows import _assigning_at_once, _in_batches, _with_jsonata, seconds_to_wait

RETRIER = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 30}


def test_each_retry_waits_longer_up_to_the_longest_delay() -> None:
    assert [seconds_to_wait(RETRIER, retries) for retries in (0, 1, 4, 5, 50)] == [1, 2, 16, 30, 30]


def test_full_jitter_waits_anything_up_to_the_delay() -> None:
    waits = [seconds_to_wait({**RETRIER, "JitterStrategy": "FULL"}, 4) for _ in range(200)]
    assert min(waits) < 4
    assert 12 < max(waits) <= 16


def test_a_retrier_that_says_nothing_waits_as_the_language_defines() -> None:
    assert [seconds_to_wait({}, retries) for retries in (0, 1, 2)] == [1, 2, 4]


def test_expressions_of_an_assign_see_the_variables_as_they_were_before_it() -> None:
    def one_after_another(state: dict[str, Any], given: Any, context: dict[str, Any]) -> None:
        for name, other in state["Assign"].items():
            context["variables"][name] = f"{context['variables'][other]}+1"

    context = {"variables": {"at": "0", "found": "none"}}
    _assigning_at_once(one_after_another)({"Assign": {"at": "at", "found": "at"}}, None, context)
    assert context["variables"] == {"at": "0+1", "found": "0+1"}


def test_a_distributed_map_reads_where_an_expression_says_in_batches_and_puts_out_what_one_says() -> None:
    listed = [{"Key": str(number)} for number in range(5)]
    read = _in_batches(lambda reader, *_: listed if reader["Arguments"] == {"Bucket": "b"} else [])
    given: list[Any] = []

    def run_map(state: dict[str, Any], *_: Any) -> tuple[Any, str]:
        given.extend(read(state["ItemReader"], None, None))
        return ["done"] * 3, "Next"

    def evaluate(value: Any, *_: Any, result: Any = None) -> Any:
        if isinstance(value, dict):
            return {name: evaluate(each, result=result) for name, each in value.items()}
        return {"{% bucket %}": "b", "{% result %}": result}.get(value, value) if isinstance(value, str) else value

    state = {
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": {"Bucket": "{% bucket %}"}},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"of": "{% bucket %}"}},
        "Output": {"all": "{% result %}"},
    }
    output = _with_jsonata(run_map, evaluate)(state, {}, {}, {}, {}, {})
    assert given == [
        {"BatchInput": {"of": "b"}, "Items": listed[:2]},
        {"BatchInput": {"of": "b"}, "Items": listed[2:4]},
        {"BatchInput": {"of": "b"}, "Items": listed[4:]},
    ]
    assert output == ({"all": ["done"] * 3}, "Next")


def test_a_map_without_a_reader_in_jsonata_is_left_as_it_is() -> None:
    state = {"Output": "x"}
    assert _with_jsonata(lambda state, *_: (state, "Next"), lambda *_: 1 / 0)(state, {}, {}, {}, {}, {}) == (state, "Next")
    assert _in_batches(lambda *_: [1, 2])({}, None) == [1, 2]
