"""Tokens in place of personal data: the same one for the same value of a tenant, and what is needed to turn one back.

Keys come from an HMAC key of KMS, which never leaves it: whoever may not call `GenerateMac` with that key can neither make a token nor
turn one back, and nothing has to be stored or rotated beside it. Sealed values are kept in a file beside the passages that have their
tokens, and go with them: then they cannot be turned back.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import BaseModel, ConfigDict, TypeAdapter

from causeway.runtime.dependencies import Dependency
from causeway.safety.personal.kinds import Kind

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

LETTERS = 16  # of a token, five bits each: among 10 million values of a tenant two meet once in 24 billion times
_PURPOSE = "personal data of "


class NotOfThisToken(Exception):
    """A sealed value belongs to another token or tenant, or was changed."""


class Sealed(BaseModel):
    """What a token stands for. value: encrypted for that token.

    Data class: confidential; kind: internal.
    """

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    kind: Kind
    value: bytes


SEALED = TypeAdapter(dict[str, Sealed])
"""A file of sealed values, by token."""


@dataclass(frozen=True, repr=False)
class Tokens:
    """master: 32 bytes, of one tenant."""

    tenant: str
    master: bytes

    @classmethod
    def of(cls, tenant: str, kms: "KMSClient", key_id: str, dependency: Dependency) -> Self:
        """kms: a client that has the patience of `dependency`. key_id: of a KMS key of the spec HMAC_256.

        Raises Throttled, DependencyUnavailable or DependencyRejected of `dependency`.
        """
        message = f"{_PURPOSE}{tenant}".encode()
        made = dependency.call(lambda: kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=message))
        return cls(tenant, made["Mac"])

    def token(self, kind: Kind, value: str) -> str:
        """Sixteen letters and digits, equal for values that differ in case and separators only."""
        named = hmac.digest(self._key("name"), f"{kind} {_plain(kind, value)}".encode(), "sha256")
        return b32encode(named[: LETTERS * 5 // 8]).decode().lower()

    def sealed(self, kind: Kind, token: str, value: str) -> Sealed:
        """The value, encrypted (AES-SIV, RFC 5297) for this token; the same bytes each time."""
        return Sealed(kind=kind, value=self._cipher().encrypt(value.encode(), [token.encode()]))

    def opened(self, token: str, sealed: Sealed) -> str:
        """The value that was sealed for this token. Raises NotOfThisToken."""
        try:
            return self._cipher().decrypt(sealed.value, [token.encode()]).decode()
        except InvalidTag:
            raise NotOfThisToken(f"the sealed value is not that of the token {token}") from None

    def _cipher(self) -> AESSIV:
        return AESSIV(self._key("seal 1") + self._key("seal 2"))

    def _key(self, use: str) -> bytes:
        return hmac.digest(self.master, use.encode(), sha256)


def _plain(kind: Kind, value: str) -> str:
    """Without what people write one value differently by."""
    if kind in ("email", "name", "address"):
        return " ".join(value.casefold().split())
    return "".join(character for character in value.upper() if character.isalnum())
