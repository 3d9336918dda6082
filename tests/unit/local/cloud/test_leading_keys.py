"""Whose rows a request names."""

import json

import pytest

from local.cloud.leading_keys import leading_keys

KEYS = {("runs", ""): "pk", ("runs", "by-state"): "state", ("users", ""): "id"}
ROW = {"pk": {"S": "harbour#ada"}, "sk": {"S": "1"}}
OTHER = {"pk": {"S": "lantern#bela"}}


def found(**request: object) -> dict[str, list[str]]:
    return leading_keys(json.dumps(request).encode(), lambda table, index: KEYS[table, index])


@pytest.mark.parametrize("request_of_one", [{"Key": ROW}, {"Item": ROW}], ids=["by key", "whole"])
def test_one_row(request_of_one: dict[str, object]) -> None:
    assert found(TableName="runs", **request_of_one) == {"runs": ["harbour#ada"]}
    assert found(TableName="arn:aws:dynamodb:us-east-1:1:table/runs", **request_of_one) == {"runs": ["harbour#ada"]}


@pytest.mark.parametrize("condition", ["pk = :p", "#p = :p AND begins_with(sk, :s)", "sk > :s and #p=:p", "(#p = :p) AND (sk = :s)"])
def test_a_query_in_any_order_with_and_without_placeholders(condition: str) -> None:
    values = {":p": {"S": "harbour#ada"}, ":s": {"S": "1"}}
    names = {"#p": "pk"}
    asked = found(TableName="runs", KeyConditionExpression=condition, ExpressionAttributeNames=names, ExpressionAttributeValues=values)
    assert asked == {"runs": ["harbour#ada"]}


def test_a_query_of_an_index_names_the_key_of_the_index() -> None:
    values = {":s": {"S": "open"}}
    asked = found(TableName="runs", IndexName="by-state", KeyConditionExpression="state = :s", ExpressionAttributeValues=values)
    assert asked == {"runs": ["open"]}


def test_every_row_of_a_batch_and_of_a_transaction() -> None:
    written = {"runs": [{"PutRequest": {"Item": ROW}}, {"DeleteRequest": {"Key": OTHER}}]}
    read = {"runs": {"Keys": [ROW, OTHER]}}
    rows = {"runs": ["harbour#ada", "lantern#bela"]}
    assert found(RequestItems=written) == found(RequestItems=read) == rows
    items = [
        {"Put": {"TableName": "runs", "Item": ROW}},
        {"Update": {"TableName": "runs", "Key": OTHER}},
        {"Delete": {"TableName": "users", "Key": {"id": {"N": "7"}}}},
    ]
    assert found(TransactItems=items) == {**rows, "users": ["7"]}


STRANGE = [
    b"",
    b"no json",
    b"[]",
    b'{"TableName": "runs"}',
    b'{"TableName": "runs", "Key": {"other": {"S": "x"}}}',
    b'{"TableName": "runs", "Key": {"pk": {}}}',
    b'{"TableName": "runs", "Key": {"pk": "harbour"}}',
    b'{"TableName": 7, "Key": {"pk": {"S": "x"}}}',
    b'{"TransactItems": [{"Put": {"Item": {"pk": {"S": "x"}}}}]}',
    b'{"TransactItems": 3}',
    b'{"RequestItems": {"runs": [7]}}',
]


@pytest.mark.parametrize("body", STRANGE)
def test_a_scan_and_what_is_not_understood_name_no_row(body: bytes) -> None:
    assert leading_keys(body, lambda table, index: KEYS[table, index]) == {}
