from types import SimpleNamespace
from typing import Any

from local.cloud.idle import IDLE_SECONDS, take_idle

NOW = 10_000.0


def worker(idle: float, in_use: bool = False) -> Any:
    return SimpleNamespace(last_used=NOW - idle, in_use=in_use)


def test_only_workers_that_nobody_has_called_for_long_are_taken_out() -> None:
    old, running, fresh = worker(IDLE_SECONDS + 1), worker(IDLE_SECONDS + 1, in_use=True), worker(5)
    pools = {"answers": [old, running, fresh], "documents": [old]}
    assert take_idle(pools, NOW) == [old, old]
    assert pools == {"answers": [running, fresh]}
