"""What has happened, read from the events of ingestion, schedules, streams, state machines and other accounts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from causeway.conversations.keys import Owner
from causeway.triggers.trigger import OnAccount, OnDocument, OnExecution, OnSchedule, OnStream, Trigger

Facts = Mapping[str, str]
BECAME = {"Document indexed": "indexed", "Document failed": "failed"}  # by the event's detail type
LONGEST = 400  # characters of a fact


class Unreadable(ValueError):
    """No event of ours looks like this."""


@dataclass(frozen=True)
class Happening:
    """id: the same for the same event, however often it comes. at: seconds since 1970. facts: what the agent is told, by name.

    of: name of the user whose the record is, "" where it is nobody's. owner: the user whose the team's run is.
    by_run: id of the run of an agent that caused it.
    """

    kind: str
    tenant: str
    id: str
    at: float
    facts: Facts
    fits: Callable[[Trigger], bool] = field(compare=False)
    of: str = ""
    owner: Owner | None = None
    by_run: str = ""


@dataclass(frozen=True)
class Execution:
    """of: "teams". asked: its input."""

    of: str
    id: str
    status: str
    at: float
    asked: Mapping[str, Any]
    error: str


def scheduled(message: Mapping[str, Any]) -> Happening:
    """What our own schedules send."""
    try:
        name, tenant, time = str(message["trigger"]), str(message["tenant"]), str(message["time"])
        at = moment(time)
    except (KeyError, ValueError) as error:
        raise Unreadable(f"no message of a schedule: {error}") from error
    return Happening("schedule", tenant, time, at, {"time": time}, lambda each: isinstance(each.when, OnSchedule) and each.name == name)


def document(event: Mapping[str, Any]) -> Happening:
    """What ingestion says of a document on the bus."""
    try:
        became, detail, at = BECAME[event["detail-type"]], event["detail"], moment(event["time"])
        tenant, name = str(detail["tenant"]), str(detail["name"])
        id = f"{detail['document_id']}-{detail['upload']}-{became}"
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"no event of a document: {error}") from error

    def fits(trigger: Trigger) -> bool:
        when = trigger.when
        return isinstance(when, OnDocument) and when.became == became and name.startswith(when.below)

    return Happening("document", tenant, id, at, {"document": name}, fits)


def ended(execution: Execution) -> Happening:
    """An execution that has ended. What it says of users and tenants is what we wrote when it began."""
    asked, status, of = execution.asked, execution.status, execution.of
    try:
        run = asked["run"]
        owner, team, id = Owner(run["tenant"], run["user"], run["name"]), str(asked["team"]["name"]), str(run["id"])
    except (KeyError, TypeError) as error:
        raise Unreadable(f"no input of our executions: {error}") from error
    return Happening(
        "execution",
        owner.tenant,
        execution.id,
        execution.at,
        {"team": team, "run": id, "ended": status, "error": execution.error},
        lambda each: isinstance(each.when, OnExecution) and each.when.of == of and status in each.when.ended,
        owner=owner,
    )


def changed(record: Mapping[str, Any]) -> Happening | None:
    """A record of the stream of the table of business records. None where none was there before, or is after."""
    try:
        of_table = record["dynamodb"]
        tenant, _, kind = of_table["Keys"]["record_key"]["S"].partition("#")
        id, number = of_table["Keys"]["item"]["S"], str(of_table["SequenceNumber"])
        old, new = of_table.get("OldImage"), of_table.get("NewImage")
        if not old or not new:
            return None
        before, now = json.loads(old["content"]["S"]), json.loads(new["content"]["S"])
        keys = [each["S"] for each in new["keys"]["L"]]
        at = float(of_table.get("ApproximateCreationDateTime") or 0)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"no change of a record of ours: {error}") from error

    def fits(trigger: Trigger) -> bool:
        when = trigger.when
        if not isinstance(when, OnStream) or when.records != kind:
            return False
        was, is_now = before.get(when.field), now.get(when.field)
        return was != is_now and (not when.before or was in when.before) and (not when.now or is_now in when.now)

    facts = {"records": kind, "id": id, **{f"{name} before": shown(before.get(name)) for name in _differ(before, now)}}
    facts |= {f"{name} now": shown(now.get(name)) for name in _differ(before, now)}
    return Happening(
        "stream", tenant, number, at, facts, fits, of=str(now.get("owner") or ""), by_run=(keys[-1].partition("-")[0] if keys else "")
    )


def told(event: Mapping[str, Any], accounts: Mapping[str, str]) -> Happening:
    """An event of another account. accounts: the tenant for each; nothing in the event says whose it is."""
    try:
        tenant, source, detail_type, detail = accounts[event["account"]], event["source"], event["detail-type"], event["detail"]
        id, at = f"{event['account']}-{event['id']}", moment(event["time"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"no event of an account that may send any: {error}") from error
    facts = {name: shown(value) for name, value in detail.items() if isinstance(value, str | int | float | bool)}
    return Happening(
        "account",
        tenant,
        id,
        at,
        facts,
        lambda each: isinstance(each.when, OnAccount) and (each.when.source, each.when.detail_type) == (source, detail_type),
    )


def told_of(trigger: Trigger, happening: Happening) -> Facts:
    """The facts that an agent is told: of another account's event, only those that the trigger names."""
    if isinstance(trigger.when, OnAccount):
        return {name: happening.facts[name] for name in trigger.when.fields if name in happening.facts}
    if isinstance(trigger.when, OnStream):
        of_field = [f"{trigger.when.field} before", f"{trigger.when.field} now"]
        return {name: value for name, value in happening.facts.items() if name in ("records", "id", *of_field)}
    return happening.facts


def moment(time: str) -> float:
    """Seconds since 1970 of an ISO time. Raises ValueError."""
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def shown(value: Any) -> str:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:LONGEST]


def _differ(before: Mapping[str, Any], now: Mapping[str, Any]) -> Sequence[str]:
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
