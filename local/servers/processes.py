"""Runs commands and servers, each in a process group of its own, so that it can be ended with all its children."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from local.console import Trouble
from local.loopback import free_port
from local.process import Process

_children: set[subprocess.Popen[str]] = set()
_starting: dict[int, Process] = {}
_lock = threading.Lock()


def run(
    command: Sequence[object],
    *,
    log: Path,
    what: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    seconds: float = 900,
) -> None:
    """Run a command to its end and write its output to `log`. Raises Trouble with the last lines when it fails or takes too long."""
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: deque[str] = deque(maxlen=25)
    with log.open("w") as output, _child(command, folder, variables) as process:
        deadline = threading.Timer(seconds, kill, [process.pid])
        deadline.start()
        try:
            for line in process.stdout or ():
                output.write(line)
                output.flush()
                tail.append(line)
                if on_line:
                    on_line(line.rstrip())
        finally:
            deadline.cancel()  # otherwise an interrupted command would not end before its time limit
        if process.wait() != 0:
            raise Trouble(f"{what} failed. The end of {log}:\n\n{''.join(tail)}")


@contextlib.contextmanager
def _child(command: Sequence[object], folder: Path | None, variables: Mapping[str, str] | None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [str(part) for part in command], cwd=folder, env={**os.environ, **(variables or {})}, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    with _lock:
        _children.add(process)
    try:
        yield process
    finally:
        kill(process.pid)
        process.wait()
        with _lock:
            _children.discard(process)


def together(*work: Callable[[], None]) -> None:
    """Do all of it at the same time. When one part fails, or at Ctrl-C, end all child processes at once and raise the first error."""
    with ThreadPoolExecutor(len(work)) as pool:
        try:
            for done in as_completed([pool.submit(each) for each in work]):
                done.result()
        except BaseException:
            _end_children()
            raise


def _end_children() -> None:
    with _lock:
        for child in _children:
            kill(child.pid)
        for server in _starting.values():
            _kill_unless_replaced(server)


def serve(
    command: Sequence[object], *, log: Path, variables: Mapping[str, str] | None = None, folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a server that keeps running after this command; its output goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=folder, env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    with _lock:
        _starting[process.pid] = Process.of(process.pid)
    return process


def wait_for(url: str, process: subprocess.Popen[bytes], *, what: str, log: Path, seconds: float = 120) -> None:
    """Wait until GET `url` answers 200. Raises Trouble when the server ends first or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Trouble(f"{what} ended while starting. The end of {log}:\n\n{_end_of(log)}")
        if answers(url):
            with _lock:
                _starting.pop(process.pid, None)
            return
        time.sleep(0.1)
    raise Trouble(f"{what} did not answer {url} within {seconds:.0f} s; see {log}.")


def answers(url: str) -> bool:
    """Whether GET `url` gives 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


def stop(processes: Sequence[Process], seconds: float = 15) -> None:
    """Ask the group of each process that still runs to end; make it end after that many seconds.

    A process that has taken over the number of one of these is left alone.
    """
    ours = [process for process in processes if process.runs]
    for process in ours:
        _signal(process.number, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(process.runs for process in ours) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in ours:
        _kill_unless_replaced(process)


def _kill_unless_replaced(process: Process) -> None:
    """End what is left of the group, also when its first process has ended already."""
    if not process.is_replaced:
        kill(process.number)


def kill(pid: int) -> None:
    """End the process group at once, if it is there. pid: of a child that nobody has waited for yet."""
    _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def port(preferred: int, variable: str | None = None) -> int:
    """The preferred port, or any free one. Raises Trouble when the port that `variable` names is taken."""
    named = os.environ.get(variable, "") if variable else ""
    if named and not named.isdecimal():
        raise Trouble(f"{variable}={named} is not a port number.")
    wanted = int(named or preferred)
    if _is_free(wanted):
        return wanted
    if named:
        raise Trouble(f"Port {wanted} is taken: set {variable} to another port, or leave it out and a free one is chosen.")
    return free_port()


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def _end_of(log: Path) -> str:
    return "".join(log.read_text(errors="replace").splitlines(keepends=True)[-25:])
