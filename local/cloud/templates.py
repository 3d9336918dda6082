"""Makes ministack's CloudFormation serve exactly the types of resource_types, completely, with errors in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.cloud import emulator
from local.cloud.embedding import ENDPOINT, Endpoints
from local.cloud.made import MADE
from local.cloud.options import Options
from local.cloud.recorded import Handler, Records, handler
from local.cloud.repairs import REPAIRS, repaired, with_deletion_by_s3, with_endpoint_in_api_words
from local.cloud.resource_types import EMULATED, RECORDED

provisioners = emulator.part("services.cloudformation.provisioners")
engine = emulator.part("services.cloudformation.engine")
stacks = emulator.part("services.cloudformation.stacks")
custom = emulator.part("services.cloudformation.custom_resource")
functions = emulator.part("services.lambda_svc")

BUCKET = "AWS::S3::Bucket"
REST_API = "AWS::ApiGateway::RestApi"
DOMAIN = "AWS::OpenSearchService::Domain"
RESPONSE_PATH = "/_ministack/cfn-response/"
UNKNOWN_TYPES = "Template format error: Unrecognized resource types: "


def install(options: Options, records: Records, endpoints: Endpoints) -> None:
    """Replace ministack's table of handlers by ours."""
    table = provisioners._RESOURCE_HANDLERS
    served = {kind: table[kind] for kind in EMULATED}
    served |= {kind: repaired(served[kind], repair) for kind, repair in REPAIRS.items()}
    served[BUCKET] = with_deletion_by_s3(served[BUCKET])
    served[REST_API] = with_endpoint_in_api_words(served[REST_API])
    served |= {kind: recipe.handler() for kind, recipe in MADE.items()}
    served |= {kind: handler(kind, recipe, records) for kind, recipe in RECORDED.items()}
    served |= {ENDPOINT: endpoints.handler(), DOMAIN: _with_search(served[DOMAIN], options.search_url)}
    table.clear()
    table.update(served)
    _call_back_from_worker_threads({*REPAIRS, *MADE, ENDPOINT})
    _name_unknown_types()
    functions._execute_function_with_config_scope = _failing_with_its_function(functions._execute_function_with_config_scope)


def _with_search(domain: Handler, url: str) -> Handler:
    """The handler of a domain whose endpoint is the complete URL of this machine's search server."""

    def wrap(operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            id, attributes = operation(*arguments)
            return id, {**attributes, "DomainEndpoint": url}

        return run

    return {**domain, "create": wrap(domain["create"]), "update": wrap(domain["update"])}


def _call_back_from_worker_threads(kinds: set[str]) -> None:
    """Run handlers that call this cloud's own APIs on worker threads, so that the event loop can answer them."""
    waits = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in kinds or waits(kind)


def _name_unknown_types() -> None:
    """Add to CloudFormation's refusal of a type what to do about it."""
    for module in ("handlers", "changesets"):
        part = emulator.part(f"services.cloudformation.{module}")
        part.validate_template_support = _with_advice(part.validate_template_support)


def _with_advice(validate: Callable[..., None]) -> Callable[..., None]:
    def run(*arguments: Any, **options: Any) -> None:
        try:
            validate(*arguments, **options)
        except ValueError as refused:
            if not str(refused).startswith(UNKNOWN_TYPES):
                raise
            kinds = str(refused).removeprefix(UNKNOWN_TYPES)
            raise ValueError(f"The local AWS does not serve {kinds}: decide in local/cloud/resource_types.py how it should") from refused

    return run


def _failing_with_its_function(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Let a custom resource fail at once when its function raises; AWS would wait an hour for an answer."""

    def run(function: Any, event: Any) -> Any:
        result = execute(function, event)
        url = event.get("ResponseURL", "") if isinstance(event, dict) else ""
        if RESPONSE_PATH in url and result.get("error"):
            reason = f"the function failed: {result['body'].get('errorType')}: {result['body'].get('errorMessage')}"
            custom.deliver_response(url.rsplit("/", 1)[-1], {"Status": "FAILED", "Reason": reason})
        return result

    return run
