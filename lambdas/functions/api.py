"""What the REST functions share: the router, the caller's tenant, typed bodies, and problems in place of stack traces."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from causeway.admission.claims import KEY
from causeway.conversations.keys import Owner
from causeway.runtime.errors import DependencyError, Gone
from causeway.runtime.logs import logger, record_failure
from causeway.runtime.problems import (
    MEDIA_TYPE,
    FieldFault,
    Problem,
    forbidden,
    internal_error,
    invalid_request,
    not_found,
    not_signed_in,
    of_dependency,
    of_validation,
)
from causeway.runtime.routes import Route

if TYPE_CHECKING:
    from causeway.runtime.streaming import Answer, Context

Model = TypeVar("Model", bound=BaseModel)
Handler = TypeVar("Handler", bound=Callable[..., Any])

# An upload's key begins with the tenant: a tenant called "a/b" would write among the documents of "a".
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RestApi(APIGatewayRestResolver):
    """routes_served: in the order in which handlers were given to `serves`."""

    def __init__(self) -> None:
        super().__init__(serializer=_json)
        self.routes_served: list[Route] = []

    def serves(self, route: Route) -> Callable[[Handler], Handler]:
        """Decorates the function that answers a route; parameters of its path are the function's arguments."""
        self.routes_served.append(route)
        register = self.route(route.path.replace("{", "<").replace("}", ">"), method=route.method)

        def serving(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(**path: str) -> Any:
                _refuse_unknown(self, route)
                return handler(**path)

            register(answered)
            return handler

        return serving


def rest_api() -> RestApi:
    """A router for a proxy integration, which answers every error with a problem."""
    app = RestApi()
    app.exception_handler(Gone)(_again)
    app.exception_handler(Exception)(lambda error: problem_response(problem_of(error), request_id(app)))
    app.not_found(lambda error: problem_response(_no_such_route(error, app), request_id(app)))
    return app


def _refuse_unknown(app: APIGatewayRestResolver, route: Route) -> None:
    """Raises a 400 Problem that names query parameters the route does not have: a misspelt one would be passed by without a word."""
    unknown = sorted(set(app.current_event.query_string_parameters or {}) - set(route.in_query))
    if unknown and not route.open_to_all:
        raise invalid_request([FieldFault(name, "the query has no such parameter; leave it out") for name in unknown])


def request_id(app: APIGatewayRestResolver) -> str:
    """API Gateway's id of the request, or Lambda's when the event has none."""
    context: Mapping[str, Any] = app.current_event.get("requestContext") or {}
    return str(context.get("requestId") or getattr(app.lambda_context, "aws_request_id", ""))


def tenant(app: APIGatewayRestResolver) -> str:
    """The caller's tenant: the claim of the verified token. Raises a 401 Problem without one, or with one that names no folder, and a 403
    one for a partner without its key."""
    found = str(_claims(app).get("custom:tenant") or "")
    if not _TENANT.fullmatch(found):
        raise not_signed_in()
    return found


def owner(app: APIGatewayRestResolver) -> Owner:
    """The caller, to whom conversations belong. Raises a 401 Problem as `tenant` does, or for a token that names no user."""
    if not user(app):
        raise not_signed_in()
    return Owner(tenant(app), user(app), user_name(app))


def user(app: APIGatewayRestResolver) -> str:
    """The caller's id by the token, empty where it names no user."""
    return str(_claims(app).get("sub") or "")


def user_name(app: APIGatewayRestResolver) -> str:
    """The caller's name in the user pool, by which groups know people; "" for a token without one, who is in no group."""
    return str(_claims(app).get("cognito:username") or "")


def tier(app: APIGatewayRestResolver) -> str:
    """What an administrator has made the caller, by which questions are limited; "" for a caller of whom nobody has said it."""
    return str(_claims(app).get("custom:tier") or "")


def is_partner(app: APIGatewayRestResolver) -> bool:
    """Whether the caller is a partner's server, whose requests API Gateway counts by its plan. Raises a 403 Problem as `tenant`."""
    return bool(_claims(app).get(KEY))


def _claims(app: APIGatewayRestResolver) -> Mapping[str, Any]:
    """Raises a 403 Problem for the token of a partner that comes without the key of its plan, or with another's: nobody would count it."""
    context: Mapping[str, Any] = app.current_event.get("requestContext") or {}
    claims: Mapping[str, Any] = (context.get("authorizer") or {}).get("claims") or {}
    if KEY in claims and claims[KEY] != (context.get("identity") or {}).get("apiKeyId"):
        raise forbidden("The key in x-api-key is not that of your plan; send your own, to the address of partners.")
    return claims


def body(app: APIGatewayRestResolver, model: type[Model]) -> Model:
    """The request's body as `model`. Raises a 400 Problem that names every wrong field."""
    try:
        text = app.current_event.decoded_body
    except ValueError:
        text = None
    if not text:
        raise invalid_request([FieldFault("body", "send a JSON object")])
    return model.model_validate_json(text)


def page_after(app: APIGatewayRestResolver, form: str) -> str | None:
    """Where the page begins that the request asks for, None for the first. form: a pattern. Raises a 400 Problem for another text."""
    after = app.current_event.get_query_string_value("after")
    if after is not None and not re.fullmatch(form, after):
        raise invalid_request([FieldFault("after", "send the `next` of the page before")])
    return after


def resolve_into(app: RestApi, event: dict[str, Any], context: "Context", output: "Answer") -> None:
    """As `resolve` under `causeway.runtime.streaming`: handlers find the output in the app's context, and what none began is sent whole."""
    app.context["output"] = output
    whole = app.resolve(event, context)  # type: ignore[arg-type]  # a context of the loop's own
    if not output.started:
        output.start(whole["statusCode"], {name: values[0] for name, values in whole["multiValueHeaders"].items()})
        output.write(whole["body"].encode())


def json_response(route: Route, content: BaseModel, status: int = 0) -> Response[str]:
    """status: the route's own, where none is given."""
    return Response(status_code=status or route.reply.status, content_type="application/json", body=content.model_dump_json())


def problem_response(problem: Problem, identifier: str) -> Response[str]:
    logger.info("problem", extra={"problem": problem.type, "status": problem.status})
    headers: dict[str, str | list[str]] = dict(problem.response_headers())
    return Response(status_code=problem.status, content_type=MEDIA_TYPE, body=problem.body(identifier), headers=headers)


def problem_of(error: Exception) -> Problem:
    """What a caller is told of an error. What is our own fault or a dependency's is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return of_validation(error)
    if isinstance(error, DependencyError):
        record_failure(error)
        return of_dependency(error)
    logger.error("unexpected failure", exc_info=error)
    return internal_error()


def _again(error: Gone) -> Response[str]:
    raise error


def _no_such_route(error: NotFoundError, app: APIGatewayRestResolver) -> Problem:
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return Problem("method-not-allowed", "Method not allowed", 405, "This path does not take this method.")
    return not_found("such path")


def _json(value: Any) -> str:
    return to_json(value).decode()
