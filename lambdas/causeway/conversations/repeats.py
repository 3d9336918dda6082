"""Requests that may be sent twice, told apart by the token that their client gives them."""

import json
from hashlib import sha256
from typing import Any

from causeway.runtime.problems import Problem

REQUEST_NAME = r"^[A-Za-z0-9._-]{8,64}$"  # how a client names a request that it may send twice


def digest_of(request: Any) -> str:
    """The same for requests that say the same, however they are written as JSON."""
    return sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def other_request() -> Problem:
    """409 for a token with another request than the one that it came with first."""
    detail = "client_token: it belongs to another request; send a new token, or that request unchanged."
    return Problem("client-token-used", "The token is in use", 409, detail)
