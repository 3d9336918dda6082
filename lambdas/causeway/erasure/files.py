"""A bucket of files, the newest version of each; a file is replaced only while it is the one that was read."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from causeway.documents.ingestion.store import MissingObject
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = frozenset(("NoSuchKey", "404"))
OVERTAKEN = frozenset(("PreconditionFailed", "ConditionalRequestConflict"))


class Changed(Exception):
    """The file was replaced since it was read."""


class Files:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "storage"."""

    def __init__(self, client: "S3Client", bucket: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._bucket, self._dependency = client, bucket, dependency

    def keys(self, prefix: str) -> list[str]:
        """At most 1,000."""
        page = self._dependency.call(lambda: self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix))
        return [each["Key"] for each in page.get("Contents", ())]

    def read(self, key: str) -> tuple[bytes, str]:
        """Its content, and the tag by which `replace` knows it again. Raises MissingObject."""
        return self._dependency.call(lambda: self._read(key))

    def version(self, key: str) -> str | None:
        """S3's version id. Raises MissingObject."""
        return self._dependency.call(lambda: self._version(key))

    def replace(self, key: str, content: bytes, tag: str) -> None:
        """Raises Changed when the file is no longer the one with this tag."""
        self._dependency.call(lambda: self._replace(key, content, tag))

    def delete(self, key: str) -> None:
        self._dependency.call(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def _read(self, key: str) -> tuple[bytes, str]:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            raise _missing(error, key) from error
        return found["Body"].read(), found["ETag"]

    def _version(self, key: str) -> str | None:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key).get("VersionId")
        except ClientError as error:
            raise _missing(error, key) from error

    def _replace(self, key: str, content: bytes, tag: str) -> None:
        """A lost answer to a write that was made looks like a file that has changed; whoever looks again finds it clean."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfMatch=tag)
        except ClientError as error:
            if error.response["Error"]["Code"] not in OVERTAKEN:
                raise
            raise Changed(key) from error


def _missing(error: ClientError, key: str) -> Exception:
    return MissingObject(key) if error.response["Error"]["Code"] in MISSING else error
