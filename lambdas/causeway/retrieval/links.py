"""Addresses of pictures: each shows one file, to whoever has it, for some minutes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EXPIRES_SECONDS = 300  # stacks/data/pictures.py refuses older signatures


class PictureLinks:
    """Signs by the function's own role, without a call. It knows no caller: it is asked for what its caller may read at this moment.

    bucket: of the documents.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def of(self, key: str) -> str:
        return self._client.generate_presigned_url("get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=EXPIRES_SECONDS)
