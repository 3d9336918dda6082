"""Signed links: each lets one approver decide about one run until one moment. KMS holds the key; no code ever sees it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

ALGORITHM: Literal["HMAC_SHA_256"] = "HMAC_SHA_256"
PURPOSE = b"causeway approval 1\n"  # no signature for another purpose is one of these
LONGEST = 1024  # characters; longer ones are not looked at


@dataclass(frozen=True)
class Link:
    """approver: the name in the user pool. until: seconds since 1970."""

    tenant: str
    run_id: str
    approver: str
    until: int


class Links:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "links"."""

    def __init__(self, kms: "KMSClient", key: str, dependency: Dependency) -> None:
        """kms: a client that has the patience of `dependency`. key: ARN of an HMAC key."""
        self._kms, self._key, self._dependency = kms, key, dependency

    def signed(self, link: Link) -> str:
        """The link as one word of letters, digits, `-`, `_` and one `.`."""
        payload = json.dumps(astuple(link), separators=(",", ":")).encode()
        answer = self._dependency.call(
            lambda: self._kms.generate_mac(KeyId=self._key, Message=PURPOSE + payload, MacAlgorithm=ALGORITHM),
        )
        return f"{_word(payload)}.{_word(answer['Mac'])}"

    def opened(self, text: str) -> Link | None:
        """None for whatever `signed` has not made. The link may be past its time."""
        payload, _, mac = text.partition(".")
        try:
            found = _bytes(payload), _bytes(mac)
        except ValueError:
            return None
        if len(text) > LONGEST or not all(found) or not self._dependency.call(lambda: self._is_ours(*found)):
            return None
        return Link(*json.loads(found[0]))

    def _is_ours(self, payload: bytes, mac: bytes) -> bool:
        try:
            answer = self._kms.verify_mac(KeyId=self._key, Message=PURPOSE + payload, Mac=mac, MacAlgorithm=ALGORITHM)
        except ClientError as error:
            if error.response["Error"]["Code"] == "KMSInvalidMacException":
                return False
            raise
        return bool(answer["MacValid"])


def _word(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(word: str) -> bytes:
    """Raises ValueError for what `_word` has not made: it is then another spelling, or none."""
    content = urlsafe_b64decode(word + "=" * (-len(word) % 4))
    if _word(content) != word:
        raise ValueError("another spelling")
    return content
