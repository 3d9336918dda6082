"""A key of a service, as deployed: set by the command, sent by the function that goes outside, changed without a restart, in no record."""

import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from uuid import uuid4

import pytest

from local import places
from local.app.api import call
from local.app.aws import client
from operating import secret
from stacks.environment import load
from tests.unit.outside.servers import reply, serving

HOST = "trade.wholesaler.example"
FIRST, SECOND = "key-of-spring-5f0c2a", "key-of-summer-9b1d7e"
PATIENCE = 90.0  # seconds: a key that is refused is read anew when the last read is 30 seconds old
NOT_SET = f"The key of {HOST} is not set, or cannot be read."


@contextmanager
def wholesaler(key):
    """The service, which takes one key."""

    def serve(held, head):
        taken = f"Authorization: Bearer {key}\r\n".encode() in head
        held.sendall(
            reply(b'{"copies": 7, "days": 2}', "200 OK", "application/json") if taken else reply(b"Bad: " + head, "401 Unauthorized")
        )

    with serving(serve, port=load("local").agents.outside_on_loopback[HOST]) as server:
        yield server


def asked(person):
    """The run that came of asking for the book."""
    message = {"message": 'Has the wholesaler "Rebecca"?', "client_token": uuid4().hex}
    run = call("POST", "/v1/agents/service/turns", person, message).require("no turn")
    end = time.monotonic() + PATIENCE
    while run["state"] != "done":
        assert time.monotonic() < end, run
        time.sleep(0.5)
        run = call("GET", f"/v1/runs/{run['run_id']}", person).require("no run")
    assert [each["tool"] for each in run["calls"]] == ["check_wholesaler"], run
    return run


def awaited(person, wanted: Callable[[str], bool]):
    end = time.monotonic() + PATIENCE
    while not wanted((run := asked(person))["answer"]):
        assert time.monotonic() < end, run
        time.sleep(2)
    return run


def put(value="", **environ):
    secret.main({"NAME": "wholesaler", **environ}, lambda words: value)


def test_a_key_is_set_sent_changed_without_a_restart_taken_back_and_in_no_record(deployment, monkeypatch, capsys):
    ada, has = deployment.ada, "The wholesaler has 7 copies and delivers in 2 days."
    runs = []
    with wholesaler(FIRST) as server:
        runs.append(asked(ada))
        assert NOT_SET in runs[-1]["answer"]
        assert server.asked == []
        put(FIRST)
        runs.append(awaited(ada, has.__eq__))
        assert f"GET /v1/stock?title=Rebecca HTTP/1.1\r\nHost: {HOST}\r\n".encode() in server.asked[-1]
    put(SECOND)
    with wholesaler(SECOND) as server:
        runs.append(awaited(ada, has.__eq__))
        assert FIRST.encode() in server.asked[0]
    monkeypatch.setenv("BACK", "1")
    put()
    with wholesaler(FIRST):
        runs.append(awaited(ada, has.__eq__))
    monkeypatch.delenv("BACK")
    secret.main({})
    kept = [json.dumps(runs), capsys.readouterr().out, *_logs(), *_records([each["run_id"] for each in runs])]
    assert len(kept) > len(runs) + 2
    assert not [text for text in kept if FIRST in text or SECOND in text]


def _logs():
    return [file.read_text(errors="replace") for file in places.LOGS.rglob("*") if file.is_file()]


def _records(runs):
    """Objects of the audit bucket that tell of these runs."""
    s3 = client("s3")
    (bucket,) = [each["Name"] for each in s3.list_buckets()["Buckets"] if "audit" in each["Name"]]
    keys = [each["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket) for each in page.get("Contents", [])]
    texts = [s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode(errors="replace") for key in keys]
    found = [text for text in texts if any(run in text for run in runs)]
    assert found
    return found


@pytest.mark.parametrize("person", ["carl", "bela"])
def test_who_is_not_of_the_staff_never_reaches_the_wholesaler(deployment, person):
    with wholesaler(FIRST) as server:
        assert "may not" in asked(getattr(deployment, person))["calls"][0]["result"]
    assert server.asked == []
