"""The API's description, written from the models that the handlers parse and answer with.

    python -m docs.openapi              writes docs/openapi.json; run it at the top of the repository

A test holds the committed file against the models, so a change of the API shows in review.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

TOP = Path(__file__).resolve().parent.parent
FILE = TOP / "docs" / "openapi.json"
sys.path.append(str(TOP / "lambdas"))

from causeway.answering.contract import AnswerRequest, AnswerResponse  # noqa: E402
from functions.documents import DocumentList, DocumentResponse, UploadRequest, UploadResponse  # noqa: E402

Object = dict[str, Any]
Answers = dict[int, tuple[str, type[BaseModel]]]

REQUESTS: tuple[type[BaseModel], ...] = (AnswerRequest, UploadRequest)
RESPONSES: tuple[type[BaseModel], ...] = (AnswerResponse, UploadResponse, DocumentResponse, DocumentList)
REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    400: "The request is not valid; `errors` names each wrong field",
    401: "The ID token is missing, expired, forged or names no tenant",
    403: "Not allowed, or blocked by the web firewall",
    404: "There is no such path, or the tenant has no such document: one just uploaded appears within seconds, when its event arrives",
    413: "The document is larger than is taken",
    429: "Too many requests; slow down",
    500: "The request failed; quote the request id",
    502: "A service refused our request: `embedding-rejected`, `search-rejected`, `registry-rejected` or `model-rejected`",
    503: "A service is at its limit or did not answer, such as `model-throttled` or `search-unavailable`; see Retry-After",
}
ALWAYS = (401, 403, 429, 500, 502, 503)


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
                    "description": "A Cognito ID token; its claim `custom:tenant` decides whose documents are seen.",
                }
            },
        },
    }


def _paths() -> Object:
    document = [{"name": "document_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}]
    after = {"name": "after", "in": "query", "schema": {"type": "string"}, "description": "`next` of the page before"}
    gone = "Answers drop the document at once; its passages and files go soon after"
    return {
        "/v1/answers": {"post": _operation("Ask a question", AnswerRequest, {200: ("An answer or a refusal", AnswerResponse)}, (400,))},
        "/v1/documents": {
            "post": _operation("Get a form to upload a document with", UploadRequest, {201: ("The form", UploadResponse)}, (400, 413)),
            "get": _operation("List the documents", None, {200: ("A page of them", DocumentList)}, (400,)) | {"parameters": [after]},
        },
        "/v1/documents/{document_id}": {
            "parameters": document,
            "get": _operation("Describe a document", None, {200: ("The document", DocumentResponse)}, (404,)),
            "delete": _operation("Delete a document", None, {202: (gone, DocumentResponse)}, (404,)),
        },
        "/v1/health": {"get": _health()},
    }


def _operation(summary: str, request: type[BaseModel] | None, answers: Answers, also: tuple[int, ...]) -> Object:
    """answers: text and model by status; also: the statuses of problems beside those that any request may meet."""
    body = {"requestBody": {"required": True, "content": _json(request)}} if request else {}
    good = {str(status): {"description": text, "content": _json(model)} for status, (text, model) in answers.items()}
    bad = {str(status): {"$ref": f"#/components/responses/{_problem_name(status)}"} for status in sorted((*also, *ALWAYS))}
    return {"summary": summary, **body, "responses": good | bad}


def _health() -> Object:
    schema = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}
    answer = {"description": "The function runs; it asks no service", "content": {"application/json": {"schema": schema}}}
    return {"summary": "Whether the API answers", "security": [], "responses": {"200": answer}}


def _json(model: type[BaseModel]) -> Object:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _schemas() -> Object:
    _, requests = models_json_schema([(model, "validation") for model in REQUESTS], ref_template=REFERENCE)
    _, responses = models_json_schema([(model, "serialization") for model in RESPONSES], ref_template=REFERENCE)
    return dict(sorted({**requests["$defs"], **responses["$defs"], "Problem": _problem_schema()}.items()))


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
    content = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    return {"description": text, **retry, "content": content}


def _problem_name(status: int) -> str:
    return f"Problem{status}"


def written() -> str:
    """The document as it is committed."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
