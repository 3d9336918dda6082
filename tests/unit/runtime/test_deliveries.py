"""Messages of a queue: finished, put off, kept hidden while their function works, and left to come again."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from moto import mock_aws

from causeway.runtime import deliveries as module
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.deliveries import HIDDEN_SECONDS, LONGEST_DELAY, QUEUE, Deliveries, Delivery, Queue
from causeway.runtime.errors import DependencyUnavailable, Throttled


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        forget_clients()
        yield sqs().create_queue(QueueName="work", Attributes={"VisibilityTimeout": "300"})["QueueUrl"]
    forget_clients()


def sqs() -> Any:
    return client("sqs", **QUEUE.patience)


def received(url: str) -> list[dict[str, Any]]:
    """The records of Lambda's event for what the queue has."""
    asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    return [
        {
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": each["Attributes"],
            "messageAttributes": {name: {"stringValue": value["StringValue"]} for name, value in each.get("MessageAttributes", {}).items()},
        }
        for each in sqs().receive_message(**asked).get("Messages", [])
    ]


def counts(url: str) -> tuple[int, int, int]:
    """Messages to be had, hidden ones, and those that wait for their time."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    found = sqs().get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(found[name]) for name in names)  # type: ignore[return-value]


def hidden() -> list[Any]:
    """The requests to hide messages from now on."""
    asked: list[Any] = []
    sqs().meta.events.register("before-parameter-build.sqs.ChangeMessageVisibilityBatch", lambda params, **_: asked.append(params))
    return asked


def batch(url: str, *bodies: str) -> Deliveries:
    Queue(sqs(), url).send(bodies)
    return Deliveries(received(url), Queue(sqs(), url))


def test_what_is_finished_is_gone_before_the_function_ends_and_the_rest_comes_again_in_a_moment(url: str) -> None:
    work = batch(url, "a", "b", "c")
    first, second, third = work
    work.finish([first, third])
    assert counts(url) == (0, 1, 0)
    assert work.left() == {"batchItemFailures": [{"itemIdentifier": second.id}]}
    sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=second.receipt, VisibilityTimeout=0)
    [again] = received(url)
    assert Delivery.of(again).came_again


def test_a_message_that_is_put_off_comes_as_a_new_one_that_knows_how_often(url: str) -> None:
    work = batch(url, "a")
    [one] = work
    work.put_off(one, 0)
    assert work.left() == {"batchItemFailures": []}
    [again] = received(url)
    assert (Delivery.of(again).tries, Delivery.of(again).came_again, again["body"]) == (1, False, "a")


def test_each_time_it_waits_longer_up_to_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    assert [module._pause(tries) for tries in (0, 1, 4, 7, 8, 1000)] == [5, 10, 80, 640, LONGEST_DELAY, LONGEST_DELAY]
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    assert module._pause(8) == LONGEST_DELAY // 2


def test_a_worker_keeps_its_messages_some_seconds_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = hidden()
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    work = batch(url, *"abcdefghijkl"[:10])
    for clock[0] in (1000.0, 1001.0, 1002.9, 1003.0, 1004.0):
        work.keep()
    assert [{each["VisibilityTimeout"] for each in one["Entries"]} for one in asked] == [{HIDDEN_SECONDS}] * 2
    work.finish(list(work)[:9])
    clock[0] = 1007.0
    work.keep()
    assert len(asked[-1]["Entries"]) == 1


def test_a_worker_that_waits_for_a_service_keeps_what_is_left_of_its_messages_meanwhile(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWED_SECONDS", 0.02)
    asked, work = hidden(), batch(url, "a", "b", "c")
    with work.kept():
        work.finish(list(work)[:2])
        time.sleep(0.5)
    assert len(asked) > 3
    assert len(asked[-1]["Entries"]) == 1
    assert work.left()["batchItemFailures"], "the last one"
    told = len(asked)
    time.sleep(0.1)
    assert len(asked) == told, "nothing is asked of a queue once the call is over"


def test_a_queue_that_was_busy_is_asked_again_in_some_seconds(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWED_SECONDS", 0.02)
    work, asked = batch(url, "a"), []

    def hide(deliveries: Sequence[Delivery], seconds: int) -> None:
        asked.append(seconds)
        raise Throttled("queue", "busy")

    monkeypatch.setattr(work._queue, "hide", hide)
    with work.kept():
        time.sleep(0.5)
    assert len(asked) > 3


def test_a_worker_that_gives_no_sign_of_life_lets_its_messages_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWED_SECONDS", 0.02)
    monkeypatch.setattr(module, "STILL_SECONDS", 0.2)
    asked, work = hidden(), batch(url, "a")
    with work.kept():
        time.sleep(0.6)
        told = len(asked)
        time.sleep(0.3)
        assert len(asked) == told
        work.keep()
        assert len(asked) > told
    assert told > 1


def test_more_than_ten_messages_and_large_ones_are_sent_in_as_many_requests_as_sqs_takes(url: str) -> None:
    asked: list[Any] = []
    sqs().meta.events.register("before-parameter-build.sqs.SendMessageBatch", lambda params, **_: asked.append(len(params["Entries"])))
    Queue(sqs(), url).send(["x"] * 23)
    Queue(sqs(), url).send(["x" * 100_000] * 5)
    assert asked == [10, 10, 3, 2, 2, 1]
    assert counts(url)[0] == 28


def test_a_message_that_the_queue_did_not_take_is_no_success(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    refused = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    sqs().meta.events.register("after-call.sqs.SendMessageBatch", lambda parsed, **_: parsed.update(refused))
    with pytest.raises(DependencyUnavailable, match="InternalError"):
        Queue(sqs(), url).send(["a"])
