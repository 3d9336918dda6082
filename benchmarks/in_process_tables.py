"""Tables in memory that know the expressions by which conversations and runs of agents are written, and refuse every other one.

moto takes more than 50 ms of CPU for an interleaving of two writers, this takes 4. `benchmarks.memory` runs the same interleavings on both
and compares the turns that are left.
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]
_SET = re.compile(r"#?(\w+) = (?::(\w+)|if_not_exists\(#(\w+), :(\w+)\))")
_EXISTS, _COMPARES = re.compile(r"attribute_(not_)?exists\((\w+)\)"), re.compile(r"#?(\w+) (=|<=) :(\w+)")


class InProcessTables:
    """In place of a client, for the two operations by which conversations are read and written. keys: of each table."""

    def __init__(self, keys: Mapping[str, tuple[str, str]]) -> None:
        self._keys = keys
        self.items: dict[tuple[str, str, str], Item] = {}

    def transact_write_items(self, *, TransactItems: list[Any]) -> None:
        """All or nothing. Raises ClientError as DynamoDB's client when a condition does not hold."""
        writes = [next(iter(each.items())) for each in TransactItems]
        held = [_holds(self.items.get(self._place(write)), write) for _, write in writes]
        if not all(held):
            reasons = [{"Code": "None" if each else "ConditionalCheckFailed"} for each in held]
            error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")
        for kind, write in writes:
            place = self._place(write)
            self.items[place] = write["Item"] if kind == "Put" else _updated({**write["Key"], **self.items.get(place, {})}, write)

    def query(self, *, TableName: str, ExpressionAttributeValues: Any, Limit: int | None = None, **options: Any) -> Any:
        """The items of one partition in the order of the sort key."""
        (partition,) = ExpressionAttributeValues.values()
        places = sorted(place for place in self.items if place[:2] == (TableName, partition["S"]))
        ordered = places if options.get("ScanIndexForward", True) else places[::-1]
        return {"Items": [self.items[place] for place in ordered[:Limit]]}

    def _place(self, write: Any) -> tuple[str, str, str]:
        one, two = self._keys[write["TableName"]]
        key = write.get("Key") or write["Item"]
        return write["TableName"], key[one]["S"], key[two]["S"]


def _holds(item: Item | None, write: Any) -> bool:
    """Conditions are known without brackets: AND binds before OR, as in DynamoDB."""
    if not (condition := write.get("ConditionExpression", "")):
        return True
    alternatives = [[_is_true(each, item or {}, write) for each in part.split(" AND ")] for part in condition.split(" OR ")]
    return any(map(all, alternatives))


def _is_true(condition: str, item: Item, write: Any) -> bool:
    if found := _EXISTS.fullmatch(condition):
        return (found[2] in item) != bool(found[1])
    if found := _COMPARES.fullmatch(condition):
        name = write.get("ExpressionAttributeNames", {}).get(f"#{found[1]}", found[1])
        value = write["ExpressionAttributeValues"][f":{found[3]}"]
        return item.get(name) == value if found[2] == "=" else name in item and float(item[name]["N"]) <= float(value["N"])
    raise ValueError(f"not known here: {condition}")


def _updated(item: Item, write: Any) -> Item:
    expression = write["UpdateExpression"].removeprefix("SET ")
    changes = [_SET.fullmatch(each) for each in re.split(r", (?=#|\w+ =)", expression)]
    names, values = write.get("ExpressionAttributeNames", {}), write["ExpressionAttributeValues"]
    new = dict(item)
    for change in changes:
        if change is None:
            raise ValueError(f"not known here: {write['UpdateExpression']}")
        name = names.get(f"#{change[1]}", change[1])
        new[name] = values[f":{change[2]}"] if change[2] else item.get(names[f"#{change[3]}"], values[f":{change[4]}"])
    return new
