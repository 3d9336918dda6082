"""Ends function workers that were not called for some minutes, as AWS ends execution environments.

ministack ends those that remain after a burst, and keeps one of each version for ever.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from local.cloud import emulator

IDLE_SECONDS = 600.0
LOOK_SECONDS = 60.0


def install() -> None:
    """Look for idle workers from now on."""
    threading.Thread(target=_keep_ending, daemon=True).start()


def take_idle(pools: dict[str, list[Any]], now: float) -> list[Any]:
    """Remove the workers from their pools that are idle and were not called for IDLE_SECONDS."""
    idle = []
    for name, workers in list(pools.items()):
        ended = [worker for worker in workers if not worker.in_use and now - worker.last_used > IDLE_SECONDS]
        idle += ended
        pools[name] = [worker for worker in workers if worker not in ended]
        if not pools[name]:
            del pools[name]
    return idle


def _keep_ending() -> None:
    runtime = emulator.part("core.lambda_runtime")
    while True:
        time.sleep(LOOK_SECONDS)
        with runtime._lock:
            idle = take_idle(runtime._workers, time.time())
        runtime.kill_workers(idle)
