import subprocess
import sys
from pathlib import Path

import pytest

from stacks.constructs import layer
from stacks.constructs.layer import LayerBuildFailed, build, shipped
from stacks.environment import load

MEGABYTE = 1024 * 1024


def packages(name: str) -> set[str]:
    return {line.split("==")[0] for line in shipped(name).splitlines() if "==" in line}


def size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / MEGABYTE


def test_the_answering_layer_leaves_out_what_lambda_ships_and_what_no_one_imports() -> None:
    assert {"pydantic", "opensearch-py", "aws-lambda-powertools"} <= packages("answering")
    assert not {"boto3", "botocore", "grpcio", "protobuf"} & packages("answering")


def test_the_documents_layer_adds_to_the_answering_layer_and_repeats_nothing() -> None:
    assert not packages("answering") & packages("documents")
    assert "tokenizers" in packages("documents")
    assert "huggingface-hub" not in packages("documents")


def test_every_package_is_pinned_with_hashes() -> None:
    for requirement in shipped("documents").split("\n\n"):
        assert "--hash=sha256:" in requirement


@pytest.mark.parametrize("environment", ["local", "prod"])
def test_the_answering_layer_has_at_most_40_megabytes(environment: str) -> None:
    assert size(build("answering", load(environment).functions)) <= 40


def test_both_layers_fit_into_a_function() -> None:
    functions = load("prod").functions
    assert size(build("answering", functions)) + size(build("documents", functions)) < 250


def test_all_layers_of_the_function_that_goes_outside_fit_into_it() -> None:
    """With room for a domain's own."""
    functions = load("prod").functions
    assert sum(size(build(name, functions)) for name in ("answering", "agents", "documents", "mcp")) < 240


def test_the_client_of_mcp_has_the_packages_that_other_layers_leave_out() -> None:
    assert {"mcp", "httpx2", "httpcore2", "anyio"} <= packages("mcp")
    assert not packages("mcp") & packages("answering")


def test_a_layer_for_aws_holds_its_wheels_and_none_of_this_machine() -> None:
    compiled = [path.name for path in build("answering", load("prod").functions).rglob("*.so")]
    assert compiled
    assert all("cpython-314-aarch64" in name for name in compiled)


def test_the_local_layer_ships_byte_code_that_outlives_packing() -> None:
    for file in build("answering", load("local").functions).rglob("pydantic/main.*.pyc"):
        flags = int.from_bytes(file.read_bytes()[4:8], "little")
        assert flags == 0b01


def test_what_the_answer_path_imports_is_in_the_layer() -> None:
    folder = build("answering", load("local").functions) / "python"
    names = "pydantic, opensearchpy, aws_lambda_powertools, aws_lambda_powertools.event_handler"
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); import {names}; print(pydantic.__file__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert str(folder) in done.stdout


def test_the_same_lock_file_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = load("local").functions
    first = build("answering", functions)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("built again"))
    assert build("answering", functions) == first


def test_a_package_that_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answering.txt").write_text("no-such-package-anywhere==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(layer, "LOCKS", tmp_path)
    monkeypatch.setattr(layer, "BUILT", tmp_path / "built")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(LayerBuildFailed, match="no-such-package-anywhere"):
        build("answering", load("local").functions)
    assert not list((tmp_path / "built").iterdir())
