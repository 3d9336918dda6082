"""The signed form, or address, that stores one file under one name.

Nothing here looks at a file's kind or extension. The reader does, and a file that it refuses is kept in quarantine with the reason.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EXPIRES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart form post: `fields` in their order, then the file as the last field, `file`."""

    url: str
    fields: dict[str, str]
    expires_at: str


def presigned(client: "S3Client", bucket: str, tenant: str, name: str, max_bytes: int, content_type: str | None) -> Upload:
    """A form that stores one file of at most `max_bytes` bytes as `{tenant}/{name}` and nothing else, for 15 minutes."""
    fields = {"Content-Type": content_type} if content_type else {}
    post = client.generate_presigned_post(
        Bucket=bucket,
        Key=object_key(tenant, name),
        Fields=dict(fields),
        Conditions=[["content-length-range", 0, max_bytes], *({name: value} for name, value in fields.items())],
        ExpiresIn=int(EXPIRES.total_seconds()),
    )
    return Upload(post["url"], post["fields"], expiry())


def address(client: "S3Client", bucket: str, tenant: str, name: str, size: int) -> str:
    """A URL that stores one file of exactly `size` bytes, put there with this Content-Length, for 15 minutes."""
    place = {"Bucket": bucket, "Key": object_key(tenant, name), "ContentLength": size}
    return client.generate_presigned_url("put_object", Params=place, ExpiresIn=int(EXPIRES.total_seconds()))


def expiry() -> str:
    """When what is signed now expires."""
    return (datetime.now(UTC) + EXPIRES).isoformat(timespec="seconds")


def object_key(tenant: str, name: str) -> str:
    """Where the incoming bucket keeps a document's file."""
    return f"{tenant}/{name}"
