"""Running one piece of work over many files in a process of its own, and reading its figures."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Work:
    """module: as work_process wants it. path: the import roots that module needs."""

    interpreter: Path | str
    module: str
    arguments: tuple[str, ...]
    path: tuple[Path, ...]

    def over(self, files: Sequence[Path]) -> Figures:
        """{suffix: {"seconds": CPU, "pieces": n}} of one fresh process over the files."""
        command = [str(self.interpreter), str(ROOT / "benchmarks" / "work_process.py"), self.module, *self.arguments]
        environment = {"PYTHONPATH": ":".join(map(str, self.path)), "PYTHONDONTWRITEBYTECODE": "1"}
        paths = "\n".join(map(str, files))
        done = subprocess.run(command, env=environment, input=paths, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{self.module} failed:\n{done.stderr}")
        figures: Figures = json.loads(done.stdout.splitlines()[-1])
        return figures
