"""How ingestion hears of uploads and deletions."""

from typing import Any, Literal

from aws_cdk import aws_s3 as s3

FORM = "POST Object"  # the reason in S3's event of what came by a form, as a person's upload does

LaneName = Literal["uploads", "bulk"]


def heard(lane: LaneName, bucket: s3.IBucket) -> dict[str, Any]:
    """The pattern of the events of one lane: files that came by a form, or every other object made or deleted in `bucket`."""
    made, gone = "Object Created", "Object Deleted"
    kinds, reasons = ([made], [FORM]) if lane == "uploads" else ([made, gone], [{"anything-but": [FORM]}])
    return {"source": ["aws.s3"], "detail-type": kinds, "detail": {"bucket": {"name": [bucket.bucket_name]}, "reason": reasons}}
