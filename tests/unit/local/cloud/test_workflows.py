from local.cloud.workflows import seconds_to_wait

RETRIER = {"IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 30}


def test_each_retry_waits_longer_up_to_the_longest_delay() -> None:
    assert [seconds_to_wait(RETRIER, retries) for retries in (0, 1, 4, 5, 50)] == [1, 2, 16, 30, 30]


def test_full_jitter_waits_anything_up_to_the_delay() -> None:
    waits = [seconds_to_wait({**RETRIER, "JitterStrategy": "FULL"}, 4) for _ in range(200)]
    assert min(waits) < 4
    assert 12 < max(waits) <= 16


def test_a_retrier_that_says_nothing_waits_as_the_language_defines() -> None:
    assert [seconds_to_wait({}, retries) for retries in (0, 1, 2)] == [1, 2, 4]
