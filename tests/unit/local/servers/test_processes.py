"""Children end when they should, and say why when they should not have."""

import socket
import sys
import threading

import pytest

from local.console import Trouble
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


FATHER = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path):
    with pytest.raises(Trouble):
        processes.run([sys.executable, "-c", FATHER, tmp_path / "pid"], log=tmp_path / "log", what="It", seconds=2)
    assert processes.is_ours(int((tmp_path / "pid").read_text())) is False


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


def test_stop_ends_a_server_and_leaves_a_strangers_process_alone(tmp_path):
    ours = processes.serve([sys.executable, "-c", "import time; time.sleep(60)", "local.thing"], log=tmp_path / "a")
    stranger = processes.serve([sys.executable, "-c", "import time; time.sleep(60)"], log=tmp_path / "b")
    try:
        processes.stop([ours.pid, stranger.pid])
        assert ours.wait(5) != 0
        assert stranger.poll() is None
    finally:
        processes.kill(stranger.pid)
        stranger.wait()


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
