"""What is made when it is first asked for."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Calling it gives what `make` makes at the first call. Who asks meanwhile waits for it; a failure is not kept."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make, self._lock = make, Lock()
        self._made: tuple[Made] | None = None

    def __call__(self) -> Made:
        with self._lock:
            if self._made is None:
                self._made = (self._make(),)
            return self._made[0]
