"""The tables of the memory benchmark hold to conditions as DynamoDB does, and refuse what they do not know."""

import pytest
from botocore.exceptions import ClientError

from benchmarks.in_process_tables import InProcessTables

KEY = {"owner": {"S": "ada"}, "id": {"S": "1"}}


def update(condition: str, expression: str = "SET #n = :n, #due = if_not_exists(#due, :due)") -> dict:
    names = {"#n": "n", "#due": "due"}
    values = {":n": {"N": "2"}, ":due": {"N": "5"}, ":before": {"N": "1"}}
    return {
        "Update": {
            "TableName": "t",
            "Key": KEY,
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
    }


@pytest.fixture
def tables() -> InProcessTables:
    made = InProcessTables({"t": ("owner", "id")})
    made.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": {**KEY, "n": {"N": "1"}}}}])
    return made


def test_a_write_whose_condition_holds_is_made_once_and_all_are_cancelled_when_one_does_not(tables: InProcessTables) -> None:
    tables.transact_write_items(TransactItems=[update("#n = :before")])
    other = {"Put": {"TableName": "t", "Item": {"owner": {"S": "ada"}, "id": {"S": "2"}}}}
    with pytest.raises(ClientError) as cancelled:
        tables.transact_write_items(TransactItems=[other, update("#n = :before")])
    assert [each["Code"] for each in cancelled.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    found = tables.query(TableName="t", ExpressionAttributeValues={":owner": {"S": "ada"}})["Items"]
    assert found == [{**KEY, "n": {"N": "2"}, "due": {"N": "5"}}]


def test_what_is_set_already_stays_and_a_missing_attribute_fails_a_condition(tables: InProcessTables) -> None:
    tables.transact_write_items(TransactItems=[update("attribute_exists(n)")])
    later = update("attribute_exists(due)")
    later["Update"]["ExpressionAttributeValues"][":due"] = {"N": "9"}
    tables.transact_write_items(TransactItems=[later])
    assert tables.query(TableName="t", ExpressionAttributeValues={":o": {"S": "ada"}})["Items"][0]["due"] == {"N": "5"}
    with pytest.raises(ClientError):
        tables.transact_write_items(TransactItems=[update("attribute_exists(nothing)")])


@pytest.mark.parametrize(("condition", "expression"), [("size(n) > 1", "SET #n = :n"), ("attribute_exists(n)", "SET #n = #n + :n")])
def test_expressions_that_it_does_not_know_are_refused(tables: InProcessTables, condition: str, expression: str) -> None:
    with pytest.raises(ValueError, match="not known here"):
        tables.transact_write_items(TransactItems=[update(condition, expression)])


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("attribute_not_exists(id) OR n <= :due AND n = :before", True),
        ("attribute_not_exists(id) OR n <= :due AND n = :n", False),
        ("attribute_not_exists(due) AND n = :before", True),
        ("attribute_not_exists(id)", False),
        ("n <= :n", True),
        ("due <= :n", False),
    ],
)
def test_alternatives_hold_when_all_of_one_of_them_do(tables: InProcessTables, condition: str, holds: bool) -> None:
    if holds:
        tables.transact_write_items(TransactItems=[update(condition, "SET n = :n, due = :due")])
        assert tables.items["t", "ada", "1"] == {**KEY, "n": {"N": "2"}, "due": {"N": "5"}}
    else:
        with pytest.raises(ClientError):
            tables.transact_write_items(TransactItems=[update(condition, "SET n = :n, due = :due")])
