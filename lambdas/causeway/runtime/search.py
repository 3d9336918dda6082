"""The search client: opensearch-py over urllib3, signed with the function's role.

It retries nothing and logs no request body; `Dependency` retries, and request bodies hold questions.
"""

import logging
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy.connection.http_urllib3 import Urllib3HttpConnection
from opensearchpy.helpers.signer import AWSV4Signer
from opensearchpy.serializer import JSONSerializer
from pydantic_core import from_json, to_json

from causeway.runtime.clients import credentials, region

SIGNING_NAME = "es"


class FastJSON(JSONSerializer):
    """JSON by pydantic's Rust core: a body with a 1024-dimension vector takes a tenth of the standard library's time."""

    def loads(self, s: str) -> Any:
        return from_json(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, str | bytes) else to_json(data).decode()


@cache
def search_client(endpoint: str, timeout: float = 3.0) -> OpenSearch:
    """The process's client of one search domain.

    endpoint: host of the domain (then HTTPS), or a whole URL.
    timeout: seconds to connect and again to wait for an answer; `client.search(..., request_timeout=...)` overrides it.
    """
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    url = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    secure = url.scheme == "https"
    return OpenSearch(
        hosts=[{"host": url.hostname, "port": url.port or (443 if secure else 80), "url_prefix": url.path, "use_ssl": secure}],
        http_auth=AWSV4Signer(credentials(), region(), SIGNING_NAME).sign,
        connection_class=Urllib3HttpConnection,
        serializer=FastJSON(),
        timeout=timeout,
        max_retries=0,
        pool_maxsize=8,
    )
