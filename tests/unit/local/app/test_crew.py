import threading
import time

import pytest

from local.app.crew import Crew


def results(crew, count):
    """So many results, waited for."""
    found, deadline = [], time.monotonic() + 10
    while len(found) < count and time.monotonic() < deadline:
        found += crew.done()
        time.sleep(0.001)
    return found


def test_every_job_is_done_whenever_it_was_given():
    crew = Crew(3)
    for number in range(50):
        crew.give(lambda number=number: number)
    assert sorted(results(crew, 50)) == list(range(50))
    crew.give(lambda: "late")
    assert results(crew, 1) == ["late"]


def test_no_more_than_the_crew_work_at_once():
    crew, working, most, lock = Crew(3), [], [], threading.Lock()

    def job():
        with lock:
            working.append(1)
            most.append(len(working))
        time.sleep(0.01)
        with lock:
            working.pop()

    for _ in range(12):
        crew.give(job)
    results(crew, 12)
    assert max(most) == 3


def test_what_a_job_raises_is_raised_to_whom_it_was_done_for():
    crew = Crew(1)
    crew.give(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        results(crew, 1)


def test_a_job_that_hangs_keeps_nobody_alive():
    crew, hanging = Crew(1), threading.Event()
    crew.give(lambda: hanging.wait(60))
    ours = [thread for thread in threading.enumerate() if thread.name.endswith("(_work)")]
    assert ours
    assert all(thread.daemon for thread in ours)
    hanging.set()
