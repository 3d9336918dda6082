"""Asks an operation of an HTTP API, as its OpenAPI document says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from pydantic_core import from_json, to_json

from causeway.agents.outside import Operation
from causeway.agents.places import Place
from causeway.agents.tool import Refused
from causeway.outside.exchange import Reply, Request, Sends, Unanswered
from causeway.runtime.deadlines import Deadline

READS = ("GET", "HEAD")
MOST_SAID = 500  # characters of an error's body


def ask(exchange: Sends, operation: Operation, arguments: Mapping[str, Any], key: str, deadline: Deadline) -> Any:
    """What it answers, as JSON says it or as text. key: sent as Idempotency-Key with what may change something.

    Raises Refused for what it will not do, Unanswered where it may have done it. No redirect is followed.
    """
    return _found(operation, exchange.send(request_of(operation, arguments, key), deadline))


def request_of(operation: Operation, arguments: Mapping[str, Any], key: str) -> Request:
    placed: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "body": {}}
    for name, value in arguments.items():
        placed[operation.places[name]][name] = value
    path = operation.server.path.rstrip("/") + _filled(operation.path, placed["path"])
    query = urlencode({name: _plain(value) for name, value in placed["query"].items()}, doseq=True)
    headers = {"Accept": "application/json", **{name: _header(name, value) for name, value in placed["header"].items()}}
    if operation.method not in READS:
        headers["Idempotency-Key"] = key
    body = _body(operation, placed["body"])
    if body is not None:
        headers["Content-Type"] = "application/json"
    return Request(operation.method, Place(operation.server.host, path, query), headers, body)


def _filled(path: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", _segment(name, value))
    return path


def _body(operation: Operation, fields: Mapping[str, Any]) -> bytes | None:
    if "body" not in operation.places.values() or (operation.whole_body and not fields):
        return None
    return to_json(fields["body"] if operation.whole_body else fields)


def _segment(name: str, value: Any) -> str:
    """One segment of the path, whatever is in it."""
    text = str(_plain(value))
    if text in ("", ".", ".."):
        raise Refused(f"{name} may not be {text!r}.")
    return quote(text, safe="")


def _header(name: str, value: Any) -> str:
    text = str(_plain(value))
    if not (text.isascii() and text.isprintable()):
        raise Refused(f"{name} may have printable ASCII characters only.")
    return text


def _plain(value: Any) -> Any:
    """As a URL or a header has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return to_json(value).decode() if isinstance(value, dict) else "" if value is None else value


def _found(operation: Operation, reply: Reply) -> Any:
    host, said = operation.server.host, reply.body.decode(errors="replace")
    if 200 <= reply.status < 300:
        return _content(reply, said)
    if reply.status >= 500 or (reply.status < 400 and operation.method not in READS):
        raise Unanswered(f"{host} answered with status {reply.status}, which does not say what was done.")
    if reply.status == 429:
        raise Refused(f"{host} is asked too much at the moment; nothing was done.")
    if reply.status < 400:
        raise Refused(f"{host} forwards the request elsewhere, with status {reply.status}; that is not followed.")
    raise Refused(f"{host} refused with status {reply.status}: {said[:MOST_SAID] or 'no reason given'}")


def _content(reply: Reply, said: str) -> Any:
    if not said:
        return f"Done (status {reply.status})."
    if reply.content_type == "application/json" or reply.content_type.endswith("+json"):
        try:
            return from_json(reply.body)
        except ValueError:
            return said
    return said
