"""Puts an embedding model together in our own bucket: weights from AWS's bucket, code from ours."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CODE_FOLDER = "code/"


@dataclass(frozen=True)
class Parts:
    """Where the weights (a prefix that ends with a slash) and the code (a zip) are stored, and the prefix to copy both to."""

    weights_bucket: str
    weights_prefix: str
    code_bucket: str
    code_key: str
    bucket: str
    prefix: str


class NoWeights(Exception):
    """There is nothing under the weights' prefix, or we may not list it."""


def assemble(s3: "S3Client", parts: Parts) -> int:
    """Copy weights and code below `parts.prefix`; what is there already is overwritten with the same. Returns the objects written.

    Raises NoWeights when the source has none.
    """
    weights = [_copy(s3, parts, key) for key in _weights(s3, parts)]
    if not weights:
        raise NoWeights(
            f"no weights under s3://{parts.weights_bucket}/{parts.weights_prefix}; set models.embedding.artifact in the environment file"
        )
    return len(weights) + _unpack_code(s3, parts)


def _weights(s3: "S3Client", parts: Parts) -> Iterator[str]:
    """Keys below the weights' prefix, without the code that was prepacked with them."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=parts.weights_bucket, Prefix=parts.weights_prefix)
    for page in pages:
        for item in page.get("Contents", []):
            name = item["Key"].removeprefix(parts.weights_prefix)
            if name and not name.endswith("/") and not name.startswith(CODE_FOLDER):
                yield item["Key"]


def _copy(s3: "S3Client", parts: Parts, key: str) -> str:
    target = parts.prefix + key.removeprefix(parts.weights_prefix)
    # The source's tags may not be read: replacing them asks for no permission there. One call copies up to 5 GB.
    s3.copy_object(Bucket=parts.bucket, Key=target, CopySource={"Bucket": parts.weights_bucket, "Key": key}, TaggingDirective="REPLACE")
    return target


def _unpack_code(s3: "S3Client", parts: Parts) -> int:
    packed = s3.get_object(Bucket=parts.code_bucket, Key=parts.code_key)["Body"].read()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = [name for name in archive.namelist() if not name.endswith("/")]
        for name in files:
            s3.put_object(Bucket=parts.bucket, Key=f"{parts.prefix}{CODE_FOLDER}{name}", Body=archive.read(name))
    return len(files)
