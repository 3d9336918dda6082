"""Batches in DynamoDB. See docs/decisions/191-batches-of-questions.md."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from causeway.batches import rows
from causeway.batches.batch import Batch, Progress
from causeway.conversations.items import Item, is_live, number, text
from causeway.conversations.keys import Owner
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.tables import Overtaken, every_item, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NONE_YET = "attribute_not_exists(batch_key) OR expires_at <= :now"


class Batches:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "batches"."""

    def __init__(self, client: "DynamoDBClient", table: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._table, self._dependency = client, table, dependency

    def create(self, batch: Batch, blocks: Sequence[str]) -> Batch:
        """Keep a batch with all its questions, or nothing of it. Returns the one that the owner has under this id already, if any."""
        first, *rest = rows.items_of(batch, blocks)
        try:
            self._write([self._put(first, NONE_YET, {":now": number(batch.created_at)}), *map(self._put, rest)])
        except Overtaken:
            found = self.get(batch.owner, batch.id)
            if found is None:  # it has expired at this very moment
                raise Throttled(self._dependency.name, "the batch before has just expired") from None
            return found
        return batch

    def get(self, owner: Owner, batch_id: str) -> Batch | None:
        """None when the owner has no such batch, or it has expired."""
        where = {"batch_key": text(rows.partition(owner, batch_id)), "item": text(rows.META)}
        answer = self._dependency.call(lambda: self._client.get_item(TableName=self._table, Key=where, ConsistentRead=True))
        return rows.batch_of(answer.get("Item"))

    def mark_queued(self, batch: Batch) -> None:
        self._set(batch, "is_queued")

    def cancel(self, batch: Batch) -> None:
        """No question of it is begun any more."""
        self._set(batch, "is_cancelled")

    def progress(self, batch: Batch, first: int, last: int) -> list[Progress]:
        """Of the questions from `first` to `last` that an attempt was made of, by number."""
        return [rows.progress_of(item) for item in self._items(batch, rows.PROGRESS, first, last)]

    def questions(self, batch: Batch, first: int, last: int) -> dict[int, Any]:
        """Questions as they were sent, by number: those from `first` to `last`, and what else is in their blocks."""
        blocks = self._items(batch, rows.BLOCK, rows.block_of(first), rows.block_of(last))
        return {
            rows.number_of(block) * rows.BLOCK_SIZE + place: question
            for block in blocks
            for place, question in enumerate(json.loads(block["content"]["S"]), start=1)
        }

    def answers(self, batch: Batch, first: int, last: int) -> dict[int, str]:
        """Answers as JSON, by the number of their question."""
        return {rows.number_of(item): item["content"]["S"] for item in self._items(batch, rows.ANSWER, first, last)}

    def save(self, batch: Batch, before: Progress, after: Progress, answer: str | None = None) -> None:
        """Write how far a question is, with its answer if it has one: both or nothing.

        Raises Overtaken when the row is no longer as `before` says. The same write once more is no error.
        """
        is_ours = "(version = :after AND claim = :mine)"
        values = {":after": number(after.version), ":mine": text(after.claim)}
        if before.version:
            condition = f"(version = :before AND claim = :claim) OR {is_ours}"
            values |= {":before": number(before.version), ":claim": text(before.claim)}
        else:
            condition, values = f"{NONE_YET} OR {is_ours}", values | {":now": number(batch.created_at)}
        written = [self._put(rows.progress_item(batch, after), condition, values)]
        self._write(written if answer is None else [*written, self._put(rows.answer_item(batch, after.number, answer))])

    def _put(self, item: Any, condition: str | None = None, values: Any = None) -> Any:
        under = {"ConditionExpression": condition, "ExpressionAttributeValues": values} if condition else {}
        return {"Put": {"TableName": self._table, "Item": item, **under}}

    def _write(self, puts: list[Any]) -> None:
        """All or nothing. Raises Overtaken when a condition does not hold."""
        self._dependency.call(lambda: transact(self._client, self._dependency.name, puts))

    def _set(self, batch: Batch, flag: str) -> None:
        self._dependency.call(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=rows.key(batch, rows.META),
                UpdateExpression=f"SET {flag} = :true",
                ConditionExpression="attribute_exists(batch_key)",
                ExpressionAttributeValues={":true": {"BOOL": True}},
            )
        )

    def _items(self, batch: Batch, kind: str, first: int, last: int) -> Iterator[Item]:
        """Live items of one kind, numbered from `first` to `last`."""
        names = {":batch": rows.partition(batch.owner, batch.id), ":first": rows.numbered(kind, first), ":last": rows.numbered(kind, last)}
        values = {name: text(value) for name, value in names.items()}
        yield from filter(is_live, every_item(lambda start: self._dependency.call(lambda: self._page(values, start))))

    def _page(self, values: Any, start: Any) -> Any:
        return self._client.query(
            TableName=self._table,
            KeyConditionExpression="batch_key = :batch AND #item BETWEEN :first AND :last",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            **start,
        )
