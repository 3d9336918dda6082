"""What came of events, for each tenant: which began a run, which were held back and why, and how many of a day.

Rows are beside the runs, in a partition of the tenant's that no run can have: the count of a trigger's day, and an item for each event, by
which it is known when it comes again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from causeway.agents.rows import partition
from causeway.agents.triggered import of_service
from causeway.conversations.items import Item, is_live, number, text
from causeway.runtime.dependencies import Dependency
from causeway.runtime.tables import Overtaken, every_item, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Why = Literal["limit", "loop", "late", "switched-off", "nobody", "screened"]
TALLY = "tally"  # no run has this id: those are hexadecimal
DAY, EVENT, HELD, RUN = "day#", "event#", "held#", "run#"
KEPT_SECONDS = 7 * 86400  # as long as runs
LATE_SECONDS = 6 * 86400  # an older event may have begun a run that is forgotten


class TallyItem(TypedDict, total=False):
    """run_key: the tenant's partition of triggers. item: a trigger's day, an event, one that was held back, or a run that was begun.

    started, held: runs that began on that day, and events that were held back. last_run: id of the last that began.
    outcome: of an event, `begun` or `held`. trigger: by which the run was begun. why: the event was held back. at: seconds since 1970.
    Data class: confidential; run_key, started, held, last_run, outcome, trigger, why, at, expires_at: internal.
    """

    run_key: str
    item: str
    started: int
    held: int
    last_run: str
    outcome: str
    trigger: str
    why: Why
    at: int
    expires_at: int


@dataclass(frozen=True)
class Day:
    """A trigger's day, in UTC. last_run: "" where none began."""

    trigger: str
    day: str
    started: int
    held: int
    last_run: str = ""


@dataclass(frozen=True)
class Held:
    """An event that began nothing. at: seconds since 1970."""

    trigger: str
    event: str
    why: str
    at: int


class Tally:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "runs"."""

    def __init__(
        self,
        clients: Callable[[str], "DynamoDBClient"],
        table: str,
        dependency: Dependency,
        now: Callable[[], float] = time.time,
    ) -> None:
        """clients: the client that reaches the rows of a tenant; it has the patience of `dependency`. now: seconds since 1970."""
        self._clients, self._table, self._dependency, self._now = clients, table, dependency, now

    def begin(self, tenant: str, trigger: str, event: str, run_id: str, most: int) -> Literal["begun", "held", "full"]:
        """Count a run that is about to begin, once for each event.

        "begun": it may begin, or did when the event came before. "held": it was held back before. "full": the day has as many as it may.
        """
        claim = self._put(tenant, f"{EVENT}{trigger}#{event}", outcome=text("begun"))
        begun_by_us = self._put(tenant, f"{RUN}{run_id}", trigger=text(trigger))
        values = {":one": number(1), ":most": number(most), ":run": text(run_id)}
        day = self._count(
            tenant, trigger, "ADD started :one SET last_run = :run", values, "attribute_not_exists(started) OR started < :most"
        )
        try:
            self._write(tenant, [{"Put": {**claim, **_NEW}}, day, {"Put": begun_by_us}])
        except Overtaken:
            known = self._found(tenant, f"{EVENT}{trigger}#{event}")
            if known is None:
                return "full"
            return "begun" if known["outcome"]["S"] == "begun" else "held"
        return "begun"

    def hold(self, tenant: str, trigger: str, event: str, why: Why) -> bool:
        """Write down that an event begins nothing. False where what comes of it was written down before."""
        claim = self._put(tenant, f"{EVENT}{trigger}#{event}", outcome=text("held"))
        listed = self._put(tenant, f"{HELD}{trigger}#{event}", why=text(why), at=number(int(self._now())))
        day = self._count(tenant, trigger, "ADD held :one", {":one": number(1)})
        try:
            self._write(tenant, [{"Put": {**claim, **_NEW}}, day, {"Put": listed}])
        except Overtaken:
            return False
        return True

    def began(self, tenant: str, run_id: str) -> bool:
        """Whether a trigger has begun this run."""
        return self._found(tenant, f"{RUN}{run_id}") is not None

    def days(self, tenant: str) -> Sequence[Day]:
        return [_day(item) for item in self._all(tenant, DAY)]

    def held(self, tenant: str) -> Sequence[Held]:
        return [_held(item) for item in self._all(tenant, HELD)]

    def _count(self, tenant: str, trigger: str, update: str, values: dict[str, Any], condition: str = "") -> dict[str, Any]:
        today = datetime.fromtimestamp(self._now(), UTC).strftime("%Y-%m-%d")
        expires = " , expires_at = :expires" if " SET " in update else " SET expires_at = :expires"
        counted = {
            "TableName": self._table,
            "Key": _key(tenant, f"{DAY}{trigger}#{today}"),
            "UpdateExpression": f"{update}{expires}",
            "ExpressionAttributeValues": {**values, ":expires": number(self._expires())},
        }
        return {"Update": counted | ({"ConditionExpression": condition} if condition else {})}

    def _put(self, tenant: str, item: str, **content: Any) -> dict[str, Any]:
        return {"TableName": self._table, "Item": {**_key(tenant, item), **content, "expires_at": number(self._expires())}}

    def _expires(self) -> int:
        return int(self._now()) + KEPT_SECONDS

    def _write(self, tenant: str, items: list[Any]) -> None:
        self._dependency.call(lambda: transact(self._clients(tenant), self._dependency.name, items))

    def _found(self, tenant: str, item: str) -> Item | None:
        return next((found for found in self._all(tenant, item) if found["item"]["S"] == item), None)

    def _all(self, tenant: str, begins: str) -> list[Item]:
        asked: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "run_key = :tally AND begins_with(#item, :begins)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":tally": _key(tenant, "")["run_key"], ":begins": text(begins)},
            "ConsistentRead": True,
        }
        found = every_item(lambda start: self._dependency.call(lambda: self._clients(tenant).query(**asked, **start)))
        return [item for item in found if is_live(item)]


_NEW = {"ConditionExpression": "attribute_not_exists(run_key)"}


def _key(tenant: str, item: str) -> dict[str, Any]:
    return {"run_key": text(partition(of_service(tenant), TALLY)), "item": text(item)}


def _day(item: Item) -> Day:
    _, trigger, day = item["item"]["S"].split("#")
    counts = {name: int(item[name]["N"]) if name in item else 0 for name in ("started", "held")}
    return Day(trigger, day, **counts, last_run=item["last_run"]["S"] if "last_run" in item else "")


def _held(item: Item) -> Held:
    _, trigger, event = item["item"]["S"].split("#", 2)
    return Held(trigger, event, item["why"]["S"], int(item["at"]["N"]))
