"""API Gateway's own answers by its gateway responses: for a body that does not fit its model, and for a function that failed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.cloud import emulator

FAILED = "the function behind the method failed"
REFUSED = "Lambda refused to call the function behind the method"
VARIABLE = b"$context.error.validationErrorString"
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def install(port: int) -> None:
    """Replace ministack's answers, which leave the gateway response's variable unfilled and show the stack trace of a failed function.

    port: of this cloud, by which a function's event names the API.
    """
    rest = emulator.part("services.apigateway_v1")
    rest._build_lambda_event_v1 = _naming_the_key(_naming_itself(rest._build_lambda_event_v1, port), rest)
    rest._check_request_validation = _telling_why(rest._check_request_validation, rest._model_schema)
    rest._gateway_error_response = _with_the_reason(rest._gateway_error_response)
    rest._lambda_proxy_response = _silent(rest._lambda_proxy_response)
    rest._invoke_lambda_proxy_v1 = _failing(rest._invoke_lambda_proxy_v1, rest._gw_error)


def _naming_itself(build: Callable[..., dict[str, Any]], port: int) -> Callable[..., dict[str, Any]]:
    """Give events the API's own name, as AWS does: it reaches this cloud from the machine's browser."""

    def run(*arguments: Any, **options: Any) -> dict[str, Any]:
        event = build(*arguments, **options)
        event["requestContext"]["domainName"] = f"{event['requestContext']['apiId']}.execute-api.localhost:{port}"
        return event

    return run


def _naming_the_key(build: Callable[..., dict[str, Any]], rest: Any) -> Callable[..., dict[str, Any]]:
    """Give events of an API with usage plans the key that was sent, as AWS does where a method wants one; ministack leaves it out."""

    def run(*arguments: Any, **options: Any) -> dict[str, Any]:
        event = build(*arguments, **options)
        context, key = event["requestContext"], rest._resolve_api_key(rest._api_key_from_request(event["headers"]))
        if key and rest._usage_plans_for_key(key["id"], context["apiId"], context["stage"]):
            context["identity"] |= {"apiKey": key["value"], "apiKeyId": key["id"]}
        return event

    return run


def reason(schema: dict[str, Any], body: bytes | str) -> str:
    """Why a body does not fit a model with types and required properties."""
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
        return getattr(error, "status", status), headers, body.replace(VARIABLE, json.dumps(getattr(error, "reason", ""))[1:-1].encode())

    return run


def _silent(shape: Callable[[Any], tuple[Any, str | None]]) -> Callable[[Any], tuple[Any, str | None]]:
    def run(result: Any) -> tuple[Any, str | None]:
        if result.get("throttle"):
            return None, REFUSED
        response, error = shape(result)
        return response, error and FAILED

    return run


def _failing(invoke: Callable[..., Awaitable[Any]], error_of: Callable[[str, str], Any]) -> Callable[..., Awaitable[Any]]:
    """Answer by a gateway response where the function did not."""
    kinds = {json.dumps({"message": each}).encode(): each for each in (FAILED, REFUSED)}

    async def run(*arguments: Any, **options: Any) -> Any:
        answer = await invoke(*arguments, **options)
        kind = kinds.get(answer[2]) if isinstance(answer, tuple) else None
        return no_answer(error_of, refused=kind == REFUSED) if kind else answer

    return run


def no_answer(error_of: Callable[[str, str], Any], *, refused: bool) -> Any:
    """API Gateway's error for a call that Lambda refused, as at a function's reserved concurrency, or for a function that failed.

    The first is INTEGRATION_FAILURE. The second is 502 with DEFAULT_5XX, a gateway response without a status of its own.
    """
    error = error_of("INTEGRATION_FAILURE" if refused else "DEFAULT_5XX", "Internal server error")
    if not refused:
        error.status = 502
    return error
