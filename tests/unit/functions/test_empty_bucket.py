"""A bucket is emptied when its stack is deleted, and never otherwise: moto plays S3, a local server CloudFormation."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from causeway.runtime.clients import client, forget_clients
from functions import empty_bucket
from tests.unit.functions.recording import Context, Recording, event

BUCKET = "documents"
XML = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


@pytest.fixture
def server() -> Iterator[Recording]:
    recording = Recording(lambda method, path: (200, {}))
    yield recording
    recording.close()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    answered_here = [r"http://localhost.*", r"http://127\.0\.0\.1.*", r"https://cloudformation\..*"]
    with mock_aws(config={"core": {"passthrough": {"urls": answered_here}}}):
        forget_clients()
        made = boto3.client("s3", region_name="us-east-1")
        made.create_bucket(Bucket=BUCKET)
        made.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield made
        forget_clients()


def replace(api: Any, operation: str, status: int, body: str, times: int = 1000) -> list[str]:
    """Answer an operation of a client in the service's place; returns what was asked so far."""
    asked: list[str] = []

    def answer(request: Any, **_: Any) -> Any:
        asked.append(request.url)
        if len(asked) > times:
            return None
        return AWSResponse(request.url, status, {}, SimpleNamespace(stream=lambda **_: iter([body.encode()])))

    api.meta.events.register_first(f"before-send.{operation}", answer)
    return asked


def the_stack_is_in(status: str) -> list[str]:
    stack = f"<StackName>data</StackName><StackStatus>{status}</StackStatus><CreationTime>2026-11-28T00:00:00Z</CreationTime>"
    found = f"<DescribeStacksResult><Stacks><member>{stack}</member></Stacks></DescribeStacksResult>"
    body = f'<DescribeStacksResponse xmlns="{XML}">{found}</DescribeStacksResponse>'
    return replace(client("cloudformation", **empty_bucket.STACKS.patience), "cloudformation.DescribeStacks", 200, body)


def ask(server: Recording, kind: str, seconds: float = 900.0, bucket: str = BUCKET) -> dict[str, Any]:
    """CloudFormation's answer."""
    empty_bucket.handler(event(server.url, kind, {"Bucket": bucket}, BUCKET), Context(seconds))
    answered: dict[str, Any] = server.of("PUT", "/response")[-1]
    return answered


def fill(s3: Any, objects: int = 3) -> None:
    """Two versions of each object, a delete marker, an upload that nobody finished."""
    for number in range(objects):
        for _ in range(2):
            s3.put_object(Bucket=BUCKET, Key=f"harbour/{number}", Body=b"text")
    s3.delete_object(Bucket=BUCKET, Key="harbour/0")
    s3.create_multipart_upload(Bucket=BUCKET, Key="harbour/large")


def held(s3: Any) -> int:
    found = s3.list_object_versions(Bucket=BUCKET)
    uploads = s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", [])) + len(uploads)


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_a_stack_that_goes_takes_every_version_marker_and_unfinished_upload_with_it(server: Recording, s3: Any, status: str) -> None:
    fill(s3)
    the_stack_is_in(status)
    assert held(s3) == 8
    answered = ask(server, "Delete")
    assert (answered["Status"], answered["PhysicalResourceId"]) == ("SUCCESS", BUCKET)
    assert held(s3) == 0
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize(
    "status",
    [
        "CREATE_COMPLETE",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    ],
)
def test_nothing_is_deleted_while_the_stack_stays(server: Recording, s3: Any, status: str) -> None:
    """The resource was replaced, renamed, or taken out of the template; its bucket may still be in use."""
    fill(s3)
    the_stack_is_in(status)
    assert ask(server, "Delete")["Status"] == "SUCCESS"
    assert held(s3) == 8


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_making_or_changing_the_resource_touches_nothing_and_asks_nobody(server: Recording, s3: Any, kind: str) -> None:
    fill(s3)
    asked = the_stack_is_in("DELETE_IN_PROGRESS")
    assert ask(server, kind)["PhysicalResourceId"] == BUCKET
    assert held(s3) == 8
    assert asked == []


def test_another_bucket_is_another_resource_so_that_the_former_one_is_deleted_by_itself(server: Recording, s3: Any) -> None:
    assert ask(server, "Update", bucket="other")["PhysicalResourceId"] == "other"


def test_a_status_that_nobody_knows_deletes_nothing(server: Recording, s3: Any) -> None:
    fill(s3)
    refusal = f'<ErrorResponse xmlns="{XML}"><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'
    replace(client("cloudformation", **empty_bucket.STACKS.patience), "cloudformation.DescribeStacks", 403, refusal)
    answered = ask(server, "Delete", seconds=26.0)
    assert answered["Status"] == "FAILED"
    assert "403 AccessDenied" in answered["Reason"]
    assert held(s3) == 8


def test_when_time_runs_out_the_answer_says_what_is_left_and_the_next_deletion_goes_on(server: Recording, s3: Any) -> None:
    for number in range(1001):
        s3.put_object(Bucket=BUCKET, Key=str(number))
    the_stack_is_in("DELETE_IN_PROGRESS")
    answered = ask(server, "Delete", seconds=15.0 + 1.5 * empty_bucket.STORAGE.attempt_seconds)
    assert answered["Status"] == "FAILED"
    assert "The bucket documents still holds 1000 or more versions; 0 were deleted. Delete the stack again" in answered["Reason"]
    assert ask(server, "Delete")["Status"] == "SUCCESS"
    assert held(s3) == 0


def test_what_s3_refuses_to_delete_is_counted_and_names_no_object(server: Recording, s3: Any) -> None:
    fill(s3)
    the_stack_is_in("DELETE_IN_PROGRESS")
    refusal = "<Error><Key>harbour/1</Key><VersionId>1</VersionId><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    replace(client("s3", **empty_bucket.STORAGE.patience), "s3.DeleteObjects", 200, f"<DeleteResult>{refusal}</DeleteResult>")
    answered = ask(server, "Delete")
    assert answered["Status"] == "FAILED"
    assert "still holds 1 versions; 6 were deleted" in answered["Reason"]
    assert "S3 refused with AccessDenied" in answered["Reason"]
    assert "harbour" not in answered["Reason"]


def test_a_request_that_s3_slows_down_is_made_again(server: Recording, s3: Any) -> None:
    fill(s3)
    the_stack_is_in("DELETE_IN_PROGRESS")
    slower = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
    asked = replace(client("s3", **empty_bucket.STORAGE.patience), "s3.DeleteObjects", 503, slower, times=1)
    assert ask(server, "Delete")["Status"] == "SUCCESS"
    assert len(asked) == 2
    assert held(s3) == 0


def test_a_bucket_that_somebody_has_deleted_is_no_fault(server: Recording, s3: Any) -> None:
    s3.delete_bucket(Bucket=BUCKET)
    the_stack_is_in("DELETE_IN_PROGRESS")
    assert ask(server, "Delete")["Status"] == "SUCCESS"
