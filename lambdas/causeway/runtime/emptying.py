"""Empties a bucket: every version of every object, delete markers and unfinished uploads too. Its bytes are gone for good."""

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

logger = logging.getLogger(__name__)
PAGE = 1000  # what S3 lists, and takes in one request, at most


class NotEmptied(Exception):
    """What is left of a bucket, in a sentence for whoever deletes its stack."""


def empty(s3: "S3Client", bucket: str, storage: Dependency, deadline: Deadline) -> int:
    """Delete all that the bucket holds and return how many things that were; 0 also for a bucket that is gone.

    It looks anew after each thousand, so what is written meanwhile is found, and a second call goes on where the first one stopped.
    Raises NotEmptied with what is left when time runs out or when S3 refuses to delete something, and DependencyError as `storage` does.
    """
    deleted = 0
    while found := storage.call(lambda: _look(s3, bucket), deadline):
        if deadline.left() < 2 * storage.attempt_seconds:
            raise NotEmptied(_left(bucket, len(found), deleted))
        refused = storage.call(lambda page=found: _delete(s3, bucket, page), deadline)  # type: ignore[misc]
        deleted += len(found) - refused.total()
        if refused:
            raise NotEmptied(f"{_left(bucket, refused.total(), deleted)} S3 refused with {', '.join(sorted(refused))}.")
        logger.info("%d deleted from %s", deleted, bucket)
    return deleted


def _left(bucket: str, seen: int, deleted: int) -> str:
    some = f"{seen} or more" if seen >= PAGE else str(seen)
    return f"The bucket {bucket} still holds {some} versions; {deleted} were deleted. Delete the stack again: it goes on from here."


def _look(s3: "S3Client", bucket: str) -> list[dict[str, str]]:
    """The first thousand of what the bucket holds, uploads last; nothing when there is no such bucket."""
    try:
        versions = s3.list_object_versions(Bucket=bucket, MaxKeys=PAGE)
        held: list[Any] = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
        if held:
            return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in held]
        uploads = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=PAGE).get("Uploads", [])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return []
        raise
    return [{"Key": each["Key"], "UploadId": each["UploadId"]} for each in uploads]


def _delete(s3: "S3Client", bucket: str, page: list[dict[str, str]]) -> Counter[str]:
    """Delete them; the codes of those that S3 refused. May be repeated: what is gone is no error."""
    for each in (each for each in page if "UploadId" in each):
        _abort(s3, bucket, each)
    versions: Any = [each for each in page if "VersionId" in each]
    if not versions:
        return Counter()
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
    return Counter(str(each.get("Code")) for each in answer.get("Errors", []))


def _abort(s3: "S3Client", bucket: str, upload: dict[str, str]) -> None:
    try:
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise
