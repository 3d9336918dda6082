"""AppConfig's data plane, in place of the network below botocore's clients."""

import io
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from causeway.runtime.clients import session

# What a function is told of it.
VARIABLES = {"SWITCHES": "causeway/switches/switches", "EXPERIMENTS": "causeway/experiments/experiments", "SWITCH_SECONDS": "0"}


class AppConfig:
    """documents: by the environment that they are deployed to; a string goes out as it is.

    failing: a status that every call gets, or an exception. goes_on: whether an answer names the token of the next call.
    A token is good for one call, and a document comes once to a session.
    """

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {"switches": {}, "experiments": {}}
        self.failing: int | Exception | None = None
        self.goes_on = True
        self.calls: list[str] = []
        self._tokens: dict[str, tuple[str, str | None]] = {}
        session().register("before-send.appconfigdata", self._answer)

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        self.calls.append(url.path)
        if isinstance(self.failing, Exception):
            raise self.failing
        if self.failing:
            return _response(request.url, self.failing, b"{}")
        if url.path == "/configurationsessions":
            return _response(request.url, 201, json.dumps({"InitialConfigurationToken": self._token(json.loads(request.body))}).encode())
        environment, known = self._tokens.pop(parse_qs(url.query)["configuration_token"][0])
        document = self.documents[environment]
        text = document if isinstance(document, str) else json.dumps(document)
        body = b"" if text == known else text.encode()
        token = {"Next-Poll-Configuration-Token": self._next(environment, text)} if self.goes_on else {}
        return _response(request.url, 200, body, token)

    def _token(self, asked: Any) -> str:
        return self._next(asked["EnvironmentIdentifier"], None)

    def _next(self, environment: str, known: str | None) -> str:
        token = f"token-{len(self.calls)}"
        self._tokens[token] = (environment, known)
        return token


class _Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self.read()


def _response(url: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> AWSResponse:
    return AWSResponse(url, status, {"Content-Type": "application/json", **(headers or {})}, _Raw(body))  # type: ignore[arg-type]
