"""The bookshop's orders in the table of the running deployment."""

import pytest

from causeway.agents.records import TenantRecords
from local.app import records
from local.app.aws import client, parameter
from local.app.domain import BOOKSHOP, Domain


def order(tenant, number):
    """The order as it is in the table."""
    return TenantRecords(lambda _: client("dynamodb"), parameter("data/records-table"), records.TABLE, tenant).get("orders", number)


@pytest.fixture(autouse=True)
def orders(deployment):
    """Every test finds the orders as the sample has them."""
    table, dynamodb = parameter("data/records-table"), client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("record_key", "item")})
    records.settle(Domain.read(BOOKSHOP))
