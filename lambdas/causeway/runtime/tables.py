"""What every table of ours is read and written by: writes of which all are made or none, and queries of several pages."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHANGED, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"
BUSY = {CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"}


class Overtaken(Exception):
    """Another writer has changed the rows since they were read."""


def transact(client: "DynamoDBClient", dependency: str, items: Sequence[Any], overtaken_by: Collection[str] = (CHANGED,)) -> None:
    """Raises Overtaken, or Throttled of the dependency when DynamoDB cancels for that reason.

    overtaken_by: the reasons that mean that another writer was faster; a conflict with one still at work is else tried again.
    """
    try:
        client.transact_write_items(TransactItems=items)
    except ClientError as error:
        reasons = {str(each.get("Code")) for each in error.response.get("CancellationReasons", [])} - {"None"}
        if reasons & set(overtaken_by):
            raise Overtaken from error
        if reasons & BUSY:
            raise Throttled(dependency, ",".join(sorted(reasons))) from error
        raise


def every_item(page: Callable[[Mapping[str, Any]], Any]) -> Iterator[Mapping[str, Any]]:
    """The items of all pages of a query. page: asks for one; it is given what tells DynamoDB where to go on."""
    start: Mapping[str, Any] = {}
    while True:
        answer = page(start)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
