from pathlib import Path

from local import settings
from local.process import Process

SEARCH, CLOUD = Process(7, "a"), Process(8, "b")


def test_nothing_running_reads_as_an_empty_state(tmp_path: Path) -> None:
    assert settings.read(tmp_path / "state.json").cloud_url == ""


def test_parts_that_start_apart_share_one_state(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    settings.update(file=file, search_url="http://127.0.0.1:9200", processes={"search": SEARCH})
    settings.update(file=file, cloud_url="http://127.0.0.1:4566", processes={"cloud": CLOUD})
    state = settings.read(file)
    assert (state.search_url, state.cloud_url) == ("http://127.0.0.1:9200", "http://127.0.0.1:4566")
    assert state.processes == {"search": SEARCH, "cloud": CLOUD}


def test_a_part_that_ended_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    settings.update(file=file, processes={"search": SEARCH, "cloud": CLOUD})
    assert settings.update(file=file, processes={"cloud": None}).processes == {"search": SEARCH}


def test_a_state_of_another_version_with_unknown_members_is_read(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text('{"cloud_url": "http://127.0.0.1:1", "colour": "red"}')
    assert settings.read(file).cloud_url == "http://127.0.0.1:1"


def test_any_aws_tool_is_sent_to_the_local_cloud_with_credentials_of_no_account() -> None:
    variables = settings.State(cloud_url="http://127.0.0.1:4566").aws_variables()
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert not variables["AWS_ACCESS_KEY_ID"].startswith(("AKIA", "ASIA"))
