"""Keeps the state of this cloud across a stop, and most of it across a crash.

ministack writes the state of its services when it stops and reads it at start. Here the state is also written whenever the
cloud has been idle for a while after a change. Layers, the largest part, are stored in files that are written once.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local.cloud import emulator

QUIET_SECONDS = 5.0
READING = ("GET", "HEAD", "OPTIONS")
ZIP, REFERENCE = "_zip_data", "_zip_file"


class Saver:
    """Writes the state QUIET_SECONDS after the last request that changed something."""

    def __init__(self) -> None:
        self._changed_at = 0.0
        self._saved_at = 0.0

    def noticed(self, method: str) -> None:
        """Take note of a request."""
        if method not in READING:
            self._changed_at = time.monotonic()

    async def keep_saving(self) -> None:
        """Save whenever necessary, until cancelled."""
        while True:
            await asyncio.sleep(1)
            if self._changed_at > self._saved_at and time.monotonic() - self._changed_at > QUIET_SECONDS:
                self._saved_at = time.monotonic()
                await asyncio.to_thread(save)


def save() -> None:
    """Write the state of every service. ministack logs a service that changes meanwhile; it is written the next time."""
    emulator.part("core.persistence").save_all(emulator.part("app")._build_persistence_save_dict())


def install(folder: Path) -> None:
    """Store the layers' archives in files of the folder and not in the state, which is written again and again."""
    functions = emulator.part("services.lambda_svc")
    functions.get_state = _without_archives(functions.get_state, folder)
    functions.load_persisted_state = _with_archives(functions.load_persisted_state, folder)


def _without_archives(get_state: Callable[[], Any], folder: Path) -> Callable[[], Any]:
    def run() -> Any:
        state = get_state()
        for version in _versions(state):
            archive = version.pop(ZIP, None)
            if archive:
                version[REFERENCE] = _kept(folder, archive)
        return state

    return run


def _with_archives(load: Callable[[Any], None], folder: Path) -> Callable[[Any], None]:
    def run(state: Any) -> None:
        for version in _versions(state):
            if REFERENCE in version:
                version[ZIP] = (folder / version.pop(REFERENCE)).read_bytes()
        load(state)

    return run


def _versions(state: Any) -> Iterator[dict[str, Any]]:
    """Every version of every layer in Lambda's state."""
    for layer in state["layers"]._data.values():
        yield from layer["versions"]


def _kept(folder: Path, archive: bytes) -> str:
    """The name of the file that holds the archive."""
    name = hashlib.sha256(archive).hexdigest()[:24] + ".zip"
    file = folder / name
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".writing")
        fresh.write_bytes(archive)
        fresh.replace(file)
    return name
