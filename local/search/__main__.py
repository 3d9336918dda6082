"""Serve the search domain of the local AWS until SIGTERM or SIGINT.

    .causeway/venvs/cloud/bin/python -m local.search --folder .causeway/search --port 9200 --engine-port 9201

--folder DIR        data, settings, logs and what is only recorded; kept between runs
--port N            where the domain answers
--engine-port N     the port of the OpenSearch that is started
--installation DIR  the folder that `local.search.install` filled (default .causeway/opensearch)
--heap MB           memory of its heap (default 512)
--foreign           use the server of CAUSEWAY_OPENSEARCH_URL and start none (a variable, because a password must not be on a command line)
"""

import argparse
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from local.console import Trouble, command
from local.places import OPENSEARCH
from local.search.engine import HEAP_MB, start
from local.search.front import Upstream, front
from local.search.recorder import Recorder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--engine-port", type=int)
    parser.add_argument("--installation", type=Path, default=OPENSEARCH)
    parser.add_argument("--heap", type=int, default=HEAP_MB)
    parser.add_argument("--foreign", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    engine = None if arguments.foreign else _engine(arguments, folder)
    address = os.environ["CAUSEWAY_OPENSEARCH_URL"].rstrip("/") if arguments.foreign else f"http://127.0.0.1:{arguments.engine_port}"
    server = front(arguments.port, Upstream(address), Recorder(folder / "recorded.json"), own=engine is not None)
    _stop_on_signals(server.shutdown)
    if engine:
        threading.Thread(target=_follow, args=(engine, server.shutdown), daemon=True).start()
    server.serve_forever()
    return _end(engine)


def _engine(arguments: argparse.Namespace, folder: Path) -> subprocess.Popen[bytes]:
    return start(arguments.installation.resolve(), folder, arguments.engine_port, arguments.heap)


def _stop_on_signals(shutdown: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=shutdown).start())


def _follow(engine: subprocess.Popen[bytes], shutdown: Callable[[], None]) -> None:
    """End the front when its server has ended."""
    engine.wait()
    shutdown()


def _end(engine: subprocess.Popen[bytes] | None) -> int:
    if engine is None:
        return 0
    if engine.poll() is not None:
        raise Trouble(f"OpenSearch ended by itself with exit code {engine.returncode}.")
    engine.terminate()
    try:
        engine.wait(10)
    except subprocess.TimeoutExpired:
        engine.kill()
    return 0


if __name__ == "__main__":
    command(main)
