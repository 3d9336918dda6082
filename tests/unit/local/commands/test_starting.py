"""Each command starts as make starts it: from the top of the tree, without the import roots that pytest adds."""

import subprocess
import sys
from pathlib import Path

import pytest

import local.commands

FOLDER = Path(local.commands.__file__).parent
TOP = FOLDER.parents[1]
COMMANDS = sorted(file.stem for file in FOLDER.glob("[a-z]*.py"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_finds_everything_that_it_imports(command: str) -> None:
    program = [sys.executable, "-c", f"import local.commands.{command}"]
    done = subprocess.run(program, cwd=TOP, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
