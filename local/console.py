"""Output of the commands: progress while they work, and a sentence instead of a traceback when they fail."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 document", "2 documents"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


class Trouble(Exception):
    """An error that the user can act on; its text is the whole message."""


class Console:
    """Prints one line for each finished step and, on a terminal, a live line with the steps that are running.

    Without a terminal, a step gets a plain line when it starts, one every few seconds, and one when it ends.
    """

    def __init__(self, stream: TextIO = sys.stdout, plain_seconds: float = 5.0) -> None:
        """plain_seconds: seconds between two lines of a running step, without a terminal."""
        self.stream, self.plain_seconds = stream, plain_seconds
        self.live = stream.isatty()
        self._lock = threading.RLock()
        self._running: dict[str, tuple[float, str]] = {}
        self._ticker: threading.Thread | None = None

    def say(self, text: str = "") -> None:
        """Print a line that stays."""
        with self._lock:
            self._wipe()
            print(text, file=self.stream, flush=True)
            if self.live:
                self._draw()

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """A long step; yields a function that sets the text of its progress."""
        began = time.monotonic()
        self._begin(title, began)
        try:
            yield lambda note: self._note(title, note)
        except BaseException:
            self._end(title, f"✗ {title} ({time.monotonic() - began:.1f} s)")
            raise
        self._end(title, f"✓ {title} ({time.monotonic() - began:.1f} s)")

    def _begin(self, title: str, began: float) -> None:
        with self._lock:
            self._running[title] = (began, "")
            if not self.live:
                print(f"… {title}", file=self.stream, flush=True)
            if self._ticker is None:
                self._ticker = threading.Thread(target=self._tick, daemon=True)
                self._ticker.start()

    def _note(self, title: str, note: str) -> None:
        with self._lock:
            if title in self._running:
                self._running[title] = (self._running[title][0], note)

    def _end(self, title: str, line: str) -> None:
        with self._lock:
            self._running.pop(title, None)
            self.say(line)

    def _tick(self) -> None:
        while True:
            time.sleep(0.25 if self.live else self.plain_seconds)
            with self._lock:
                self._wipe()
                self._draw()

    def _draw(self) -> None:
        if not self._running:
            return
        now = time.monotonic()
        parts = [f"{title}{': ' + note if note else ''} {now - began:.0f} s" for title, (began, note) in self._running.items()]
        line = "… " + " · ".join(parts)
        self.stream.write(line[: _width() - 1] if self.live else f"{line}\n")
        self.stream.flush()

    def _wipe(self) -> None:
        if self.live:
            self.stream.write("\r\x1b[K")


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def command(main: Callable[[], int | None]) -> None:
    """Run a command's main function. Exits with status 1 and the sentence of a Trouble, or with 130 after Ctrl-C."""
    try:
        sys.exit(main() or 0)
    except Trouble as trouble:
        print(f"\nerror: {trouble}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
