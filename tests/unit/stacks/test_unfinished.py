import os

import pytest

from stacks.unfinished import forget_unfinished_assets


@pytest.fixture
def output(tmp_path):
    """An output folder to which each asset is written at a second of its own."""

    def write(name, second):
        path = tmp_path / name
        if path.suffix == ".zip":
            path.write_text("PK")
        elif name.startswith("asset."):
            (path / "python").mkdir(parents=True)
        else:
            path.write_text("{}")
        os.utime(path, (second, second))

    write("asset.first", 10)
    write("asset.second", 20)
    write("asset.third.zip", 30)
    write("causeway-dev-data.template.json", 30)
    return tmp_path, write


def left(folder):
    return sorted(path.name for path in folder.glob("asset.*"))


def test_assets_that_a_finished_synthesis_wrote_stay(output):
    folder, write = output
    write("manifest.json", 31)
    forget_unfinished_assets(folder)
    assert left(folder) == ["asset.first", "asset.second", "asset.third.zip"]


def test_assets_written_after_the_last_finished_synthesis_go(output):
    folder, write = output
    write("manifest.json", 15)
    forget_unfinished_assets(folder)
    assert left(folder) == ["asset.first"]


def test_without_a_finished_synthesis_every_asset_goes_and_nothing_else(output):
    folder, _ = output
    forget_unfinished_assets(folder)
    assert [path.name for path in folder.iterdir()] == ["causeway-dev-data.template.json"]


def test_an_output_folder_that_is_not_there_yet_is_no_fault(tmp_path):
    forget_unfinished_assets(tmp_path / "cdk.out")
