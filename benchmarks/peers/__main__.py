"""Make every peer's virtual environment from its locked requirements: `python -m benchmarks.peers`."""

import subprocess
import sys

from benchmarks.measure import ROOT
from benchmarks.peers import REQUIREMENTS


def main() -> None:
    for requirements in sorted(REQUIREMENTS.glob("*.txt")):
        folder = ROOT / ".causeway" / "venvs" / "peers" / requirements.stem
        print(f"{requirements.stem}: {folder.relative_to(ROOT)}", flush=True)
        _uv("venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder))
        _uv("pip", "sync", "--quiet", "--compile-bytecode", "--link-mode", "copy", "--require-hashes", "--python", str(folder), str(requirements))


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True)


if __name__ == "__main__":
    main()
