"""A process that can be recognized later: the system gives the number of a process that has ended to another one."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
STATE, START = 0, 19  # fields of /proc/PID/stat after the command's name, which may hold any character
ENDED = ("Z", "X")


@dataclass(frozen=True)
class Process:
    """number: the process id. started: when it started, in the system's own words; empty when it was not there."""

    number: int
    started: str

    @classmethod
    def of(cls, number: int) -> "Process":
        """The process that has this number now."""
        return cls(number, _started(number))

    @property
    def runs(self) -> bool:
        """Whether this very process still runs."""
        return bool(self.started) and _started(self.number) == self.started

    @property
    def is_replaced(self) -> bool:
        """Whether another process has the number now."""
        return _started(self.number) not in ("", self.started)


def _started(number: int) -> str:
    """Boot and clock tick at which the process started, or its date where there is no /proc; empty unless it runs."""
    return started_by_proc(number) if (PROC / "self" / "stat").exists() else started_by_ps(number)


def started_by_proc(number: int) -> str:
    try:
        fields = (PROC / str(number) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    boot = (PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    return "" if fields[STATE] in ENDED else f"{boot} {fields[START]}"


def started_by_ps(number: int) -> str:
    """By ps, in one language and time zone: a stored date must not depend on who asks for it."""
    command = ["ps", "-o", "stat=,lstart=", "-p", str(number)]
    plain = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    state, _, date = subprocess.run(command, capture_output=True, text=True, check=False, env=plain).stdout.strip().partition(" ")
    return "" if state.startswith(ENDED) else date.strip()
