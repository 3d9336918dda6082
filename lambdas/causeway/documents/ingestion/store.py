"""Files in buckets, read and written whole: no document is larger than its limit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from causeway.documents.bad import BadDocument
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency

STORAGE = Dependency("storage", attempt_seconds=32.0, budget_seconds=130.0)
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})


class MissingObject(Exception):
    """The object, or the version asked for, is no longer there."""


def too_large(size: int, most: int) -> BadDocument:
    return BadDocument(
        "too_large",
        f"The file has {size / 1e6:,.1f} MB; at most {most / 1e6:,.1f} MB are read. Split the document or compress its pictures.",
    )


def read(bucket: str, key: str, object_version: str | None = None, most: int | None = None) -> bytes:
    """An object's bytes. most: the largest size that is fetched.

    Raises MissingObject, BadDocument too_large, or an error of the dependency "storage".
    """
    return STORAGE.call(lambda: _read(bucket, key, {"VersionId": object_version} if object_version else {}, most))


def _read(bucket: str, key: str, version: dict[str, str], most: int | None) -> bytes:
    with _missing(key):
        response = client("s3").get_object(Bucket=bucket, Key=key, **version)  # type: ignore[arg-type]
    if most is not None and response["ContentLength"] > most:
        response["Body"].close()
        raise too_large(response["ContentLength"], most)
    return response["Body"].read()


def write(bucket: str, key: str, body: bytes, content_type: str) -> None:
    STORAGE.call(lambda: client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type))


def copy(bucket: str, source: str, target: str) -> None:
    """Copies within one bucket. Raises MissingObject."""
    STORAGE.call(lambda: _copy(bucket, source, target))


def _copy(bucket: str, source: str, target: str) -> None:
    with _missing(source):
        client("s3").copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source})


def holds_any(bucket: str, prefix: str, before: str) -> bool:
    """Whether any object below the prefix has a next part that sorts before `before`."""
    first = STORAGE.call(lambda: client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)).get("Contents", [])
    return bool(first) and first[0]["Key"] < prefix + before


def remove_all(bucket: str, prefixes: Sequence[str], before: str | None = None) -> int:
    """Deletes every object below the prefixes, or only those whose next part sorts before `before`; how many there were."""
    return sum(_remove_below(bucket, prefix, before) for prefix in prefixes)


def _remove_below(bucket: str, prefix: str, before: str | None) -> int:
    removed, start = 0, dict[str, str]()
    while True:
        page = STORAGE.call(lambda start=start: client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, **start))  # type: ignore[misc]
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", ()) if before is None or entry["Key"] < prefix + before]
        if keys:
            STORAGE.call(lambda keys=keys: _delete(bucket, keys))  # type: ignore[misc]
            removed += len(keys)
        if not page.get("IsTruncated"):
            return removed
        start = {"ContinuationToken": page["NextContinuationToken"]}


def _delete(bucket: str, keys: list[Any]) -> None:
    answer = client("s3").delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    _check(answer.get("Errors", []))


@contextmanager
def _missing(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise MissingObject(key) from error
        raise


def _check(errors: Sequence[object]) -> None:
    if errors:
        raise OSError(f"{len(errors)} objects could not be deleted")
