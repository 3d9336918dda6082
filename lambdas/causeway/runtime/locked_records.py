"""Records in a bucket under Object Lock: nobody can change or erase them before their time."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_THERE, _BUSY = "PreconditionFailed", "ConditionalRequestConflict"


class LockedRecords:
    """Written once each. Raises Throttled, DependencyUnavailable or DependencyRejected of `dependency`."""

    def __init__(self, client: "S3Client", bucket: str, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._bucket, self._dependency = client, bucket, dependency

    def write_once(self, key: str, body: bytes) -> None:
        """body: JSON. A record that is there stays as it is, and no further version of it is written."""
        self._dependency.call(lambda: self._put(key, body))

    def _put(self, key: str, body: bytes) -> None:
        """S3 takes an object under a lock only with a checksum."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*", ChecksumAlgorithm="SHA256"
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _BUSY:
                raise Throttled(self._dependency.name, code) from error
            if code != _THERE:
                raise
