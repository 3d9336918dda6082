"""Puts our workers, and AWS's names of errors and its limits, into ministack's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.cloud import unpacked
from local.cloud.options import Options
from local.cloud.streamed import WRAPPER, StreamedWorker
from local.cloud.worker import Failure, FunctionWorker, runtime, service


def install(options: Options) -> None:
    """Run every Python function of this cloud in a FunctionWorker, and keep the names of its errors."""
    (options.folder / "tmp").mkdir(parents=True, exist_ok=True)
    unpacked.prune(options.folder / "code")
    FunctionWorker.options = options
    runtime._worker_class_for = _worker_of
    service._execute_function_warm = _with_error_names(service._execute_function_warm)
    service._throttle_response = _named_as_in_workflows(service._throttle_response)
    service._reserved_concurrency = _of_the_whole_function(service._reserved_concurrency)


def _worker_of(configuration: dict[str, Any]) -> type[FunctionWorker]:
    return StreamedWorker if WRAPPER in configuration.get("Environment", {}).get("Variables", {}) else FunctionWorker


def _with_error_names(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Restore the names of exceptions, by which Step Functions catches them; ministack calls each of them Runtime.HandlerError."""

    def run(function: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = execute(function, event, request_id)
        message = result["body"].get("errorMessage") if result.get("error") else None
        if isinstance(message, Failure):
            result["body"] = message.body
        return result

    return run


def _named_as_in_workflows(throttled: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The error name by which a state machine retries a throttled call; ministack would call it Lambda.Unknown."""

    def run(*arguments: Any, **options: Any) -> dict[str, Any]:
        result = throttled(*arguments, **options)
        result["body"]["errorType"] = "Lambda.TooManyRequestsException"
        return result

    return run


def _of_the_whole_function(reserved: Callable[..., int | None]) -> Callable[..., int | None]:
    """Apply reserved concurrency to all versions and aliases of a function together; ministack ignores it for versions."""

    def run(function: dict[str, Any], configuration: dict[str, Any]) -> int | None:
        return reserved(service._functions.get(configuration.get("FunctionName")) or function, configuration)

    return run
