import threading
import time

import pytest

from causeway.runtime.once import Once


def test_it_is_made_at_the_first_call_and_once_for_all_who_ask_at_the_same_time() -> None:
    made: list[object] = []

    def make() -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    once, found = Once(make), []
    assert not made
    threads = [threading.Thread(target=lambda: found.append(once())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert found == made * 8


def test_a_failure_is_told_and_the_next_call_makes_it() -> None:
    answers = iter([ValueError("not now"), "made"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    once = Once(make)
    with pytest.raises(ValueError, match="not now"):
        once()
    assert once() == "made"
