"""Takes messages out of a queue where they are: ministack copies a queue of 10,000 for each message that is deleted.

What workers have is at the front of its queue, so a search from there ends early. The event loop and the thread that fills functions
change a queue one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from local.cloud import emulator

Message = dict[str, Any]
Handler = Callable[[dict[str, Any], str], dict[str, Any]]


def install() -> None:
    sqs = emulator.part("services.sqs")
    sqs._delete_messages_for_esm = _deleted_after_a_call
    sqs._HANDLERS["DeleteMessageBatch"] = _alone(_delete_batch)
    sqs._HANDLERS["ChangeMessageVisibilityBatch"] = _alone(sqs._HANDLERS["ChangeMessageVisibilityBatch"])


def taken_out(messages: list[Message], receipts: Collection[str]) -> set[str]:
    """Removes the messages with these receipts; the receipts of those that were there."""
    gone: set[str] = set()
    place = 0
    while len(gone) < len(receipts) and place < len(messages):
        receipt = messages[place].get("receipt_handle")
        if receipt is not None and receipt in receipts:
            del messages[place]
            gone.add(receipt)
        else:
            place += 1
    return gone


def _alone(handle: Handler) -> Handler:
    def run(data: dict[str, Any], url: str) -> dict[str, Any]:
        with emulator.part("services.sqs")._queues_lock:
            return handle(data, url)

    return run


def _deleted_after_a_call(queue_url: str, receipts: set[str]) -> None:
    sqs = emulator.part("services.sqs")
    with sqs._queues_lock:
        taken_out(sqs._get_q(queue_url)["messages"], receipts)


def _delete_batch(data: dict[str, Any], url: str) -> dict[str, Any]:
    sqs = emulator.part("services.sqs")
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
    gone = taken_out(queue["messages"], {entry.get("ReceiptHandle", "") for entry in entries})
    said: dict[str, Any] = {"Successful": [], "Failed": []}
    for entry in entries:
        if entry.get("ReceiptHandle", "") in gone:
            said["Successful"].append({"Id": entry.get("Id", "")})
        else:
            why = {"Code": "ReceiptHandleIsInvalid", "Message": "The input receipt handle is invalid.", "SenderFault": True}
            said["Failed"].append({"Id": entry.get("Id", ""), **why})
    return said
