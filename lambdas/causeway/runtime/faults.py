"""What a client raised, in the words of `causeway.runtime.errors`."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)
from urllib3.exceptions import ConnectTimeoutError as NoConnectionError  # a refusal and an unknown name are kinds of it
from urllib3.exceptions import HTTPError, ProtocolError

from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, ServiceError, Throttled

THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
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
LOST = (ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ConnectionError, NoConnectionError, ProtocolError)
MALFORMED = "MalformedAnswer"  # ours, for an answer that cannot be read
PASSING_CODES = frozenset(
    {"InternalFailure", "InternalServerError", MALFORMED, "ModelNotReadyException", "ModelTimeoutException"}
    | {"RequestTimeout", "RequestTimeoutException"}
)


def dependency_error(dependency: str, error: Exception) -> DependencyError | None:
    """The matching DependencyError, or None when `error` comes from no client and must not be swallowed."""
    if isinstance(error, DependencyError):
        return error
    if isinstance(error, ServiceError):
        return of_status(dependency, error.status, error.code)
    if isinstance(error, ClientError):
        return of_status(dependency, *_status_and_code(error))
    if isinstance(error, ParamValidationError | NoCredentialsError):
        return DependencyRejected(dependency, type(error).__name__)
    if isinstance(error, BotoCoreError | HTTPError | OSError):
        return DependencyUnavailable(dependency, type(error).__name__, lost=isinstance(error, LOST))
    return _of_search(dependency, error)


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
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status, code


def _of_search(dependency: str, error: Exception) -> DependencyError | None:
    """opensearch-py's TransportError, known by its shape: functions without a search client need not import it."""
    status = getattr(error, "status_code", None)
    return of_status(dependency, status, str(getattr(error, "error", ""))) if isinstance(status, int) else None
