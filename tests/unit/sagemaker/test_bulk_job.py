"""The driver of a bulk job, without Spark: its worker in a process of its own, from zips as SageMaker lays them."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[3] / "sagemaker" / "processing" / "code"
spec = importlib.util.spec_from_file_location("bulk_job", CODE / "job.py")
assert spec is not None
assert spec.loader is not None
job = importlib.util.module_from_spec(spec)
spec.loader.exec_module(job)

DRAIN = """
import os
import package
def drain(seconds, idle):
    return {"read": int(os.environ["GIVEN"]), "messages": package.NUMBER + int(seconds) + idle}
"""
SPARK = """
class TaskContext:
    get = classmethod(lambda cls: cls())
    attemptNumber = lambda self: 2
"""
ALONE = """
import json, os, sys
sys.path[:0] = [sys.argv[1], sys.argv[3]]
import job
print(json.dumps(list(job.worker(sys.argv[2], {"GIVEN": "7", "PATH": "nowhere"}, 2.0, 1)(iter([0])))), os.environ["PATH"] != "nowhere")
"""


def zipped(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    with zipfile.ZipFile(folder / "0123456789abcdef.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.fixture
def alone(tmp_path: Path) -> Callable[[int], list[str]]:
    """What so many workers at once say of one machine, at their third try."""
    inputs, spark = tmp_path / "inputs", tmp_path / "spark"
    inputs.mkdir()
    spark.mkdir()
    (spark / "pyspark.py").write_text(SPARK)

    def run(workers: int) -> list[str]:
        command = [sys.executable, "-c", ALONE, str(CODE), str(inputs), str(spark)]
        several = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"PATH": os.environ["PATH"]})
            for _ in range(workers)
        ]
        return [each.communicate(timeout=60)[0].strip() for each in several]

    return run


def test_workers_unpack_their_inputs_and_work_by_the_variables_of_the_job(alone: Callable[[int], list[str]], tmp_path: Path) -> None:
    zipped(tmp_path / "inputs/code", {"functions/__init__.py": "", "functions/read_bulk.py": DRAIN})
    zipped(tmp_path / "inputs/documents", {"python/package.py": "NUMBER = 2"})
    assert alone(3) == ['[{"restarted": 2, "read": 7, "messages": 5}] True'] * 3


def test_an_error_of_ours_stops_a_worker_and_is_counted(alone: Callable[[int], list[str]], tmp_path: Path) -> None:
    zipped(tmp_path / "inputs/code", {"functions/__init__.py": "", "functions/read_bulk.py": DRAIN})
    assert alone(1) == ['[{"restarted": 2, "stopped": 1}] True'], "the packages are missing"


def test_variables_that_were_too_long_are_whole_again() -> None:
    parts = {f"INTAKE__{number}": f"<{number}>" for number in (10, 2, 1, 9)}
    assert job.joined({**parts, "A__B": "kept", "TABLE": "rows"}) == {"INTAKE": "<1><2><9><10>", "A__B": "kept", "TABLE": "rows"}


def test_what_workers_count_is_added_up_with_failures_named() -> None:
    assert job.total([{"read": 2, "messages": 3}, {"read": 1, "quarantined empty": 1}]) == {
        **{"failed": 0, "stopped": 0, "read": 3, "messages": 3, "quarantined empty": 1}
    }
    assert job.total([])["failed"] == 0


@pytest.mark.parametrize("reasons", [0, 200])
def test_the_exit_message_fits_into_what_sagemaker_keeps(reasons: int) -> None:
    counts = {"failed": 1, "messages": 5000, "read": 4000, **{f"quarantined reason-{number}": number + 1 for number in range(reasons)}}
    message = job.shortened(counts)
    assert len(message.encode()) <= 1024
    said = json.loads(message)
    assert (said["failed"], said["messages"], said["read"]) == (1, 5000, 4000)
    assert sum(said.values()) == sum(counts.values())
