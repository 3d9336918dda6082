"""What a client raised, in the words of `causeway.runtime.errors`."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    EventStreamError,
    NoCredentialsError,
    ParamValidationError,
)
from urllib3.exceptions import ConnectTimeoutError as NoConnectionError  # a refusal and an unknown name are kinds of it
from urllib3.exceptions import HTTPError, ProtocolError

from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled

THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "ExecutionLimitExceeded",  # as many executions as Step Functions runs at the same time
        "KMS.ThrottlingException",  # the key's, as S3 hands it on with status 400
        "KmsThrottlingException",  # the key's, as Step Functions does
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "ServiceQuotaExceededException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
LOST = (ConnectTimeoutError, EndpointConnectionError, ConnectionError, NoConnectionError)
MODEL_FAILED = ("ModelError", "ModelErrorException")  # SageMaker's code, and Bedrock's
REFUSED_IN_STREAM = ("validationException", "accessDeniedException")
PASSING_CODES = frozenset(
    {"InternalFailure", "InternalServerError", "ModelNotReadyException", "ModelTimeoutException"}
    | {"RequestTimeout", "RequestTimeoutException"}
    | {"cluster_block_exception"}  # of search, as status 403: its disk or heap is full, until that is over
)


def dependency_error(dependency: str, error: Exception) -> DependencyError | None:
    """The matching DependencyError, or None when `error` comes from no client and must not be swallowed."""
    if isinstance(error, DependencyError):
        return error
    if isinstance(error, ClientError):
        return of_status(dependency, *_status_and_code(error))
    if isinstance(error, ParamValidationError | NoCredentialsError):
        return DependencyRejected(dependency, type(error).__name__)
    if isinstance(error, BotoCoreError | HTTPError | OSError):
        return DependencyUnavailable(dependency, type(error).__name__, lost=_is_lost(error))
    return _of_search(dependency, error)


def _is_lost(error: Exception) -> bool:
    """Whether no answer had begun: a request whose answer broke off was served, and may be paid for."""
    cause = error.__context__ if isinstance(error, ConnectionClosedError) else error
    if isinstance(cause, ProtocolError):
        return str(cause.args[0]) == "Connection aborted."  # urllib3's words; an answer that broke off is a "Connection broken"
    return isinstance(error, LOST)


def of_status(dependency: str, status: int, code: str = "") -> DependencyError:
    """The error for an HTTP status from 400 up and, where the service gives one, its error code."""
    reason = f"{status} {code}".strip()
    if status == 429 or code in THROTTLING_CODES:
        return Throttled(dependency, reason)
    if status >= 500 or status == 408 or code in PASSING_CODES:
        return DependencyUnavailable(dependency, reason)
    return DependencyRejected(dependency, reason)


def _status_and_code(error: ClientError) -> tuple[int, str]:
    code = error.response.get("Error", {}).get("Code", "")
    if isinstance(error, EventStreamError):  # within a stream there is no status, and names begin in lower case
        return (400 if code in REFUSED_IN_STREAM else 503), code[:1].upper() + code[1:]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (_status_of_model(error.response) if code in MODEL_FAILED else status), code


def _status_of_model(response: Mapping[str, Any]) -> int:
    """SageMaker and Bedrock answer 424 for whatever the model answered; a model that answered nothing has status 0 or none."""
    original = response.get("OriginalStatusCode") or response.get("originalStatusCode")
    return original if isinstance(original, int) and original >= 400 else 500


def _of_search(dependency: str, error: Exception) -> DependencyError | None:
    """opensearch-py's TransportError, known by its shape: functions without a search client need not import it.

    Its status is a number, or a word when there was no answer; then `info` is the HTTP client's own exception.
    """
    status, info = getattr(error, "status_code", None), getattr(error, "info", None)
    if isinstance(status, int):
        return of_status(dependency, status, str(getattr(error, "error", "")))
    return dependency_error(dependency, info) if isinstance(status, str) and isinstance(info, Exception) else None
