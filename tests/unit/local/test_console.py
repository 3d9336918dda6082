"""Steps on a terminal and without one."""

import io
import time

import pytest

from local.console import Console, Trouble, command


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_a_step_is_a_line_at_its_start_and_one_at_its_end():
    stream = io.StringIO()
    with Console(stream).step("Starting") as note:
        note("half way")
    first, last = stream.getvalue().splitlines()
    assert first == "… Starting"
    assert last.startswith("✓ Starting (")


def test_without_a_terminal_a_long_step_says_every_few_seconds_how_far_it_is():
    stream = io.StringIO()
    with Console(stream, plain_seconds=0.02).step("Adding") as note:
        note("3/6")
        deadline = time.monotonic() + 5
        while "3/6" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert stream.getvalue().splitlines()[1] == "… Adding: 3/6 0 s"


def test_a_step_that_fails_says_so_and_lets_the_error_through():
    stream = io.StringIO()
    with pytest.raises(ValueError, match="x"), Console(stream).step("Starting"):
        raise ValueError("x")
    assert "✗ Starting (" in stream.getvalue()


def test_on_a_terminal_only_the_end_of_a_step_stays():
    stream = Terminal()
    with Console(stream).step("Starting"):
        pass
    assert stream.getvalue().count("\n") == 1


def test_a_trouble_is_one_sentence_and_exit_code_1(capsys):
    def main():
        raise Trouble("The port is taken.")

    with pytest.raises(SystemExit) as ended:
        command(main)
    assert ended.value.code == 1
    assert capsys.readouterr().err == "\nerror: The port is taken.\n"
