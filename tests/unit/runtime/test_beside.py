import threading

import pytest

from causeway.runtime.beside import beside


def test_work_goes_on_while_other_work_is_done() -> None:
    go_on = threading.Event()
    result = beside(lambda: go_on.wait(5))
    assert not result.done()
    go_on.set()
    assert result.result(5) is True


def test_what_the_work_raises_is_raised_to_who_waits_for_it() -> None:
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0).result(5)
