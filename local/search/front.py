"""The search domain's address: passes requests on to the server, except those that are only recorded."""

import base64
import http.client
import json
import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from local.loopback import Handler, Server
from local.search.recorder import Answer, Recorder

HOP_BY_HOP = {"connection", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}


class Upstream:
    """The server behind the front, with one open connection for each thread, that is, for each client connection.

    A user and password in the URL become the Authorization header, which replaces the caller's signature.
    """

    def __init__(self, url: str, seconds: float = 120) -> None:
        """seconds: how long to wait for an answer."""
        self._seconds = seconds
        parts = urlsplit(url)
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port, self._prefix = parts.hostname or "", parts.port, parts.path.rstrip("/")
        credentials = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._authorization = f"Basic {base64.b64encode(credentials.encode()).decode()}" if parts.username else None
        self._local = threading.local()

    def request(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """Raises OSError or http.client.HTTPException when the server cannot be reached."""
        if self._authorization:
            headers["Authorization"] = self._authorization
        try:
            return self._send(method, target, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection that the server closed meanwhile; the request was not read.
            self._local.connection = None
            return self._send(method, target, body, headers)

    def _send(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._kind(self._host, self._port, timeout=self._seconds)
        try:
            connection.request(method, self._prefix + target, body=body or None, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self._local.connection = None
            raise


def front(port: int, upstream: Upstream, recorder: Recorder, own: bool = False) -> Server:
    """The server, bound to 127.0.0.1 and not yet serving.

    own: the server behind it is ours. A repository in S3 is then kept in a folder of its settings, so that snapshots are real.
    """

    class Front(Handler):
        def handle_any(self) -> None:
            body = self.body()
            try:
                recorded = self._kept_in_a_folder(body) or self._recorded(body)
                if recorded:
                    return self.answer(recorded.status, json.dumps(recorded.body).encode())
                response, content = upstream.request(self.command, self.path, body, dict(_end_to_end(self.headers.items())))
            except (OSError, http.client.HTTPException) as error:
                reason = {"error": {"type": "unavailable", "reason": f"OpenSearch does not answer: {error}"}}
                return self.answer(503, json.dumps(reason).encode())
            self.answer(response.status, content, _end_to_end(response.getheaders()))

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def _kept_in_a_folder(self, body: bytes) -> Answer | None:
            """The engine's answer when it refuses the folder."""
            path = urlsplit(self.path).path
            folder = recorder.folder_of(unquote(path.rstrip("/")), _json(body)) if own and self.command == "PUT" else None
            if folder is None:
                return None
            response, content = upstream.request("PUT", path, json.dumps(folder).encode(), {"Content-Type": "application/json"})
            return Answer(response.status, json.loads(content)) if response.status >= HTTPStatus.BAD_REQUEST else None

        def _recorded(self, body: bytes) -> Answer | None:
            parts = urlsplit(self.path)
            if not parts.path.startswith(("/_plugins/", "/_snapshot/")):
                return None
            return recorder.answer(self.command, unquote(parts.path.rstrip("/")), dict(parse_qsl(parts.query)), _json(body))

    return Server(port, Front)


def _end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are passed on."""
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
