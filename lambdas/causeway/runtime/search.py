"""The search client: opensearch-py, which signs requests with the function's own credentials.

It retries nothing, because `Dependency` does, and logs nothing, because request bodies hold questions.
"""

import logging
import ssl
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.httpsession import get_cert_path
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection
from opensearchpy.serializer import JSONSerializer
from pydantic_core import from_json, to_json

from causeway.runtime.clients import credentials, region, session
from causeway.runtime.errors import DependencyUnavailable

SIGNING_NAME = "es"
logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class FastJSON(JSONSerializer):
    """JSON by pydantic's Rust core: a body with a 1024-dimension vector takes a tenth of the standard library's time."""

    def loads(self, s: str) -> Any:
        try:
            return from_json(s)
        except ValueError:
            raise DependencyUnavailable("search", "answered no JSON") from None

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, str | bytes) else to_json(data).decode()


@cache
def search_client(endpoint: str, timeout: float = 3.0) -> OpenSearch:
    """The process's client of one search domain.

    endpoint: the domain's host name, for HTTPS, or a whole URL.
    timeout: seconds to connect, and again to wait for an answer; `client.search(..., request_timeout=...)` overrides it.
    """
    url = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    secure = url.scheme == "https"
    return OpenSearch(
        hosts=[{"host": url.hostname, "port": url.port or (443 if secure else 80), "url_prefix": url.path, "use_ssl": secure}],
        connection_class=Urllib3HttpConnection,
        http_auth=Urllib3AWSV4SignerAuth(credentials(), region(), SIGNING_NAME),
        ssl_context=_trust() if secure else None,
        serializer=FastJSON(),
        timeout=timeout,
        max_retries=0,
    )


def _trust() -> ssl.SSLContext:
    """The certificates that botocore trusts, read once instead of for every connection."""
    return ssl.create_default_context(cafile=session().get_config_variable("ca_bundle") or get_cert_path(True))
