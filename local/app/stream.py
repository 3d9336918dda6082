"""Answers that are read along, by any client's means: one POST, and server-sent events as they come."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.app.api import base_url, reply_of
from local.app.people import Person
from local.console import Trouble

PATH = "/v1/answers/stream"


@dataclass(frozen=True)
class Event:
    """name: as the route's contract has it, such as delta or done. data: its JSON."""

    name: str
    data: Any


def events(person: Person, body: Any, path: str = PATH) -> Iterator[Event]:
    """The events of one answer, or of one turn of an agent. Raises Trouble with the API's own message when there is none."""
    headers = {"Content-Type": "application/json", "Authorization": person.token}
    request = urllib.request.Request(base_url() + path, data=json.dumps(body).encode(), headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=70) as response:
            for event in parsed(response):
                if event.name == "error":
                    raise Trouble(f"The answer broke off: {event.data['detail']} (make logs REQUEST={event.data['request_id']})")
                yield event
    except urllib.error.HTTPError as error:
        reply_of(error).require("No answer")
    except OSError as error:
        raise Trouble(f"The local AWS does not answer ({error}): start it with make up.") from error


def parsed(lines: Iterator[bytes]) -> Iterator[Event]:
    """Events of a stream's lines; comments are passed by."""
    name = ""
    for line in lines:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield Event(name, json.loads(value))
