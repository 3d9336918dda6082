"""How ingestion hears of uploads and deletions."""

from typing import Any

from aws_cdk import aws_s3 as s3


def uploads(bucket: s3.IBucket) -> dict[str, Any]:
    """The pattern of events of objects made or deleted in `bucket`."""
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", "Object Deleted"],
        "detail": {"bucket": {"name": [bucket.bucket_name]}},
    }
