"""The API's description, written from the routes that the handlers serve.

    python -m docs.openapi              writes docs/openapi.json; run it at the top of the repository

A test compares the committed file with the routes, so a change of the API shows in review.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

TOP = Path(__file__).resolve().parent.parent
FILE = TOP / "docs" / "openapi.json"
sys.path.append(str(TOP / "lambdas"))

from causeway.agents import contract as agents  # noqa: E402
from causeway.agents import stream_contract as agent_streams  # noqa: E402
from causeway.answering import contract as answers  # noqa: E402
from causeway.answering import openai_contract as openai  # noqa: E402
from causeway.answering import stream_contract as streams  # noqa: E402
from causeway.approvals import contract as approvals  # noqa: E402
from causeway.batches import contract as batches  # noqa: E402
from causeway.conversations import contract as conversations  # noqa: E402
from causeway.conversations import facts_contract as facts  # noqa: E402
from causeway.conversations import feedback_contract as feedback  # noqa: E402
from causeway.documents import contract as documents  # noqa: E402
from causeway.documents import reveal_contract as reveals  # noqa: E402
from causeway.documents import rights_contract as rights  # noqa: E402
from causeway.erasure import contract as erasures  # noqa: E402
from causeway.mcp import contract as mcp  # noqa: E402
from causeway.reviews import contract as reviews  # noqa: E402
from causeway.runtime.routes import Parameter, Reply, Route  # noqa: E402
from causeway.teams import contract as teams  # noqa: E402

Object = dict[str, Any]

ROUTES: tuple[Route, ...] = (
    *answers.ROUTES,
    *streams.ROUTES,
    *openai.ROUTES,
    *conversations.ROUTES,
    *feedback.ROUTES,
    *facts.ROUTES,
    *documents.ROUTES,
    *reveals.ROUTES,
    *reviews.ROUTES,
    *batches.ROUTES,
    *erasures.ROUTES,
    *rights.ROUTES,
    *agents.ROUTES,
    *approvals.ROUTES,
    *teams.ROUTES,
    *agent_streams.ROUTES,
    *mcp.ROUTES,
)
REFERENCE = "#/components/schemas/{model}"
PROBLEM: Object = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
PROBLEMS = {
    400: "The request is not valid; `errors` names each wrong field",
    401: "The ID token is missing, expired, forged or names no tenant",
    403: "Not allowed: the folder is closed to the user, or the route is for administrators, reviewers or privacy officers; "
    "or blocked by the web firewall",
    404: "There is no such path, agent or team, the tenant has no such document, review, approval or erasure, the document no such token, "
    "or the user no such session, answer, batch or run, "
    "or the run no such question; a document "
    "just uploaded appears within seconds, when its event arrives",
    409: "The client token belongs to another request; `already-appealed`; `already-decided`, by another reviewer or by the user; "
    "`replaced`: the document has changed meanwhile; `sealed`: the key of the token is no longer there; "
    "or `changed-meanwhile`: read the review again",
    413: "The document or the batch is larger than is taken",
    429: "Too many requests (`too-many-requests`), or more questions than the user has in a minute (`too-many-questions`); see Retry-After",
    500: "The request failed; quote the request id",
    502: "A service refused our request: `embedding-rejected`, `search-rejected`, `registry-rejected`, "
    "`permissions-rejected` or `model-rejected`",
    503: "The API (`service-busy`) or a service is at its limit or does not answer, such as `search-unavailable`; see Retry-After",
}
ALWAYS = (400, 401, 403, 429, 500, 502, 503)


def description() -> Object:
    """The OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Causeway", "version": "1", "description": "Questions to a tenant's own documents, and those documents."},
        "security": [{"idToken": []}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": {_problem_name(status): _problem(status, text) for status, text in PROBLEMS.items()},
            "securitySchemes": {
                "idToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A Cognito ID token; its claim `custom:tenant` decides whose documents are seen, "
                    "and `custom:tier` how much may be asked.",
                }
            },
        },
    }


def _paths() -> Object:
    paths: Object = {}
    for route in sorted(ROUTES, key=lambda route: route.path):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return paths


def _operation(route: Route) -> Object:
    body = {"requestBody": {"required": True, "content": _json(route.body, route.body_type)}} if route.body else {}
    parameters = [_parameter(name, "path", each) for name, each in route.in_path.items()]
    parameters += [_parameter(name, "query", each) for name, each in route.in_query.items()]
    problems = route.problems if route.open_to_all else sorted({*route.problems, *ALWAYS})
    return {
        "summary": route.summary,
        **({"security": []} if route.open_to_all else {}),
        **({"parameters": parameters} if parameters else {}),
        **body,
        "responses": {
            str(route.reply.status): {"description": route.reply.says, "content": _content(route.reply)},
            **({"202": {"description": route.reply.nothing}} if route.reply.nothing else {}),
            **({"202": {"description": route.reply.later, "content": _content(route.reply)}} if route.reply.later else {}),
            **{str(status): {"$ref": f"#/components/responses/{_problem_name(status)}"} for status in problems},
            **({"default": _page(route.reply)} if route.reply.media_type == "text/html" else {}),
        },
    }


def _parameter(name: str, place: str, parameter: Parameter) -> Object:
    says = {"description": parameter.says} if parameter.says else {}
    required = place == "path" or parameter.required
    return {"name": name, "in": place, "required": required, "schema": TypeAdapter(parameter.schema).json_schema(), **says}


def _json(model: type[BaseModel], media_type: str = "application/json") -> Object:
    return {media_type: {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _content(reply: Reply) -> Object:
    if reply.model is None:
        return PROBLEM
    if not reply.events:
        return _json(reply.model, reply.media_type)
    models = {**{name: model.__name__ for name, model in reply.events.items()}, "error": "Problem"}
    events = {name: {"$ref": REFERENCE.format(model=model)} for name, model in models.items()}
    whole = _json(reply.model) if reply.whole_too else {}
    event = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}, "required": ["data"]}
    return {**whole, "text/event-stream": {"schema": event, "x-events": events}}


def _page(reply: Reply) -> Object:
    """With any other status, as people see it in a browser; what the API refuses before the function is a problem."""
    return {"description": "A page that says why; or a problem", "content": {**_content(reply), **PROBLEM}}


def _schemas() -> Object:
    requests = _definitions([route.body for route in ROUTES if route.body], "validation")
    answered = [model for route in ROUTES for model in (route.reply.model, *route.reply.events.values()) if model]
    replies = _definitions(answered, "serialization")
    return dict(sorted({**requests, **replies, "Problem": _problem_schema()}.items()))


def _definitions(models: list[type[BaseModel]], mode: JsonSchemaMode) -> Object:
    definitions: Object = models_json_schema([(model, mode) for model in dict.fromkeys(models)], ref_template=REFERENCE)[1]["$defs"]
    return definitions


def _problem_schema() -> Object:
    text = {"type": "string"}
    fault = {"type": "object", "properties": {"field": text, "message": text}, "required": ["field", "message"]}
    return {
        "title": "Problem",
        "description": "RFC 9457 problem details.",
        "type": "object",
        "properties": {
            "type": {"type": "string", "pattern": "^urn:causeway:problem:"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "request_id": text,
            "errors": {"type": "array", "items": fault},
        },
        "required": ["type", "title", "detail", "request_id"],
    }


def _problem(status: int, text: str) -> Object:
    retry = {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}} if status in (429, 503) else {}
    return {"description": text, **retry, "content": PROBLEM}


def _problem_name(status: int) -> str:
    return f"Problem{status}"


def written() -> str:
    """The document as it is committed."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
