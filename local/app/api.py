"""The deployed HTTP API, called over HTTP with a user's token, as any client calls it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import uuid4

from local import settings
from local.app.aws import parameter
from local.app.people import Person
from local.console import Trouble


@dataclass(frozen=True)
class Reply:
    """status, JSON body or None, the body's text, and headers with names in lower case."""

    status: int
    body: Any
    text: str
    headers: dict[str, str]

    def require(self, what: str) -> Any:
        """The body of a 2xx. Otherwise raises Trouble with the API's own message."""
        if 200 <= self.status < 300:
            return self.body
        problem = self.body if isinstance(self.body, dict) else {}
        trail = f" (make logs REQUEST={problem['request_id']})" if problem.get("request_id") else ""
        raise Trouble(f"{what}: {self.status} {self.said}{trail}")

    @property
    def said(self) -> str:
        """The API's own message: the problem's detail, which names every wrong field."""
        problem = self.body if isinstance(self.body, dict) else {}
        return str(problem.get("detail") or problem.get("message") or self.text)


def base_url() -> str:
    """Base address of the API on this machine, without a slash at the end."""
    return f"{settings.read().cloud_url}/_aws/execute-api/{parameter('assistant/api-id')}/{parameter('assistant/api-stage')}"


def call(method: str, path: str, person: Person | None = None, body: Any = None) -> Reply:
    """Send one request; an error status is a Reply too. Raises Trouble when nobody answers."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": person.token} if person else {})
    data = None if body is None else json.dumps(body).encode()
    return _send(urllib.request.Request(base_url() + path, data=data, headers=headers, method=method))


def post_form(url: str, fields: dict[str, str], content: bytes) -> Reply:
    """Upload one file with a form, as a browser does and a presigned POST expects."""
    boundary = uuid4().hex
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    texts = "".join(f'{part}"{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
    file = f'{part}"file"; filename="document"\r\nContent-Type: application/octet-stream\r\n\r\n'
    data = (texts + file).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return _send(urllib.request.Request(url, data=data, headers=headers, method="POST"))


def put_file(url: str, content: bytes) -> Reply:
    """Store one file at a signed address."""
    return _send(urllib.request.Request(url, data=content, headers={"Content-Type": "application/octet-stream"}, method="PUT"))


def _send(request: urllib.request.Request) -> Reply:
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return _reply(response.status, response.read(), response.headers)
    except urllib.error.HTTPError as error:
        return reply_of(error)
    except OSError as error:
        raise Trouble(f"The local AWS does not answer ({error}): start it with make up.") from error


def reply_of(error: urllib.error.HTTPError) -> Reply:
    return _reply(error.code, error.read(), error.headers)


def _reply(status: int, raw: bytes, headers: Message) -> Reply:
    text = raw.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    return Reply(status, body, text, {name.lower(): value for name, value in headers.items()})
