"""Signed HTTP to one host, over connections that are kept: what the calls of every answered question go through.

A call by a botocore client takes three times the CPU time; see docs/decisions/096-hot-calls-without-botocore.md.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from botocore.httpsession import get_cert_path
from pydantic_core import from_json, to_json
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError, ProtocolError

from causeway.runtime.clients import credentials, region, session
from causeway.runtime.endpoints import endpoint
from causeway.runtime.errors import ServiceError
from causeway.runtime.faults import MALFORMED
from causeway.runtime.signing import Signer

CONNECTIONS = 8
NO_RETRIES = Retry(False)
HotService = Literal["bedrock-runtime", "dynamodb", "sagemaker-runtime"]
SIGNING_NAMES: dict[HotService, str] = {"bedrock-runtime": "bedrock", "dynamodb": "dynamodb", "sagemaker-runtime": "sagemaker"}
MODEL_FAILED = ("ModelError", "ModelErrorException")  # SageMaker's word, and Bedrock's


@dataclass(frozen=True)
class Reply:
    """headers: their names are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Host:
    """One host that takes requests signed with the function's role. No redirect is followed and nothing retried.

    url: scheme, host, port and a path that goes before every target. name: see `Signer`.
    connect, read: seconds; read is the longest silence while waiting for an answer.
    """

    def __init__(self, url: str, name: str, connect: float, read: float) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
        self.url = f"{parts.scheme}://{host}:{port}"
        self._host = host if port == (443 if secure else 80) else f"{host}:{port}"
        self._prefix = parts.path.rstrip("/")
        self._timeout = Timeout(connect=connect, read=read)
        self._signer = Signer(credentials(), name, region())
        options: dict[str, Any] = {"ssl_context": _trust(_bundle())} if secure else {}
        pool = HTTPSConnectionPool if secure else HTTPConnectionPool
        self._pool = pool(host, port, maxsize=CONNECTIONS, retries=NO_RETRIES, **options)

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes, read: float | None = None) -> Reply:
        """Whatever the host answers. Raises urllib3's errors.

        headers: names in lower case. target: path and query, encoded. read: seconds, in place of those for all requests.
        """
        target = self._prefix + target
        signed = self._signer.sign(method, self._host, target, {"user-agent": "causeway", **headers}, body) | _trace()
        timeout = self._timeout if read is None else Timeout(connect=self._timeout.connect_timeout, read=read)
        response = self._pool.urlopen(method, target, body, signed, timeout=timeout, preload_content=False)
        try:
            return Reply(response.status, response.headers, response.read())
        except ProtocolError as error:
            raise HTTPError("the answer broke off") from error  # no lost connection: the request was served, and may be paid for


class Operation:
    """One operation of a service of AWS, sent as JSON by POST.

    service, name: as botocore knows them. target: path, encoded. connect, read: see `Host`.
    """

    def __init__(self, service: HotService, name: str, target: str = "/", *, connect: float, read: float) -> None:
        self._host = Host(endpoint(service), SIGNING_NAMES[service], connect, read)
        self._target = target
        self._headers = _headers(service, name)

    def __call__(self, body: Any) -> Any:
        """The JSON answered. Raises ServiceError for any status but 2xx and for an answer that is no JSON; urllib3's errors."""
        reply = self._host.send("POST", self._target, self._headers, to_json(body))
        if not 200 <= reply.status < 300:
            raise _fault(reply)
        try:
            return from_json(reply.body)
        except ValueError:
            raise ServiceError(reply.status, MALFORMED) from None


def _headers(service: HotService, name: str) -> Mapping[str, str]:
    if service == "dynamodb":
        return {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{name}"}
    return {"content-type": "application/json", "accept": "application/json"}


def _fault(reply: Reply) -> ServiceError:
    """The error code stands in a header or in the body, with a namespace before it or an address behind it."""
    try:
        parsed = from_json(reply.body)
    except ValueError:
        parsed = None
    body = parsed if isinstance(parsed, dict) else {}
    found = reply.headers.get("x-amzn-errortype") or body.get("__type") or body.get("code") or body.get("Code") or ""
    code = str(found).partition(":")[0].rpartition("#")[2]
    return ServiceError(_status_of_model(body) if code in MODEL_FAILED else reply.status, code)


def _status_of_model(body: Mapping[str, Any]) -> int:
    """SageMaker and Bedrock answer 424 for whatever the model answered; a model that answered nothing has status 0 or none."""
    original = body.get("OriginalStatusCode") or body.get("originalStatusCode")
    return original if isinstance(original, int) and original >= 400 else 500


def _trace() -> dict[str, str]:
    """Lambda's id of the request's trace, which services hand on. Not signed: whatever stands between may add to it."""
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    return {"x-amzn-trace-id": trace} if trace else {}


def _bundle() -> str:
    """The file of trusted certificates, as botocore chooses it."""
    given = session().get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    return str(given or get_cert_path(True))


@cache
def _trust(bundle: str) -> ssl.SSLContext:
    """One for all hosts: reading the certificates takes longer than a handshake."""
    return ssl.create_default_context(cafile=bundle)
