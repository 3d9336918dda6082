"""A process is known by its number and by when it started."""

import os
import subprocess
import sys
import time

import pytest

from local.process import Process, started_by_ps

PS = """#!/bin/sh
if [ "$4" = 7 ] && [ "$LC_ALL" = C ] && [ "$TZ" = UTC ]; then echo "Ss   Wed Nov 25 19:48:13 2026    "; fi
if [ "$4" = 8 ]; then echo "Z    Wed Nov 25 19:48:13 2026    "; fi
"""


def test_a_running_process_is_recognized():
    assert Process.of(os.getpid()).runs


def test_a_process_that_has_ended_does_not_run_even_before_its_parent_has_noticed():
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    known = Process.of(child.pid)
    assert known.runs
    child.stdin.close()
    deadline = time.monotonic() + 10
    while known.runs and time.monotonic() < deadline:
        time.sleep(0.01)
    assert child.returncode is None, "nobody has waited for it"
    assert not known.runs
    assert not known.is_replaced
    child.wait()


def test_the_number_alone_is_not_the_process():
    taken_over = Process(os.getpid(), started="an hour ago")
    assert taken_over.is_replaced
    assert not taken_over.runs


def test_a_process_that_was_never_there_does_not_run():
    assert not Process(2**22 + 1, "").runs
    assert not Process.of(2**22 + 1).runs


@pytest.mark.parametrize(("number", "started"), [(7, "Wed Nov 25 19:48:13 2026"), (8, ""), (9, "")])
def test_without_proc_the_date_of_ps_tells_and_depends_on_no_setting_of_the_caller(tmp_path, monkeypatch, number, started):
    (tmp_path / "ps").write_text(PS)
    (tmp_path / "ps").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert started_by_ps(number) == started
