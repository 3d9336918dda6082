"""Files in a bucket, read and written whole: no document is larger than its limit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.documents.bad import BadDocument
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STORAGE = Dependency("storage", attempt_seconds=12.0, budget_seconds=40.0)
_BEYOND = frozenset({"InvalidRange", "416"})
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})


class MissingObject(Exception):
    """The object, or the version asked for, is no longer there."""


def too_large(size: int, maximum: int) -> BadDocument:
    """size, maximum: bytes."""
    return BadDocument(
        "too_large",
        f"The file has {size / 1e6:,.1f} MB; at most {maximum / 1e6:,.1f} MB are read. Split the document or compress its pictures.",
    )


class Store:
    """One bucket. Every method raises an error of the dependency "storage" when S3 does not serve it."""

    def __init__(self, client: "S3Client", bucket: str, dependency: Dependency = STORAGE) -> None:
        """client: one that has the patience of `dependency`."""
        self._client = client
        self._bucket = bucket
        self._dependency = dependency

    def read(self, key: str, object_version: str | None = None, max_bytes: int | None = None) -> bytes:
        """An object's bytes. Raises MissingObject, or BadDocument too_large for more than `max_bytes`."""
        return self._dependency.call(lambda: self._read(key, {"VersionId": object_version} if object_version else {}, max_bytes))

    def lines(self, key: str, start: int, size: int) -> tuple[bytes, int | None]:
        """Whole lines from a byte on, in about `size` bytes, and where the following line begins, None after the last.

        Raises MissingObject, or IndexError when the object has no such byte.
        """
        body, total = self._dependency.call(lambda: self._part(key, start, size))
        end = len(body) if start + len(body) >= total else body.rfind(b"\n") + 1
        if not end:
            return self.lines(key, start, 2 * size)
        return body[:end], start + end if start + end < total else None

    def save(self, key: str, body: bytes, content_type: str) -> None:
        self._dependency.call(lambda: self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type))

    def remove_all(self, prefixes: Sequence[str], before: str | None = None) -> int:
        """Deletes every object below the prefixes, or only those whose next part sorts before `before`; how many there were."""
        return sum(self._remove_below(prefix, before) for prefix in prefixes)

    def delete(self, key: str) -> None:
        """Where the bucket keeps versions, this sets a delete marker."""
        self._dependency.call(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def keys(self, prefix: str) -> list[str]:
        """Of every object below the prefix."""
        found: list[str] = []
        start: dict[str, str] = {}
        while True:
            page = self._dependency.call(lambda start=start: self._page(prefix, start))  # type: ignore[misc]
            found += [entry["Key"] for entry in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return found
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def _read(self, key: str, version: dict[str, str], max_bytes: int | None) -> bytes:
        with _missing(key):
            response = self._client.get_object(Bucket=self._bucket, Key=key, **version)  # type: ignore[arg-type]
        if max_bytes is not None and response["ContentLength"] > max_bytes:
            response["Body"].close()
            raise too_large(response["ContentLength"], max_bytes)
        return response["Body"].read()

    def _part(self, key: str, start: int, size: int) -> tuple[bytes, int]:
        """Bytes of an object, and how many it has."""
        try:
            with _missing(key):
                response = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + size - 1}")
        except ClientError as error:
            if error.response["Error"]["Code"] in _BEYOND:
                raise IndexError(start) from error
            raise
        return response["Body"].read(), int(response["ContentRange"].rpartition("/")[2])

    def _remove_below(self, prefix: str, before: str | None) -> int:
        removed = 0
        start: dict[str, str] = {}
        while True:
            page = self._dependency.call(lambda start=start: self._page(prefix, start))  # type: ignore[misc]
            keys = [{"Key": entry["Key"]} for entry in page.get("Contents", ()) if before is None or entry["Key"] < prefix + before]
            if keys:
                self._dependency.call(lambda keys=keys: self._delete(keys))  # type: ignore[misc]
                removed += len(keys)
            if not page.get("IsTruncated"):
                return removed
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def _page(self, prefix: str, start: dict[str, str]) -> Any:
        return self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **start)  # type: ignore[arg-type]

    def _delete(self, keys: list[Any]) -> None:
        answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})
        if answer.get("Errors"):
            raise OSError(f"{len(answer['Errors'])} objects could not be deleted")


@contextmanager
def _missing(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise MissingObject(key) from error
        raise
