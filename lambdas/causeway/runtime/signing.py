"""AWS Signature Version 4 of a request whose body is at hand, after "Create a signed AWS API request" in the IAM User Guide.

botocore's signer builds an email message for every request, which takes three times as long.
"""

import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from botocore.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"


class Signer:
    """Signs requests to one service in one region.

    credentials: botocore's; they renew themselves, so each signature asks for the present ones.
    name: as signatures know the service, such as "bedrock".
    """

    def __init__(self, credentials: "Credentials", name: str, region: str) -> None:
        self._credentials = credentials
        self._name = name
        self._region = region

    def sign(self, method: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """All headers to send: those given, the host, and the signature over all of them.

        host: with its port unless the port is the scheme's own. target: path and query, encoded as they are sent, no segment
        of the path empty, "." or "..".
        headers: names in lower case, values without spaces at their ends or repeated.
        """
        keys = self._credentials.get_frozen_credentials()
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        digest = sha256(body).hexdigest()
        signed = {**headers, "host": host, "x-amz-content-sha256": digest, "x-amz-date": now}
        if keys.token:
            signed["x-amz-security-token"] = keys.token
        names = sorted(signed)
        listed = ";".join(names)
        lines = (method, *_canonical(target), *(f"{name}:{signed[name]}" for name in names), "", listed, digest)
        scope = f"{now[:8]}/{self._region}/{self._name}/aws4_request"
        request = sha256("\n".join(lines).encode()).hexdigest()
        text = f"{ALGORITHM}\n{now}\n{scope}\n{request}"
        signature = hmac.digest(_key(keys.secret_key, now[:8], self._region, self._name), text.encode(), "sha256").hex()
        signed["authorization"] = f"{ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={listed}, Signature={signature}"
        return signed


def _canonical(target: str) -> tuple[str, str]:
    """Path, encoded once more as every service but S3 wants it, and query in the order of its names."""
    path, _, query = target.partition("?")
    pairs = sorted(part.partition("=")[::2] for part in query.split("&")) if query else []
    return quote(path, safe="/~"), "&".join(f"{name}={value}" for name, value in pairs)


@lru_cache(maxsize=16)
def _key(secret: str, day: str, region: str, name: str) -> bytes:
    """The key of one day."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, name, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
