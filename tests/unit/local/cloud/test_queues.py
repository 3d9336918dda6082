"""Messages that are taken from the front of a long queue."""

from typing import Any

from local.cloud.batches import is_due, next_visible
from local.cloud.queues import taken_out

NOW = 1000.0


def message(id: str, visible_at: float = 0.0, received: int = 0) -> dict[str, Any]:
    return {"id": id, "receipt_handle": f"receipt {id}" if received else None, "visible_at": visible_at, "receive_count": received}


def ids(messages: list[dict[str, Any]]) -> str:
    return "".join(each["id"] for each in messages)


def test_the_first_that_can_be_had_are_taken_and_no_further_message_is_looked_at() -> None:
    looked: list[str] = []

    class Message(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            looked.append(self["id"])
            return super().get(name, default)

    messages = [Message(message(id, NOW + 9 if id == "b" else 0.0)) for id in "abcdefgh"]
    visible, is_dead = next_visible(messages, 3, 5, NOW)
    assert (ids(visible), is_dead) == ("acd", False)
    assert set(looked) == set("abcd")


def test_what_was_received_too_often_is_not_taken_and_belongs_to_the_dead_letters() -> None:
    messages = [message("a", received=5), message("b", received=4), message("c", NOW + 1, received=5)]
    assert [ids(next_visible(messages, 10, receives, NOW)[0]) for receives in (5, 0)] == ["b", "ab"]
    assert [next_visible(some, 10, 5, NOW)[1] for some in (messages, messages[1:])] == [True, False]


def test_fewer_than_a_batch_wait_for_its_window() -> None:
    messages = [message("a", NOW - 4), message("b", NOW - 1)]
    assert not is_due([], 2, 0, NOW)
    assert is_due(messages, 2, 5, NOW)
    assert not is_due(messages, 3, 5, NOW)
    assert is_due(messages, 3, 4, NOW)


def test_messages_are_deleted_by_the_receipt_of_their_latest_delivery_alone() -> None:
    messages = [message("a", received=1), message("b"), message("c", received=2), message("d", received=1)]
    assert taken_out(messages, {"receipt a", "receipt d", "receipt of an earlier delivery"}) == {"receipt a", "receipt d"}
    assert ids(messages) == "bc"
    assert taken_out(messages, {""}) == set()
    assert ids(messages) == "bc"
