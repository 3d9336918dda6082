"""Children end when they should, strangers never, and a command that fails says why."""

import socket
import subprocess
import sys
import threading
import time

import pytest

from local.console import Trouble
from local.process import Process
from local.servers import processes


def test_a_failed_command_is_told_with_the_end_of_its_output(tmp_path):
    script = "print('first'); print('the reason'); raise SystemExit(3)"
    with pytest.raises(Trouble, match=r"The thing failed(.|\n)*the reason"):
        processes.run([sys.executable, "-c", script], log=tmp_path / "log", what="The thing")
    assert "first" in (tmp_path / "log").read_text()


def test_every_line_of_output_is_heard_while_the_command_runs(tmp_path):
    heard = []
    processes.run([sys.executable, "-c", "print('a'); print('b')"], log=tmp_path / "log", what="x", on_line=heard.append)
    assert heard == ["a", "b"]


def ends(process, seconds=5.0):
    """The system takes a moment to end a process that was told to: its files are closed before it is gone."""
    deadline = time.monotonic() + seconds
    while process.runs and time.monotonic() < deadline:
        time.sleep(0.05)
    return not process.runs


FATHER = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path):
    with pytest.raises(Trouble):
        processes.run([sys.executable, "-c", FATHER, tmp_path / "pid"], log=tmp_path / "log", what="It", seconds=2)
    assert ends(Process.of(int((tmp_path / "pid").read_text())))


def test_a_command_that_was_interrupted_leaves_nothing_that_keeps_us_alive(tmp_path):
    def interrupt(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        processes.run([sys.executable, "-c", "print('a')"], log=tmp_path / "log", what="It", on_line=interrupt)
    clocks = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for clock in clocks:
        clock.join(2)
    assert [clock for clock in clocks if clock.is_alive()] == []


def test_a_server_that_ends_while_starting_is_told_with_its_output(tmp_path):
    server = processes.serve([sys.executable, "-c", "print('no licence')"], log=tmp_path / "log")
    with pytest.raises(Trouble, match=r"ended while starting(.|\n)*no licence"):
        processes.wait_for("http://127.0.0.1:9/", server, what="The server", log=tmp_path / "log")


SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def server(tmp_path):
    """A server that runs, whatever its command line says."""
    started = processes.serve([sys.executable, "-c", SLEEP], log=tmp_path / "log")
    yield started
    processes.kill(started.pid)
    started.wait()


def still_runs(process):
    """Whether no signal ends the process within half a second."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    return True


def test_stop_ends_a_server(server):
    processes.stop([Process.of(server.pid)])
    assert server.wait(5) != 0


def test_a_stranger_that_has_taken_over_the_number_is_never_ended(server):
    ended = Process(server.pid, started="an hour ago")
    processes.stop([ended], seconds=0.2)
    assert still_runs(server)


@pytest.mark.parametrize("word", ["causeway", "/home/ada/causeway/local.cloud", "local.search"])
def test_a_stranger_is_left_alone_whatever_its_command_line_says(tmp_path, word):
    stranger = processes.serve([sys.executable, "-c", SLEEP, word], log=tmp_path / "log")
    try:
        processes.stop([Process(stranger.pid, started="an hour ago")], seconds=0.2)
        assert still_runs(stranger)
    finally:
        processes.kill(stranger.pid)
        stranger.wait()


HARD_OF_HEARING = """
import signal, subprocess, sys, pathlib, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
time.sleep(0.5)
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def test_what_a_server_leaves_behind_is_ended_with_it(tmp_path):
    server = processes.serve([sys.executable, "-c", HARD_OF_HEARING, tmp_path / "pid"], log=tmp_path / "log")
    deadline = time.monotonic() + 10
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child = Process.of(int((tmp_path / "pid").read_text()))
    processes.stop([Process.of(server.pid)], seconds=5)
    server.wait(5)
    assert ends(child)


def test_a_taken_port_is_exchanged_for_a_free_one(monkeypatch):
    monkeypatch.delenv("SOME_PORT", raising=False)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert processes.port(taken, "SOME_PORT") != taken


def test_a_taken_port_that_was_asked_for_by_name_is_refused_with_the_name(monkeypatch):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        monkeypatch.setenv("SOME_PORT", str(holder.getsockname()[1]))
        with pytest.raises(Trouble, match="SOME_PORT"):
            processes.port(1, "SOME_PORT")


def test_a_port_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv("SOME_PORT", "http")
    with pytest.raises(Trouble, match="SOME_PORT=http"):
        processes.port(1, "SOME_PORT")
