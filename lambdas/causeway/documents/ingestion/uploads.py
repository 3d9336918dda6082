"""Names that uploaders may give, and the signed form with which they put one file under one name.

What a file is, its ending included, the reader judges: whatever it refuses lies in quarantine with its reason.
"""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from causeway.documents.ingestion.store import STORAGE
from causeway.runtime.clients import client

EXPIRES = timedelta(minutes=15)
NAME_BYTES = 512
FILENAME = "${filename}"  # in an upload form; botocore then signs for every key that begins alike


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart form post: `fields` in their order, then the file as the last field, `file`."""

    url: str
    fields: dict[str, str]
    expires_at: str


def clean_name(name: str) -> str:
    """The path under which a document is kept: NFC, forward slashes, no empty parts.

    Raises ValueError, in a sentence for the caller, for a name that climbs, hides or is too long, or that S3 would make another of.
    """
    parts = [part.strip() for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/")]
    cleaned = "/".join(part for part in parts if part)
    if any(part in {".", ".."} for part in parts) or any(unicodedata.category(character)[0] == "C" for character in cleaned):
        raise ValueError("must not contain '.' or '..' as a part, nor control characters")
    if FILENAME in cleaned:
        raise ValueError(f"must not contain {FILENAME}: storage would put the file's own name there")
    if not cleaned or len(cleaned.encode()) > NAME_BYTES:
        raise ValueError(f"must have 1 to {NAME_BYTES} bytes")
    return cleaned


def presigned(bucket: str, tenant: str, name: str, most: int, content_type: str | None) -> Upload:
    """A form that stores one file of at most `most` bytes as `{tenant}/{name}` and nothing else, for 15 minutes."""
    fields = {"Content-Type": content_type} if content_type else {}
    post = client("s3").generate_presigned_post(
        Bucket=bucket,
        Key=f"{tenant}/{name}",
        Fields=dict(fields),
        Conditions=[["content-length-range", 0, most], *({name: value} for name, value in fields.items())],
        ExpiresIn=int(EXPIRES.total_seconds()),
    )
    return Upload(post["url"], post["fields"], (datetime.now(UTC) + EXPIRES).isoformat(timespec="seconds"))


def delete_upload(bucket: str, tenant: str, name: str) -> None:
    """Sets a delete marker; its event removes the document."""
    STORAGE.call(lambda: client("s3").delete_object(Bucket=bucket, Key=f"{tenant}/{name}"))
