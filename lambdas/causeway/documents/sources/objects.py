"""S3's objects by what is known of them: looked at, copied and deleted, without their bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from causeway.documents.sources.origin import Origin
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STORAGE = Dependency("storage", attempt_seconds=12.0, budget_seconds=40.0)
_MISSING = frozenset({"NoSuchKey", "404"})
_CHANGED = frozenset({"PreconditionFailed", "412"})
_ARCHIVED = frozenset({"InvalidObjectState"})

Copied = Literal["copied", "changed", "missing", "archived"]


@dataclass(frozen=True)
class Head:
    """origin: None for an object that no sync has brought."""

    etag: str
    origin: Origin | None


class Objects:
    """Every method raises an error of the dependency "storage" when S3 does not serve it."""

    def __init__(self, client: "S3Client", dependency: Dependency = STORAGE) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._dependency = client, dependency

    def head(self, bucket: str, key: str) -> Head | None:
        return self._dependency.call(lambda: self._head(bucket, key))

    def copy(self, origin: Origin, bucket: str, key: str) -> Copied:
        """Copies the very content that `origin` names; changed when the object has another one by now."""
        return self._dependency.call(lambda: self._copy(origin, bucket, key))

    def delete(self, bucket: str, key: str) -> None:
        """Where the bucket keeps versions, this sets a delete marker."""
        self._dependency.call(lambda: self._client.delete_object(Bucket=bucket, Key=key))

    def keys(self, bucket: str, prefix: str, after: str) -> Iterator[str]:
        """Keys below a prefix without it, in the order of their UTF-8 bytes, those that follow `after` alone."""
        start: dict[str, str] = {"StartAfter": prefix + after} if after else {}
        while True:
            page = self._dependency.call(lambda start=start: self._page(bucket, prefix, start))  # type: ignore[misc]
            yield from (entry["Key"].removeprefix(prefix) for entry in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def _head(self, bucket: str, key: str) -> Head | None:
        try:
            found = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return Head(found["ETag"].strip('"'), Origin.of(found["Metadata"]))

    def _copy(self, origin: Origin, bucket: str, key: str) -> Copied:
        source: Any = {"Bucket": origin.bucket, "Key": origin.key}
        try:
            self._client.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource=source,
                CopySourceIfMatch=f'"{origin.etag}"',
                Metadata=origin.metadata,
                MetadataDirective="REPLACE",
                TaggingDirective="REPLACE",
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            outcomes: tuple[tuple[frozenset[str], Copied], ...] = ((_MISSING, "missing"), (_CHANGED, "changed"), (_ARCHIVED, "archived"))
            found = next((outcome for codes, outcome in outcomes if code in codes), None)
            if found is None:
                raise
            return found
        return "copied"

    def _page(self, bucket: str, prefix: str, start: dict[str, str]) -> Any:
        return self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, **start)  # type: ignore[arg-type]
