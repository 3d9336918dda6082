"""The search client: opensearch-py over `causeway.runtime.signed`.

It retries nothing and logs nothing; `Dependency` retries, and request bodies hold questions.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from opensearchpy import OpenSearch
from opensearchpy.connection import Connection
from opensearchpy.serializer import JSONSerializer
from pydantic_core import from_json, to_json

from causeway.runtime.signed import Host

SIGNING_NAME = "es"


class FastJSON(JSONSerializer):
    """JSON by pydantic's Rust core: a body with a 1024-dimension vector takes a tenth of the standard library's time."""

    def loads(self, s: str) -> Any:
        return from_json(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, str | bytes) else to_json(data).decode()


class SignedConnection(Connection):
    """What opensearch-py sends requests by."""

    def __init__(self, timeout: float, **options: Any) -> None:
        super().__init__(timeout=timeout, **options)  # type: ignore[arg-type]
        self._host = Host(self.host + self.url_prefix, SIGNING_NAME, timeout, timeout)

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text. Raises opensearch-py's TransportError for any status but 2xx and those to ignore; urllib3's errors."""
        target = f"{url}?{urlencode(params, quote_via=quote)}" if params else url
        reply = self._host.send(method, target, {**self.headers, **(headers or {})}, body or b"", timeout)
        text = reply.body.decode("utf-8", "surrogatepass")
        if not 200 <= reply.status < 300 and reply.status not in ignore:
            self._raise_error(reply.status, text, reply.headers.get("content-type"))
        return reply.status, reply.headers, text


@cache
def search_client(endpoint: str, timeout: float = 3.0) -> OpenSearch:
    """The process's client of one search domain.

    endpoint: host of the domain (then HTTPS), or a whole URL.
    timeout: seconds to connect and again to wait for an answer; `client.search(..., request_timeout=...)` overrides it.
    """
    url = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    secure = url.scheme == "https"
    return OpenSearch(
        hosts=[{"host": url.hostname, "port": url.port or (443 if secure else 80), "url_prefix": url.path, "use_ssl": secure}],
        connection_class=SignedConnection,
        serializer=FastJSON(),
        timeout=timeout,
        max_retries=0,
    )
