"""Where a file of the incoming bucket was copied from, kept as the object's own metadata: nothing else says what a sync has brought."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

Was = Literal["new", "changed"]


@dataclass(frozen=True)
class Origin:
    """etag: of the source's object, as it was copied. run, was: of the sync that copied it, and what the file was for it."""

    bucket: str
    key: str
    etag: str
    run: str = ""
    was: Was = "new"

    @property
    def metadata(self) -> Mapping[str, str]:
        """For S3, whose metadata are ASCII and at most 2 KB: a key of 1,024 bytes takes 1,368."""
        key = urlsafe_b64encode(self.key.encode()).decode()
        return {"origin-bucket": self.bucket, "origin-key": key, "origin-etag": self.etag, "origin-run": self.run, "origin-was": self.was}

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> Self | None:
        """None for a file that somebody has uploaded."""
        if "origin-bucket" not in metadata:
            return None
        key = urlsafe_b64decode(metadata["origin-key"]).decode()
        was: Was = "changed" if metadata.get("origin-was") == "changed" else "new"
        return cls(metadata["origin-bucket"], key, metadata["origin-etag"], metadata.get("origin-run", ""), was)

    def is_same(self, other: "Origin") -> bool:
        """Whether both are of the same object with the same content."""
        return (self.bucket, self.key, self.etag) == (other.bucket, other.key, other.etag)
