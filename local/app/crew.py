"""Threads that do jobs while the command goes on, and that never keep it alive: Ctrl-C ends it at once."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Crew(Generic[Result]):
    """So many threads; jobs are begun in the order in which they are given."""

    def __init__(self, size: int) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], Result]] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Result | Exception] = queue.SimpleQueue()
        self._size, self._threads = size, 0
        self._lock = threading.Lock()

    def give(self, job: Callable[[], Result]) -> None:
        """One more job. A thread without jobs ends, so that an idle crew costs nothing."""
        self._jobs.put(job)
        with self._lock:
            if self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._work, daemon=True).start()

    def done(self) -> Iterator[Result]:
        """The results since the last call. Raises what a job has raised."""
        with suppress(queue.Empty):
            while True:
                result = self._done.get_nowait()
                if isinstance(result, Exception):
                    raise result
                yield result

    def rest(self, count: int) -> Iterator[Result]:
        """The next `count` results, each waited for. Raises what a job has raised."""
        for _ in range(count):
            result = self._done.get()
            if isinstance(result, Exception):
                raise result
            yield result

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._done.put(job())
            except Exception as error:
                self._done.put(error)

    def _next(self) -> Callable[[], Result] | None:
        with self._lock:
            try:
                return self._jobs.get_nowait()
            except queue.Empty:
                self._threads -= 1
                return None
