"""The HTTP side of a chat model of ours: an OpenAI-compatible server on this machine."""

import argparse
import json
from collections.abc import Generator
from contextlib import closing
from typing import Any, Protocol

from local.loopback import Handler, Server

Body = dict[str, Any]


class Unsupported(Exception):
    """A sentence that says what this model cannot do; the caller gets a 400."""


class Busy(Exception):
    """A sentence that says why no time is left to answer; the caller gets a 503."""


class TooMany(Exception):
    """A sentence that says which limit was passed; the caller gets a 429."""


class Model(Protocol):
    """Takes the body of a chat completion request. Both methods raise Unsupported, Busy or TooMany, `stream` before its first chunk."""

    def complete(self, request: Body) -> Body:
        """The body of the response."""
        ...

    def stream(self, request: Body) -> Generator[Body]:
        """The chunks of the response, the usage in the last."""
        ...


def chat_server(port: int, name: str, model: Model) -> Server:
    """GET /health, GET /v1/models and POST /v1/chat/completions on 127.0.0.1, not yet serving."""

    class Chat(Handler):
        def do_GET(self) -> None:
            models = {"object": "list", "data": [{"id": name, "object": "model"}]}
            known: dict[str, dict[str, Any]] = {"/health": {"status": "ok"}, "/v1/models": models}
            self._say(200, known[self.path]) if self.path in known else self._fail(404, f"No {self.path} here.")

        def do_POST(self) -> None:
            body = self.body()
            if self.path != "/v1/chat/completions":
                return self._fail(404, f"No {self.path} here.")
            try:
                request = json.loads(body)
                if request.get("stream"):
                    self._pass_on(model.stream(request))
                else:
                    self._say(200, model.complete(request))
            except Unsupported as error:
                self._fail(400, str(error))
            except Busy as error:
                self._fail(503, str(error))
            except TooMany as error:
                self._fail(429, str(error))
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                self._fail(400, f"The request is not a chat completion: {error!r}.")

        def _pass_on(self, chunks: Generator[Body]) -> None:
            """Server-sent events. The model ends when nobody reads any more."""
            with closing(chunks):
                first = next(chunks)
                self.begin_stream("text/event-stream")
                self.send_piece(_event(json.dumps(first)))
                for chunk in chunks:
                    self.send_piece(_event(json.dumps(chunk)))
                self.send_piece(_event("[DONE]"))
                self.end_stream()

        def _fail(self, status: int, message: str) -> None:
            kind = "server_error" if status == 503 else "invalid_request_error"
            self._say(status, {"error": {"message": message, "type": kind, "param": None, "code": None}})

        def _say(self, status: int, body: dict[str, Any]) -> None:
            self.answer(status, json.dumps(body).encode())

    return Server(port, Chat)


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


def port_argument(description: str | None) -> int:
    """The port that the command line names."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    return port
