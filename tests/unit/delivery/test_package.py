"""What the build of the pipeline hands on: templates and files by their hash, and nothing that a command would make."""

import importlib.util
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).resolve().parents[3]
spec = importlib.util.spec_from_file_location("package", TOP / ".ci" / "package.py")
assert spec
assert spec.loader
packing = importlib.util.module_from_spec(spec)
spec.loader.exec_module(packing)


def assembly(folder: Path, **asset: Any) -> Path:
    """One stack with a function's code, as `cdk synth` leaves it."""
    (folder / "asset.abc").mkdir(parents=True)
    (folder / "asset.abc" / "handler.py").write_text("pass\n")
    (folder / "causeway-dev-data.template.json").write_text("{}")
    place = {"here": {"bucketName": "b", "objectKey": "abc.zip"}}
    code = {"source": {"path": "asset.abc", "packaging": "zip"}, "destinations": place} | asset
    template = {"source": {"path": "causeway-dev-data.template.json", "packaging": "file"}, "destinations": place}
    (folder / "causeway-dev-data.assets.json").write_text(json.dumps({"files": {"abc": code, "def": template}}))
    return folder


def test_code_becomes_a_zip_file_named_for_its_hash_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    said = packing.package(assembly(tmp_path / "cdk.out"), "dev", ["causeway-dev-data"], first)
    packing.package(tmp_path / "cdk.out", "dev", ["causeway-dev-data"], second)
    assert said == "1 templates, 1 assets"
    assert [each.name for each in (first / "assets").iterdir()] == ["abc.zip"]
    assert zipfile.ZipFile(first / "assets" / "abc.zip").namelist() == ["handler.py"]
    assert (first / "assets" / "abc.zip").read_bytes() == (second / "assets" / "abc.zip").read_bytes()
    assert (first / "templates" / "dev" / "causeway-dev-data.template.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ([], "dev has stacks that the pipeline does not deploy: causeway-dev-data"),
        (["causeway-dev-data", "causeway-dev-old"], "dev lacks stacks that the pipeline deploys: causeway-dev-old"),
    ],
)
def test_a_stack_that_the_pipeline_would_leave_out_stops_the_release(tmp_path: Path, expected: list[str], said: str) -> None:
    with pytest.raises(packing.NotPackaged, match=said):
        packing.package(assembly(tmp_path / "cdk.out"), "dev", expected, tmp_path / "made")


@pytest.mark.parametrize(
    ("asset", "said"),
    [
        ({"source": {"executable": ["sh", "-c", "true"]}}, "an asset that a command would make"),
        ({"destinations": {"here": {"bucketName": "b", "objectKey": "../abc.zip"}}}, "would write to ../abc.zip"),
    ],
)
def test_an_asset_that_runs_a_command_or_leaves_its_place_stops_the_release(tmp_path: Path, asset: dict[str, Any], said: str) -> None:
    with pytest.raises(packing.NotPackaged, match=said):
        packing.package(assembly(tmp_path / "cdk.out", **asset), "dev", ["causeway-dev-data"], tmp_path / "made")


def test_a_container_image_stops_the_release(tmp_path: Path) -> None:
    folder = assembly(tmp_path / "cdk.out")
    (folder / "images.assets.json").write_text(json.dumps({"files": {}, "dockerImages": {"a": {}}}))
    with pytest.raises(packing.NotPackaged, match="container images"):
        packing.package(folder, "dev", ["causeway-dev-data"], tmp_path / "made")
