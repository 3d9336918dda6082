"""What is counted of requests to the local AWS."""

import pytest

from local.cloud.requests import operation

SIGNED = b"AWS4-HMAC-SHA256 Credential=AKIA/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    ("headers", "query", "counted"),
    [
        ([(b"X-Amz-Target", b"DynamoDB_20120810.PutItem"), (b"authorization", SIGNED)], b"", "DynamoDB PutItem"),
        ([(b"x-amz-target", b"AmazonSQS.SendMessageBatch")], b"", "AmazonSQS SendMessageBatch"),
        ([(b"authorization", SIGNED)], b"versionId=1", "s3 PUT"),
        ([], b"X-Amz-Credential=AKIA%2F20261127%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=900", "s3 PUT"),
        ([(b"authorization", b"Bearer of.a.token")], b"", "unsigned PUT"),
        ([], b"", "unsigned PUT"),
    ],
)
def test_a_request_counts_for_its_operation(headers: list[tuple[bytes, bytes]], query: bytes, counted: str) -> None:
    assert operation("PUT", headers, query) == counted
