"""The peers' virtual environments, one per requirement file of this folder."""

from pathlib import Path

from benchmarks.measure import ROOT, Unavailable

REQUIREMENTS = Path(__file__).parent


def interpreter(name: str) -> Path:
    """The interpreter of a peer's environment (`langchain`, `chunkers`, `pdf`); Unavailable when it was never made."""
    python = ROOT / ".causeway" / "venvs" / "peers" / name / "bin" / "python"
    if not python.exists():
        raise Unavailable("the peers are not installed: run `make bench-peers` first")
    return python
