"""Whose rows are whose: the only place where keys of the two tables are made."""

import secrets
import time
import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self
from urllib.parse import quote, unquote

META, SUMMARY, TURN = "~meta", "~summary", "turn#"  # in this order from the end of a conversation, so that one query reads them all
TO_ARCHIVE = "to-archive"  # the index of META items with turns that are not archived; its keys are archive_shard and archive_due
SHARDS = 8  # of that index: one would have to take every conversation's writes


@dataclass(frozen=True)
class Owner:
    """A signed-in user, by the claims of the verified token and nothing else.

    name: in the user pool, by which groups know people; it is no part of any key.
    Data class: restricted; tenant: internal.
    """

    tenant: str
    user: str
    name: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """No two owners have the same: a character that could end a part is encoded."""
        return "#".join(quote(part, safe="", errors="surrogatepass") for part in (self.tenant, self.user))

    @property
    def queue_group(self) -> str:
        """SQS takes the groups of a standard queue in turns: no tenant waits behind all that another has sent."""
        return sha256(self.tenant.encode()).hexdigest()

    def id_of(self, *names: str) -> str:
        """32 hexadecimal digits, the same for the same owner and names, such as a client token. names: without `#`."""
        return sha256("#".join((self.key, *names)).encode()).hexdigest()[:32]

    def conversation(self, session_id: str) -> str:
        """The partition of one of the owner's conversations; other owners' are not to be named from here, whatever the id says."""
        return f"{self.key}#{quote(session_id, safe='', errors='surrogatepass')}"

    @classmethod
    def of_conversation(cls, partition: str) -> tuple[Self, str]:
        """The owner and the session id that `conversation` made a partition of."""
        tenant, user, session_id = (unquote(part, errors="surrogatepass") for part in partition.split("#"))
        return cls(tenant, user), session_id

    @property
    def archives(self) -> str:
        """What the keys of the owner's archived conversations begin with."""
        return self.key.replace("#", "/") + "/"

    def archive(self, session_id: str) -> str:
        """The key of one archived conversation."""
        return f"{self.archives}{quote(session_id, safe='', errors='surrogatepass')}.json"

    @property
    def asked(self) -> str:
        """The partition of how often the owner has asked, in the table of sessions; it has a part more than any owner's key."""
        return f"{self.key}#asked"

    @property
    def facts(self) -> str:
        """The partition of what the owner has said of themselves; it has a part more than any conversation."""
        return f"{self.key}#facts#"

    @property
    def feedback(self) -> str:
        """The partition of what the owner thinks of answers; it has a part more than any conversation."""
        return f"{self.key}#feedback#"


def new_session_id() -> str:
    """32 hexadecimal digits that nobody can guess; later ones sort behind earlier ones."""
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(10)}"


def turn_key(number: int) -> str:
    return f"{TURN}{number:08d}"


def shard_of(session_id: str) -> str:
    """Of the index TO_ARCHIVE: the same for the same conversation."""
    return str(zlib.crc32(session_id.encode()) % SHARDS)
