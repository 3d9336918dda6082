"""Work beside other work: a request to one service while another one is asked."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


def beside(work: Callable[[], Result]) -> "Future[Result]":
    """What the work returns or raises, once it is done. Nobody has to wait for it."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # whoever waits is told, whatever it is
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
