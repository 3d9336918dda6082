"""How long the commands take: `cdk synth` of prod, `make up` with nothing changed and, with --fresh, `make up` in a fresh clone."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import ROOT, Spread, print_table
from local import places, settings

ROUNDS = 3
DEPLOYING = re.compile(r"Deploying with cdk deploy --all \(([\d.]+) s\)")


def main() -> None:
    rows = [["cdk synth -c env=prod", _synth(), "< 25 s"], ["make up, nothing changed", _warm(), "< 60 s"], *_fresh()]
    print_table(
        "Commands", ["command", "seconds", "goal"], rows, [f"Medians (least to greatest) of {ROUNDS} runs; a fresh clone is made once."]
    )


def _synth() -> str:
    with tempfile.TemporaryDirectory() as output:
        command = [str(places.CDK), "synth", "--quiet", "-c", "env=prod", "--output", output]
        return f"{Spread.of([_timed(command)[0] for _ in range(ROUNDS)]):.1f}"


def _warm() -> str:
    if not settings.read().cloud_url:
        return "no local AWS runs here: `make up` first"
    return f"{Spread.of([_timed(['make', 'up'])[0] for _ in range(ROUNDS)]):.1f}"


def _fresh() -> list[list[str]]:
    """`make up` in a clone of the last commit, downloads included, and the deploy in it."""
    title = "make up, fresh clone"
    if "--fresh" not in sys.argv:
        return [[title, "takes minutes: ask for it with --fresh", "< 300 s"]]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), folder], check=True)
        try:
            seconds, output = _timed(["make", "up"], Path(folder))
        finally:
            _timed(["make", "clean"], Path(folder))
    deploy = DEPLOYING.search(output)
    return [[title, f"{seconds:.0f}", "< 300 s"], ["of it, cdk deploy --all", deploy[1] if deploy else "none was needed", "< 60 s"]]


def _timed(command: list[str], folder: Path = ROOT) -> tuple[float, str]:
    """Seconds and output of a command that must succeed; what a parent `make` set for itself is left out."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    environment = {**own, "PATH": f"{places.VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - began, done.stdout


if __name__ == "__main__":
    main()
