"""Events that another account puts on a bus here, as the policy of the bus permits; ministack knows a bus by its own account alone.

An access key of twelve digits is an account. As on AWS, the event's `account` is the one that has put it.
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.cloud import emulator
from local.cloud.recorded import Properties

PUT = "events:PutEvents"
KEYS = {"events:source": "Source", "events:detail-type": "DetailType"}
DENIED = {"ErrorCode": "AccessDeniedException", "ErrorMessage": "The policy of the event bus does not permit this event of this account."}

_sender: contextvars.ContextVar[str | None] = contextvars.ContextVar("sender", default=None)


def install() -> None:
    bridge = emulator.part("services.eventbridge")
    bridge._put_events = _across_accounts(bridge._put_events)
    bridge._dispatch_event = _with_sender(bridge._dispatch_event)


def permits(statement: Mapping[str, Any], account: str, entry: Mapping[str, Any]) -> bool:
    """Whether a statement of a bus's policy lets the account put the entry. Raises ValueError for what is not understood here."""
    principals = statement["Principal"]["AWS"] if isinstance(statement["Principal"], Mapping) else statement["Principal"]
    named = any(each == "*" or account in each.split(":") for each in _listed(principals))
    allowed = statement["Effect"] == "Allow" and PUT in _listed(statement["Action"]) and named
    return allowed and all(_holds(*condition, entry) for condition in _conditions(statement))


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Operator, key and values of each."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            yield operator, key, _listed(wanted)


def keep_policy(bus: str, statement_id: str, statement: Properties) -> None:
    policies = emulator.part("services.eventbridge")._event_bus_policies
    policies[bus] = {"Version": "2012-10-17", "Statement": [*_statements(bus, statement_id), {**statement, "Sid": statement_id}]}


def forget_policy(bus: str, statement_id: str) -> None:
    """DescribeEventBus shows no policy without statements."""
    policies, left = emulator.part("services.eventbridge")._event_bus_policies, _statements(bus, statement_id)
    policies[bus] = {"Version": "2012-10-17", "Statement": left}
    if not left:
        del policies[bus]


def _statements(bus: str, but: str = "") -> list[Properties]:
    """Of the policy of a bus. but: the one of this id is left out."""
    policy = emulator.part("services.eventbridge")._event_bus_policies.get(bus) or {}
    return [each for each in policy.get("Statement", []) if each["Sid"] != but]


def _holds(operator: str, key: str, wanted: list[str], entry: Mapping[str, Any]) -> bool:
    if operator not in ("StringEquals", "Null") or key not in KEYS:
        raise ValueError(f"local/cloud/other_accounts.py does not know the condition {operator} of {key}: add it to _holds")
    value = entry.get(KEYS[key])
    return value in wanted if operator == "StringEquals" else (value is None) == (wanted == ["true"])


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _across_accounts(put: Callable[..., Any]) -> Callable[..., Any]:
    """Entries for a bus of another account go there one by one; the answer has one result for each, in their order."""
    account_of = emulator.part("core.responses")

    def run(data: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        entries, sender = data.get("Entries", []), account_of.get_account_id()
        if len(entries) > 10 or not any(_owner(each, sender) for each in entries):
            return put(data, *arguments, **options)
        results = [one for each in entries for one in _put_one(put, each, sender)]
        failed = sum("ErrorCode" in each for each in results)
        return emulator.part("services.eventbridge").json_response({"FailedEntryCount": failed, "Entries": results})

    return run


def _put_one(put: Callable[..., Any], entry: dict[str, Any], sender: str) -> list[dict[str, Any]]:
    responses, owner = emulator.part("core.responses"), _owner(entry, sender)
    if owner is None:
        return _results(put({"Entries": [entry]}))
    token = _sender.set(sender)
    responses.set_request_account_id(owner)
    try:
        return _results(put({"Entries": [entry]})) if _is_permitted(entry, sender) else [DENIED]
    finally:
        responses.set_request_account_id(sender)
        _sender.reset(token)


def _is_permitted(entry: Mapping[str, Any], sender: str) -> bool:
    """Asked in the account of the bus."""
    return any(permits(each, sender, entry) for each in _statements(entry["EventBusName"].rpartition("/")[2]))


def _results(answer: tuple[int, Any, bytes | str]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(answer[2])["Entries"]
    return entries


def _owner(entry: Mapping[str, Any], sender: str) -> str | None:
    """The account of the entry's bus, None where it is the sender's own."""
    parts = entry.get("EventBusName", "").split(":")
    return parts[4] if len(parts) == 6 and parts[2] == "events" and parts[4] != sender else None


def _with_sender(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    """Changes the event itself, so that the archive has the sender as well; what rules look at is read from it anew."""

    def run(event: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        sender = _sender.get()
        if sender is None:
            return dispatch(event, *arguments, **options)
        event["Account"] = sender
        return dispatch(event)

    return run
