"""Each service behind an answer, away for a while: the caller hears which one, and nothing else breaks."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from local import settings
from local.app.aws import client
from local.commands import logs

QUESTION = "How many days do I have to return a book?"


@contextmanager
def frozen(name: str) -> Iterator[None]:
    """The server takes connections and does not answer."""
    pid = settings.read().processes[name].number
    os.killpg(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(pid, signal.SIGCONT)


def logged_failure(request):
    """What the functions logged of the dependency that failed the request."""
    lines = [json.loads(line.message) for line in logs.related(list(logs.read(0)), request) if line.message.startswith("{")]
    return [(line["dependency"], line["kind"]) for line in lines if line["message"] == "dependency failed"]


def counted_failures(dependency):
    """How many failures of the dependency were counted for questions in the last hours; ingestion may have its own meanwhile."""
    listed = client("cloudwatch").list_metrics(MetricName="DependencyFailed", Dimensions=[{"Name": "dependency", "Value": dependency}])
    now = datetime.now(UTC)
    span = {"StartTime": now - timedelta(hours=3), "EndTime": now + timedelta(minutes=1), "Period": 60, "Statistics": ["Sum"]}
    ours = [metric for metric in listed["Metrics"] if {"Name": "service", "Value": "answers"} in metric["Dimensions"]]
    answers = [client("cloudwatch").get_metric_statistics(**metric, **span) for metric in ours]
    return sum(point["Sum"] for answer in answers for point in answer["Datapoints"])


def test_a_search_that_hangs_is_a_503_of_its_own_within_the_callers_patience(bookshop):
    before = counted_failures("search")
    with frozen("search"):
        reply = bookshop.ask(bookshop.ada, QUESTION)
    assert reply.status == 503
    assert reply.body["type"] == "urn:causeway:problem:search-unavailable"
    assert int(reply.headers["retry-after"]) > 0
    assert logged_failure(reply.body["request_id"]) == [("search", "unavailable")]
    assert counted_failures("search") == before + 1
    assert bookshop.ask(bookshop.ada, QUESTION).status == 200


@pytest.mark.parametrize(
    ("server", "dependency", "said"),
    [("chat", "model", "30 days"), ("embedding-causeway-local-embedding", "embedding", "30 days")],
)
def test_a_model_that_hangs_is_gone_without_and_the_answer_is_marked(bookshop, server, dependency, said):
    before = counted_failures(dependency)
    with frozen(server):
        reply = bookshop.ask(bookshop.ada, QUESTION)
    assert (reply.status, reply.body["degraded"]) == (200, [dependency])
    assert said in reply.body["answer"]
    assert reply.body["citations"]
    assert logged_failure(reply.body["request_id"]) == [(dependency, "unavailable")]
    assert counted_failures(dependency) == before + 1
    after = bookshop.ask(bookshop.ada, QUESTION)
    assert (after.status, after.body["degraded"]) == (200, [])


def test_callers_beyond_the_functions_concurrency_hear_when_to_try_again(bookshop):
    """80 at once for 20 places: each gets an answer or a 503, and none hears of the function or its limit."""
    places = yaml.safe_load((settings.ROOT / "environments" / "local.yaml").read_text())["assistant"]["answer_concurrency"]
    with ThreadPoolExecutor(4 * places) as callers:
        replies = list(callers.map(lambda _: bookshop.ask(bookshop.ada, QUESTION), range(4 * places)))
    turned_away = [reply for reply in replies if reply.status == 503]
    assert [reply.text for reply in replies if reply.status not in (200, 503)] == []
    assert turned_away
    for reply in turned_away:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.body["type"] == "urn:causeway:problem:service-busy"
        assert int(reply.headers["retry-after"]) > 0
        assert "causeway-local" not in reply.text
        assert reply.body["request_id"]
    assert bookshop.ask(bookshop.ada, QUESTION).status == 200
