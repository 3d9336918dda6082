"""What API Gateway itself answers with, as problem details (RFC 9457)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_apigateway as apigateway

MESSAGE = "$context.error.messageString"
VALIDATION = '"$context.error.validationErrorString"'


@dataclass(frozen=True)
class Answer:
    """kind: API Gateway's name. status: None keeps API Gateway's own. detail: a sentence, or a variable of API Gateway with its quotes."""

    kind: apigateway.ResponseType
    slug: str
    title: str
    status: int | None
    detail: str
    headers: dict[str, str] = field(default_factory=dict)

    def template(self) -> str:
        """The body. Only variables are substituted in it, so the JSON is put together here."""
        status = f'"status": {self.status}, ' if self.status else ""
        detail = self.detail if "$context" in self.detail else json.dumps(self.detail)
        return (
            f'{{"type": "urn:causeway:problem:{self.slug}", "title": {json.dumps(self.title)}, {status}'
            f'"detail": {detail}, "request_id": "$context.requestId"}}'
        )


KINDS = apigateway.ResponseType
RETRY = {"Retry-After": "'1'"}
ANSWERS = (
    Answer(KINDS.DEFAULT_4_XX, "request-refused", "The request was refused", None, MESSAGE),
    Answer(
        KINDS.DEFAULT_5_XX, "internal-error", "Something went wrong", None, "The request failed; quote the request id to the operators."
    ),
    Answer(KINDS.BAD_REQUEST_BODY, "invalid-request", "The request is not valid", 400, VALIDATION),
    Answer(KINDS.BAD_REQUEST_PARAMETERS, "invalid-request", "The request is not valid", 400, MESSAGE),
    Answer(
        KINDS.UNAUTHORIZED,
        "not-signed-in",
        "Sign in",
        401,
        "The ID token is missing, expired or not ours; sign in and send it as Authorization: Bearer.",
    ),
    Answer(KINDS.ACCESS_DENIED, "forbidden", "Not allowed", 403, "This user may not do that."),
    Answer(KINDS.EXPIRED_TOKEN, "not-signed-in", "Sign in", 401, "The token has expired; sign in again."),
    Answer(
        KINDS.WAF_FILTERED,
        "request-blocked",
        "The request was blocked",
        403,
        "The web firewall blocked this request for its rate, its size (a million bytes at most), its origin or its text.",
    ),
    Answer(KINDS.MISSING_AUTHENTICATION_TOKEN, "not-found", "Not found", 404, "There is no such path, or it does not take this method."),
    Answer(KINDS.RESOURCE_NOT_FOUND, "not-found", "Not found", 404, "There is no such path."),
    Answer(
        KINDS.REQUEST_TOO_LARGE,
        "request-too-large",
        "The request is too large",
        413,
        "A request may have 10 MB at most; upload documents through POST /v1/documents.",
    ),
    Answer(KINDS.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type", 415, "Send application/json."),
    Answer(
        KINDS.THROTTLED,
        "too-many-requests",
        "Too many requests",
        429,
        "Requests come faster than this API takes them; wait and try again.",
        RETRY,
    ),
    Answer(
        KINDS.INTEGRATION_FAILURE,  # Lambda refused the call, as it does when the function is at its reserved concurrency (decision 170)
        "service-busy",
        "Too busy",
        503,
        "The service could not take this request, most likely because it is answering as many as it can; wait and try again.",
        {"Retry-After": "'2'"},
    ),
    Answer(KINDS.INTEGRATION_TIMEOUT, "timeout", "No answer in time", 504, "The answer took too long; try again.", RETRY),
)


# Of an API whose callers send the key of a usage plan.
WITH_KEY = (
    Answer(
        KINDS.INVALID_API_KEY,
        "no-plan",
        "No plan",
        403,
        "The key is missing, or it is of no plan of this API; send the key that you were given as x-api-key.",
    ),
    Answer(
        KINDS.QUOTA_EXCEEDED,
        "quota-used-up",
        "The month's requests are used up",
        429,
        "Your plan has no request left this month; ask those who run this service for more.",
    ),
)


def respond_with_problems(api: apigateway.RestApi, more: Sequence[Answer] = ()) -> None:
    """Give every answer of API Gateway's own the shape that the functions' answers have. more: beside those that every API may give."""
    for answer in (*ANSWERS, *more):
        api.add_gateway_response(
            answer.kind.response_type.title().replace("_", ""),
            type=answer.kind,
            status_code=str(answer.status) if answer.status else None,
            response_headers={"Content-Type": "'application/problem+json'", **answer.headers},
            templates={"application/json": answer.template()},
        )
