"""Timing in turns, where it was measured, and the printing of tables: what every benchmark here shares."""

import math
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
Result = TypeVar("Result")
_Z = statistics.NormalDist().inv_cdf(0.975)


class Unavailable(Exception):
    """A table that cannot be made now; its message says what to start or install first."""


@dataclass(frozen=True)
class Spread:
    """The least, the median and the greatest of some measurements, in their own unit."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(min(values), statistics.median(values), max(values))

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


@dataclass(frozen=True)
class Share:
    """How many of some trials held, with the 95% interval of their share (Wilson's score interval)."""

    held: int
    trials: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> "Share":
        seen = list(outcomes)
        return cls(sum(seen), len(seen))

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end, 0 to 1; the whole range without a trial."""
        if not self.trials:
            return 0.0, 1.0
        share, spread = self.held / self.trials, _Z**2 / self.trials
        middle, half = share + spread / 2, _Z * math.sqrt(share * (1 - share) / self.trials + spread / (4 * self.trials))
        return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.held / self.trials:.2f} ({low:.2f} to {high:.2f})" if self.trials else "-"


def in_turns(measures: Mapping[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """Take every measure once a round, A B A B, so that a slower minute falls on all alike; results by name, in order."""
    results: dict[str, list[Result]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            results[name].append(measure())
    return results


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def machine() -> str:
    """Cores, processor and interpreter, in a few words."""
    return f"{os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}, {platform.system()}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def version(interpreter: Path | str, package: str) -> str:
    """`package 1.2.3` as installed beside an interpreter."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    found = subprocess.run([str(interpreter), "-c", code], capture_output=True, text=True, check=True)
    return f"{package} {found.stdout.strip()}"


def print_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> None:
    """Print a Markdown table with its notes and the machine under it."""
    widths = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    print(f"\n## {title}\n")
    for row in (headers, ["-" * width for width in widths], *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
    print()
    for note in (*notes, machine()):
        print(note, flush=True)
