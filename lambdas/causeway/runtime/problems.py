"""Problem details (RFC 9457): what a caller receives when a request is not answered."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from causeway.runtime.errors import DependencyError, DependencyRejected, Throttled

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:causeway:problem:"
UNAVAILABLE_SECONDS = 10


@dataclass(frozen=True)
class FieldFault:
    """One field of the request that is wrong, with a message that says what is allowed."""

    field: str
    message: str


@dataclass(eq=False)
class Problem(Exception):
    """Raised anywhere below an entry point to answer the caller with a problem.

    slug: last part of the stable type `urn:causeway:problem:<slug>`.
    detail: a sentence for the caller: names the field or the limit, nothing internal.
    retry_after: seconds, sent as the Retry-After header when given.
    """

    slug: str
    title: str
    status: int
    detail: str
    errors: Sequence[FieldFault] = ()
    retry_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.slug

    def body(self, request_id: str) -> str:
        members: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            members["errors"] = [{"field": fault.field, "message": fault.message} for fault in self.errors]
        return json.dumps(members)

    def response_headers(self) -> dict[str, str]:
        retry = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return {**retry, **self.headers}


def invalid_request(errors: Sequence[FieldFault], detail: str = "") -> Problem:
    """400 naming every wrong field."""
    sentences = detail or "; ".join(f"{fault.field}: {fault.message}" for fault in errors)
    return Problem("invalid-request", "The request is not valid", 400, sentences, errors)


def of_validation(error: ValidationError) -> Problem:
    """400 for a body that a pydantic model refused; repeats no input value."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return invalid_request([FieldFault(".".join(map(str, fault["loc"])) or "body", _sentence(fault["msg"])) for fault in faults])


def _sentence(message: str) -> str:
    """A message without what pydantic puts before those of our own validators."""
    return message.removeprefix("Value error, ")


def not_signed_in() -> Problem:
    """401 for a request whose token carries no tenant that can be one."""
    detail = "The token names no tenant (letters, digits, '.', '_' and '-'); sign in and send the ID token."
    return Problem("not-signed-in", "Sign in", 401, detail)


def forbidden(detail: str) -> Problem:
    """403 for a caller whose groups do not let them; `detail` says which would."""
    return Problem("forbidden", "Not allowed", 403, detail)


def not_found(what: str) -> Problem:
    """404; `what` is a noun phrase such as "document 3f2a"."""
    return Problem("not-found", "Not found", 404, f"There is no {what}.")


def of_dependency(error: DependencyError) -> Problem:
    """503 with Retry-After for a dependency that may recover, 502 for one that refuses us.

    Types: `<dependency>-throttled`, `<dependency>-unavailable`, `<dependency>-rejected`.
    """
    slug = f"{error.dependency}-{error.kind}"
    if isinstance(error, DependencyRejected):
        return Problem(slug, "A service refused us", 502, f"The {error.dependency} service refused our request; tell the operators.")
    if isinstance(error, Throttled):
        return Problem(slug, "Too busy", 503, f"The {error.dependency} service is at its limit; try again.", retry_after=5)
    wait = math.ceil(error.retry_after or UNAVAILABLE_SECONDS)
    return Problem(slug, "A service is unavailable", 503, f"The {error.dependency} service does not answer; try again.", retry_after=wait)


def internal_error() -> Problem:
    """500 that tells nothing but the request id."""
    return Problem("internal-error", "Something went wrong", 500, "The request failed; quote the request id to the operators.")


def said(problem: Problem) -> Mapping[str, Any]:
    """What the caller reads of a problem."""
    return {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
