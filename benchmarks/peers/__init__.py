"""The peers, each group in a virtual environment of its own, made from its requirement file in this folder."""

import subprocess
import venv
from collections.abc import Collection
from pathlib import Path

from benchmarks.measure import ROOT, Unavailable

REQUIREMENTS = Path(__file__).parent
ENVIRONMENTS = ROOT / ".causeway" / "venvs" / "peers"


def interpreter(name: str) -> Path:
    """The interpreter of a peer's environment (`langchain`, `splitters`, `pdf`); Unavailable when it is not installed as locked."""
    if not _is_current(REQUIREMENTS / f"{name}.txt"):
        raise Unavailable("the peers are not installed: run `make bench-peers` first")
    return ENVIRONMENTS / name / "bin" / "python"


def install(names: Collection[str] = ()) -> None:
    """Make every environment that is missing or not as its requirement file has it. names: those to make; all without one."""
    for requirements in sorted(REQUIREMENTS.glob("*.txt")):
        if (not names or requirements.stem in names) and not _is_current(requirements):
            print(f"Installing the peers of {requirements.stem}", flush=True)
            _make(requirements)


def _make(requirements: Path) -> None:
    folder = ENVIRONMENTS / requirements.stem
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "--requirement", str(requirements)], check=True)
    _stamp(requirements).write_text(requirements.read_text())


def _is_current(requirements: Path) -> bool:
    stamp = _stamp(requirements)
    return stamp.exists() and stamp.read_text() == requirements.read_text()


def _stamp(requirements: Path) -> Path:
    return ENVIRONMENTS / requirements.stem / "made-from"
