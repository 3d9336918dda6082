"""Audit records in a bucket where nobody can change or erase them before their time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError
from pydantic_core import to_json

from causeway.agents.audit import audit_record
from causeway.agents.recorded import Recorded
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, Throttled
from causeway.runtime.logs import record_failure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

THERE, BUSY = "PreconditionFailed", "ConditionalRequestConflict"


class Auditing:
    """Writes the record of each ended turn once."""

    def __init__(self, client: "S3Client", bucket: str, dependency: Dependency, key_of: Callable[[Recorded], str]) -> None:
        """client: one that has the patience of `dependency`. key_of: the key of a run's conversation, see `audit_record`."""
        self._client, self._bucket, self._dependency, self._key_of = client, bucket, dependency, key_of

    def keep(self, run: Recorded) -> None:
        """Once, however often this is called. Raises Throttled, DependencyUnavailable or DependencyRejected."""
        if run.progress.ended:
            body = to_json(audit_record(run, self._key_of(run)))
            self._dependency.call(lambda: self._put(object_key(run), body))

    def try_to_keep(self, run: Recorded) -> None:
        """As `keep`; a failure is logged, and the worker writes the record when it looks at the run."""
        try:
            self.keep(run)
        except DependencyError as failure:
            record_failure(failure)

    def _put(self, key: str, body: bytes) -> None:
        """S3 takes an object under a lock only with a checksum; no version is written where there is one."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*", ChecksumAlgorithm="SHA256"
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == BUSY:
                raise Throttled(self._dependency.name, code) from error
            if code != THERE:
                raise


def object_key(run: Recorded) -> str:
    day = datetime.fromtimestamp(run.created_at, UTC)
    return f"{quote(run.owner.tenant, safe='', errors='surrogatepass')}/{day:%Y/%m/%d}/{run.id}.json"
