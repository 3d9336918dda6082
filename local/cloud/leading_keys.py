"""Whose rows a request to DynamoDB names: what AWS gives policies as `dynamodb:LeadingKeys`, and ministack does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

KeyOf = Callable[[str, str], str]  # name of a table and of its index, or "" → name of its partition key
_EQUALS = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)")


def leading_keys(body: bytes, key_of: KeyOf) -> dict[str, list[str]]:
    """Table → partition keys of the rows that a request reads or writes by key.

    A table that is scanned is not in it, nor is one whose request names no key that is understood: a policy that asks for
    the key then refuses.
    """
    found: dict[str, list[str]] = {}
    try:
        for table, index, row in _rows(json.loads(body or b"{}")):
            if value := row.get(key_of(table, index)):
                found.setdefault(table, []).append(str(next(iter(value.values()))))
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return {}  # which DynamoDB then refuses in its own words
    return found


def _rows(request: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Table, index and typed attributes of each row that is named."""
    if "KeyConditionExpression" in request:
        yield _name(request["TableName"]), request.get("IndexName", ""), dict(_equalities(request))
    elif "TableName" in request:
        yield _row(request)
    for item in request.get("TransactItems", ()):
        yield from map(_row, item.values())
    for table, asked in request.get("RequestItems", {}).items():
        yield from ((_name(table), "", row) for row in _batched(asked))


def _row(request: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    return _name(request["TableName"]), "", request.get("Key") or request.get("Item") or {}


def _equalities(query: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Attribute → typed value, of each `=` in a query's condition."""
    names, values = query.get("ExpressionAttributeNames") or {}, query.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALS.findall(query["KeyConditionExpression"]):
        if value in values:
            yield names.get(name, name), values[value]


def _batched(asked: Any) -> Iterable[Mapping[str, Any]]:
    """Rows of one table in a batch that gets or writes."""
    if isinstance(asked, Mapping):
        return list(asked.get("Keys", ()))
    return [change.get("Item") or change.get("Key") or {} for one in asked for change in one.values()]


def _name(table: str) -> str:
    """Of a table that may be given by its ARN."""
    return table.rpartition("/")[2]
