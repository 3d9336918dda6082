"""What a request model misses in a body, in the words of API Gateway's `$context.error.validationErrorString`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from local.cloud import emulator

VARIABLE = b"$context.error.validationErrorString"
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def install() -> None:
    """ministack checks the body and leaves the variable as it stands in the gateway response."""
    rest = emulator.part("services.apigateway_v1")
    rest._check_request_validation = _telling_why(rest._check_request_validation, rest._model_schema)
    rest._gateway_error_response = _with_the_reason(rest._gateway_error_response)


def reason(schema: dict[str, Any], body: bytes | str) -> str:
    """Why a body does not fit a model that asks for a type and for required properties."""
    try:
        value = json.loads(body)
    except (TypeError, ValueError, RecursionError):
        return "[the body is not JSON]"
    found, wanted = TYPES[type(value)], schema.get("type")
    if wanted and found != wanted:
        return f'[instance type ({found}) does not match any allowed primitive type (allowed: ["{wanted}"])]'
    missing = [name for name in schema.get("required", []) if name not in value]
    return f"[object has missing required properties ({json.dumps(missing, separators=(',', ':'))})]"


def _telling_why(check: Callable[..., Any], schema_of: Callable[..., Any]) -> Callable[..., Any]:
    def run(method: Any, api: str, request: Any, headers: Any, body: Any, query: Any) -> Any:
        error = check(method, api, request, headers, body, query)
        if error is not None and error.response_type == "BAD_REQUEST_BODY":
            model = next(iter((method.get("requestModels") or {}).values()), "")
            error.reason = reason(schema_of(api, model) or {}, body)
        return error

    return run


def _with_the_reason(respond: Callable[..., tuple[int, Any, bytes]]) -> Callable[..., tuple[int, Any, bytes]]:
    def run(error: Any, request: Any) -> tuple[int, Any, bytes]:
        status, headers, body = respond(error, request)
        return status, headers, body.replace(VARIABLE, json.dumps(getattr(error, "reason", ""))[1:-1].encode())

    return run
