import os
from pathlib import Path

import pytest

from local.cloud import options

ADDRESSES = ["--port", "4566", "--search-url", "http://127.0.0.1:9200", "--chat-url", "http://127.0.0.1:8081"]


def test_the_state_file_lies_beside_the_folder(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.touch()
    chosen = options.parse("", [*ADDRESSES, "--folder", str(tmp_path / "cloud"), "--function-python", str(python)])
    assert chosen.state_file == tmp_path / "state.json"
    assert chosen.url == "http://127.0.0.1:4566"


def test_a_missing_interpreter_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parse("", [*ADDRESSES, "--function-python", str(tmp_path / "gone")])
    assert "gone does not exist" in capsys.readouterr().err


def test_nothing_of_the_shell_reaches_what_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PATH": "/bin", "AWS_PROFILE": "production", "PYTHONPATH": "/somewhere"}
    monkeypatch.setattr(os, "environ", environment)
    options.scrub(options.Options(4566, "s", "c", tmp_path, tmp_path, tmp_path))
    assert environment["PATH"] == "/bin"
    assert "AWS_PROFILE" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["MINISTACK_BEDROCK_PROXY_URL"] == "c"
