"""A key of somebody else's service: what a domain says of it. Its value is in Secrets Manager, where a person puts it (`make secret`).

See docs/decisions/278-keys-of-other-peoples-services.md.
"""

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 40
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # of a header, as in RFC 9110, section 5.6.2
# What the request is made of; a key in their place would break it, or go where others read it.
OURS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "host", "idempotency-key", "te"}
    | {"transfer-encoding", "user-agent"}
)


@dataclass(frozen=True)
class Secret:
    """name: of the secret, in lower case with hyphens, such as wholesaler. It belongs to one host.

    header: in which it is sent. scheme: the word before it, "" for none, as with X-Api-Key.
    Raises ValueError that says what to write instead.
    """

    name: str
    header: str = "Authorization"
    scheme: str = "Bearer"

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME or not NAME.fullmatch(self.name):
            raise ValueError(
                f"the secret {self.name!r}: name it in lower case with hyphens, {LONGEST_NAME} characters at most, such as wholesaler"
            )
        if not TOKEN.fullmatch(self.header) or self.header.lower() in OURS:
            raise ValueError(
                f"the secret {self.name}: {self.header!r} is no header that a key can be sent in; write Authorization or X-Api-Key"
            )
        if self.scheme and not TOKEN.fullmatch(self.scheme):
            raise ValueError(f'the secret {self.name}: the scheme {self.scheme!r} is to be one word, such as Bearer, or ""')

    def sent(self, value: str) -> str:
        """The header's value."""
        return f"{self.scheme} {value}" if self.scheme else value
