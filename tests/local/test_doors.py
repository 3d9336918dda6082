"""Who is let in."""

import base64
import json

import pytest

from local.api import call
from local.people import Person


def altered(token, **claims):
    """The token with other claims and the signature it had."""
    head, payload, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**known, **claims}).encode()).decode().rstrip("=")
    return ".".join((head, changed, signature))


@pytest.mark.parametrize(
    "token_of",
    [
        lambda token: None,
        lambda token: "not-a-token",
        lambda token: altered(token, **{"custom:tenant": "lantern"}),
        lambda token: altered(token, exp=1),
        lambda token: token[:-8] + "AAAAAAAA",
    ],
    ids=["no token", "no JWT", "another tenant", "expired", "another signature"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/answers"), ("GET", "/v1/documents"), ("POST", "/v1/documents")])
def test_a_caller_without_a_valid_token_is_turned_away(deployment, method, path, token_of):
    token = token_of(deployment.ada.token)
    person = Person("eve", "harbour", token) if token else None
    reply = call(method, path, person, {"question": "Why?", "name": "a.md"} if method == "POST" else None)
    assert reply.status == 401
    assert "Traceback" not in reply.text
    assert reply.body["type"].startswith("urn:causeway:problem:")


def test_an_unknown_path_is_refused_as_a_problem(deployment):
    reply = call("GET", "/v1/secrets", deployment.ada)
    assert reply.status in (403, 404)
    assert reply.body["type"].startswith("urn:causeway:problem:")
