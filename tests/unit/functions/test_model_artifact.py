import io
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from causeway.runtime.clients import forget_clients
from functions import model_artifact
from tests.unit.functions.recording import Context, Recording, event

WEIGHTS, ASSETS, ARTIFACTS = "jumpstart-cache-prod-us-east-1", "cdk-assets", "artifacts"
PROPERTIES = {
    "WeightsBucket": WEIGHTS,
    "WeightsPrefix": "bge/v1/",
    "CodeBucket": ASSETS,
    "CodeKey": "code.zip",
    "Prefix": "embedding/1-abc/",
}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("CAUSEWAY_ENVIRONMENT", "test")
    monkeypatch.setenv("ARTIFACTS_BUCKET", ARTIFACTS)
    with mock_aws():
        forget_clients()
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in (WEIGHTS, ASSETS, ARTIFACTS):
            client.create_bucket(Bucket=bucket)
        client.put_object(Bucket=WEIGHTS, Key="bge/v1/model.safetensors", Body=b"weights")
        client.put_object(Bucket=WEIGHTS, Key="bge/v1/1_Pooling/config.json", Body=b"{}")
        client.put_object(Bucket=WEIGHTS, Key="bge/v1/code/inference.py", Body=b"theirs")
        client.put_object(Bucket=WEIGHTS, Key="bge/v2/model.safetensors", Body=b"other")
        client.put_object(Bucket=ASSETS, Key="code.zip", Body=packed({"inference.py": b"ours", "backends.py": b"too"}))
        yield client
    forget_clients()


@pytest.fixture
def server() -> Iterator[Recording]:
    recording = Recording(lambda method, path: (200, {}))
    yield recording
    recording.close()


def answer(server: Recording) -> dict[str, Any]:
    (answered,) = server.of("PUT", "/response")
    return dict(answered)


def folder(s3: Any) -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket=ARTIFACTS).get("Contents", [])
    return {item["Key"]: s3.get_object(Bucket=ARTIFACTS, Key=item["Key"])["Body"].read() for item in listed}


def test_the_model_folder_holds_their_weights_and_our_code(s3: Any, server: Recording) -> None:
    model_artifact.handler(event(server.url, "Create", PROPERTIES), Context())
    assert folder(s3) == {
        "embedding/1-abc/model.safetensors": b"weights",
        "embedding/1-abc/1_Pooling/config.json": b"{}",
        "embedding/1-abc/code/inference.py": b"ours",
        "embedding/1-abc/code/backends.py": b"too",
    }
    assert answer(server)["Status"] == "SUCCESS"
    assert answer(server)["PhysicalResourceId"] == "embedding/1-abc/"
    assert answer(server)["Data"] == {"Uri": "s3://artifacts/embedding/1-abc/", "Objects": "4"}


def test_putting_it_together_twice_changes_nothing(s3: Any, server: Recording) -> None:
    model_artifact.handler(event(server.url, "Create", PROPERTIES), Context())
    before = folder(s3)
    server.requests.clear()
    model_artifact.handler(event(server.url, "Update", PROPERTIES, "embedding/1-abc/"), Context())
    assert folder(s3) == before
    assert answer(server)["Status"] == "SUCCESS"


def test_a_prefix_without_weights_fails_and_names_the_key_to_change(s3: Any, server: Recording) -> None:
    model_artifact.handler(event(server.url, "Create", PROPERTIES | {"WeightsPrefix": "bge/v9/"}), Context())
    assert answer(server)["Status"] == "FAILED"
    assert "models.embedding.artifact" in answer(server)["Reason"]


def test_a_bucket_that_refuses_us_fails_at_once_with_its_reason(s3: Any, server: Recording) -> None:
    model_artifact.handler(event(server.url, "Create", PROPERTIES | {"WeightsBucket": "no-such-bucket"}), Context())
    assert "NoSuchBucket" in answer(server)["Reason"]


def test_deleting_the_resource_leaves_the_folder_for_a_roll_back(s3: Any, server: Recording) -> None:
    model_artifact.handler(event(server.url, "Create", PROPERTIES), Context())
    server.requests.clear()
    model_artifact.handler(event(server.url, "Delete", PROPERTIES, "embedding/1-abc/"), Context())
    assert len(folder(s3)) == 4
    assert answer(server)["Status"] == "SUCCESS"
