"""Processing jobs on this machine: their inputs, arguments, variables and messages, with a script in place of Spark's."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.cloud import processing

BUCKET = "assets"
SCRIPT = """
import json, os, pathlib, sys
inputs, message = sys.argv[sys.argv.index("--inputs") + 1], pathlib.Path(sys.argv[sys.argv.index("--message") + 1])
message.parent.mkdir(parents=True)
told = {"given": os.environ["GIVEN"], "cloud": os.environ["AWS_ENDPOINT_URL"], "inputs": sorted(os.listdir(inputs))}
message.write_text(json.dumps(told))
print("said in the log")
sys.exit(int(os.environ["STATUS"]))
"""


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[processing.Jobs]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="1234.py", Body=SCRIPT.encode())
        s3.put_object(Bucket=BUCKET, Key="5678.zip", Body=b"zip")
        monkeypatch.setattr(processing, "client", lambda service: s3)
        yield processing.Jobs(tmp_path, Path(sys.executable), "http://127.0.0.1:1")


def request(status: int = 0, entry: str = "smspark-submit") -> dict[str, Any]:
    place = "/opt/ml/processing/input"
    inputs = {"job": "1234.py", "code": "5678.zip"}
    return {
        "ProcessingJobName": "bulk-1",
        "AppSpecification": {
            "ContainerEntrypoint": [entry, f"{place}/job/1234.py"],
            "ContainerArguments": ["--inputs", place, "--message", "/opt/ml/output/message"],
        },
        "ProcessingInputs": [
            {"S3Input": {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": f"{place}/{name}"}} for name, key in inputs.items()
        ],
        "Environment": {"GIVEN": "a value", "STATUS": str(status)},
    }


def test_a_job_gets_its_inputs_and_variables_and_its_message_is_told(jobs: processing.Jobs, tmp_path: Path) -> None:
    done = jobs.run(request())
    assert done["ProcessingJobStatus"] == "Completed"
    assert json.loads(done["ExitMessage"]) == {"given": "a value", "cloud": "http://127.0.0.1:1", "inputs": ["code", "job"]}
    assert (tmp_path / "bulk-1/processing/input/code/5678.zip").read_bytes() == b"zip"
    assert (tmp_path / "bulk-1/log.txt").read_text() == "said in the log\n"


def test_a_job_that_fails_fails_its_task_and_names_its_log(jobs: processing.Jobs) -> None:
    class Failure(Exception):
        pass

    task = processing._as_task(jobs, SimpleNamespace(_ExecutionError=Failure))
    with pytest.raises(Failure, match=r"States\.TaskFailed.*status 3.*log\.txt"):
        task("", request(status=3))


@pytest.mark.parametrize(
    ("python", "entry", "said"), [("missing", "smspark-submit", "make bulk installs it"), (sys.executable, "bash", "not bash")]
)
def test_what_cannot_run_here_says_why(jobs: processing.Jobs, tmp_path: Path, python: str, entry: str, said: str) -> None:
    with pytest.raises(processing.JobFailed, match=said):
        processing.Jobs(tmp_path, Path(python), "").run(request(entry=entry))
