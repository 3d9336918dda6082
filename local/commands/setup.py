"""Install everything that the other commands need; what is installed and unchanged is skipped.

    python3 -m local.commands.setup [--chat-small] [--spark]

Runs on any Python without packages. Every package is pinned and checked by its hash.
"""

import os
import platform
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local import places
from local.console import Console, Trouble, command
from local.fingerprint import fingerprint
from local.servers.processes import run, together
from local.settings import HOME, ROOT

LOCK = ROOT / "requirements-dev.txt"
UV = places.VENV / "bin" / "uv"


@dataclass(frozen=True)
class Environment:
    """A virtual environment and its lock file."""

    folder: Path
    lock: Path
    title: str

    @property
    def is_current(self) -> bool:
        stamp = self.folder / "made-from"
        return stamp.exists() and stamp.read_text() == _digest(self.lock)


MAIN = Environment(places.VENV, LOCK, "Python packages")
CLOUD = Environment(places.CLOUD_VENV, ROOT / "local" / "requirements.txt", "packages of the local AWS")
FUNCTION = Environment(places.FUNCTION_VENV, ROOT / "lambdas" / "layers" / "runtime.txt", "packages of the Lambda runtime")
CHAT = Environment(places.CHAT_VENV, ROOT / "local" / "models" / "small.txt", "the small language model")
SPARK = Environment(places.SPARK_VENV, ROOT / "sagemaker" / "processing" / "requirements.txt", "Spark (300 MB)")


def main() -> int:
    _check_the_folder()
    console = Console()
    if not MAIN.is_current:
        with console.step(f"Installing {MAIN.title}"):
            _install_uv()
            _fill(MAIN)
    parts = [lambda: _environment(console, FUNCTION), lambda: _node(console), lambda: _cloud_and_search(console)]
    if "--chat-small" in sys.argv:
        parts.append(lambda: _environment(console, CHAT))
    if "--spark" in sys.argv:
        parts.append(lambda: _environment(console, SPARK))
    together(*parts)
    return 0


def _check_the_folder() -> None:
    try:
        HOME.mkdir(exist_ok=True)
        (HOME / "writable").write_text("")
        (HOME / "writable").unlink()
    except OSError as error:
        raise Trouble(f"{HOME} cannot be written: {error}. Free some space or correct its permissions, then run this again.") from error


def _environment(console: Console, environment: Environment) -> None:
    if environment.is_current:
        return
    with console.step(f"Installing {environment.title}"):
        _fill(environment)


def _cloud_and_search(console: Console) -> None:
    _environment(console, CLOUD)
    stamp = places.OPENSEARCH / "made-from"
    wanted = _digest(ROOT / "local" / "search" / "install.py")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with console.step("Downloading OpenSearch (180 MB)"):
        _run([places.CLOUD_VENV / "bin" / "python", "-m", "local.search.install", places.OPENSEARCH], "opensearch", "Installing OpenSearch")
    stamp.write_text(wanted)


def _node(console: Console) -> None:
    source = ROOT / "local" / "node"
    stamp = places.NODE / "made-from"
    wanted = fingerprint([source])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with console.step("Installing the CDK command line"):
        places.NODE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            (places.NODE / name).write_bytes((source / name).read_bytes())
        _run([places.VENV / "bin" / "npm", "ci", "--ignore-scripts"], "npm", "Installing the CDK command line", folder=places.NODE)
    stamp.write_text(wanted)


def _fill(environment: Environment) -> None:
    """Install exactly the packages of the lock file."""
    _make(environment)
    install = [UV, "pip", "sync", "--quiet", "--system-certs", "--require-hashes"]
    target = ["--python", environment.folder / "bin" / "python", environment.lock]
    _run([*install, *target], environment.folder.name, f"Installing {environment.title}")
    (environment.folder / "made-from").write_text(_digest(environment.lock))


def _make(environment: Environment) -> None:
    """Create an empty environment of the running Python, unless there is one already."""
    settings = environment.folder / "pyvenv.cfg"
    if settings.exists() and f"= {platform.python_version()}\n" in settings.read_text():
        return
    venv.create(environment.folder, with_pip=environment is MAIN, clear=True)


def _install_uv() -> None:
    """Install uv with pip, at the version and hashes of the lock file; uv installs the rest many times faster."""
    _make(MAIN)
    pinned = HOME / "uv.txt"
    pinned.write_text(requirement("uv", LOCK.read_text()))
    pip = [places.VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--no-deps", "-r", pinned], "uv", "Installing uv")


def requirement(name: str, lock: str) -> str:
    """The lines of a lock file that pin one package, with its hashes. Raises Trouble when it is missing."""
    lines = lock.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.startswith(f"{name}==")]
    if not starts:
        raise Trouble(f"{LOCK} does not pin {name}; run make lock.")
    end = next((n for n in range(starts[0] + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "".join(lines[starts[0] : end])


def _run(command_line: Sequence[object], log: str, what: str, folder: Path = ROOT) -> None:
    on_path = f"{places.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    run(command_line, log=places.LOGS / f"install-{log}.log", what=what, folder=folder, variables={"PATH": on_path, **_index()})


def _index() -> dict[str, str]:
    """pip's package index, for uv, which does not read pip's settings."""
    known = (
        os.environ.get("PIP_INDEX_URL")
        or subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
        ).stdout.strip()
    )
    return {"UV_DEFAULT_INDEX": known} if known and "UV_DEFAULT_INDEX" not in os.environ else {}


def _digest(file: Path) -> str:
    return fingerprint([file], platform.python_version(), platform.machine())


if __name__ == "__main__":
    command(main)
