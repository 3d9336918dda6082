"""How the command of a report ends."""

import os
import sys
from collections.abc import Callable

UNREAD = 141  # as a shell says of a program whose reader has gone


def end(main: Callable[[], int]) -> None:
    """Exits with what `main` returns, and without a word if nobody reads on, as in `make cost ENV=dev | head`."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to say goes nowhere
        status = UNREAD
    sys.exit(status)
