"""Settings of a bulk load, in the real search engine: set while a load is declared, set back when it ends or dies."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from causeway.retrieval import schema
from causeway.retrieval.bulk_load import LEASE, MERGING, BulkLoads, Load, Upkeep, bulk_load, now
from causeway.retrieval.setup import prepare_passages
from causeway.runtime.deadlines import Deadline
from causeway.runtime.search import search_client
from evaluation.servers import serving
from functions.index_documents import LOAD
from local.app.aws import client
from local.loopback import free_port
from local.settings import PREFIX, State, read

ALIAS = schema.ALIAS
REPLICAS = 1
EVERY_DAY = {"number_of_replicas": "1", "refresh_interval": "30s"}
OF_A_LOAD = {"number_of_replicas": "0", "refresh_interval": schema.LOADING_REFRESH}
MINUTE = Deadline.after(3600)
LOADER = """
import sys, time
from datetime import timedelta
from causeway.retrieval.bulk_load import BulkLoads, Load, bulk_load
from causeway.runtime.deadlines import Deadline
from causeway.runtime.search import search_client
loads = BulkLoads(search_client(sys.argv[1]), lease=timedelta(seconds=3))
with bulk_load(loads, Load("passages", "dies", 1000), Deadline.after(60)) as declare:
    while True:
        declare()
        print("declared", flush=True)
        time.sleep(0.2)
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A search engine of its own, with nothing in it."""
    os.environ.update(State().aws_variables())
    folder, port, inner = tmp_path_factory.mktemp("search"), free_port(), free_port()
    module = ["local.search", "--folder", folder, "--port", port, "--engine-port", inner]
    with serving(module, f"http://127.0.0.1:{port}/", folder / "search.log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def engine(url):
    """Its client, with fresh indexes."""
    found = search_client(url, timeout=30.0)
    found.indices.delete(index=f"{schema.PATTERN},{schema.LOADS}", ignore_unavailable=True)
    prepare_passages(found, 1, REPLICAS, 0.5)
    return found


class Clock:
    """The time, and more when a test wants it."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return now() + self.ahead


def settings(engine):
    (index,) = engine.indices.get_settings(index=ALIAS).values()
    return {name: index["settings"]["index"][name] for name in EVERY_DAY}


def write(engine, count, start=0):
    """Passages without vectors, a segment each ten."""
    for first in range(start, start + count, 10):
        lines = ([{"index": {"_id": str(n)}}, {"tenant": "harbour", "document_id": str(n)}] for n in range(first, first + 10))
        engine.bulk(body="".join(json.dumps(line) + "\n" for pair in lines for line in pair), index=ALIAS, refresh="true")


def segments(engine):
    return engine.indices.stats(index=ALIAS, metric="segments")["_all"]["primaries"]["segments"]["count"]


def test_an_index_is_loaded_with_its_own_settings_and_gets_those_of_every_day_back(engine):
    upkeep, loads, load = Upkeep(engine, REPLICAS), BulkLoads(engine), Load(ALIAS, "a", 1000)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("live", EVERY_DAY)
    with bulk_load(loads, load, MINUTE):
        assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("loading", OF_A_LOAD)
        write(engine, 20)
        assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("loading", OF_A_LOAD)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("restored", EVERY_DAY)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("live", EVERY_DAY)
    assert engine.count(index=ALIAS)["count"] == 20


def test_loads_that_overlap_share_the_settings_until_the_last_has_ended(engine):
    upkeep, first, second = Upkeep(engine, REPLICAS), Load(ALIAS, "a", 500), Load(ALIAS, "b", 500)
    loads, others = BulkLoads(engine), BulkLoads(engine)
    loads.declare(first, MINUTE)
    others.declare(second, MINUTE)
    assert upkeep.run(ALIAS, MINUTE) == "loading"
    loads.end(first, MINUTE)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("loading", OF_A_LOAD)
    others.end(second, MINUTE)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("restored", EVERY_DAY)


def test_a_load_that_is_killed_leaves_no_index_without_replicas(engine, url):
    upkeep = Upkeep(engine, REPLICAS)
    variables = {**os.environ, "PYTHONPATH": "lambdas"}
    loader = subprocess.Popen([sys.executable, "-c", LOADER, url], env=variables, stdout=subprocess.PIPE, text=True)
    try:
        assert loader.stdout.readline() == "declared\n"
        assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("loading", OF_A_LOAD)
        time.sleep(4)
        assert upkeep.run(ALIAS, MINUTE) == "loading", "it goes on declaring"
    finally:
        loader.send_signal(signal.SIGKILL)
        loader.wait()
    assert upkeep.run(ALIAS, MINUTE) == "loading", "its lease is not over"
    time.sleep(4)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("restored", EVERY_DAY)


def test_a_load_of_little_into_a_large_index_keeps_its_replicas(engine):
    write(engine, 50)
    BulkLoads(engine).declare(Load(ALIAS, "little", 20), MINUTE)
    assert Upkeep(engine, REPLICAS).run(ALIAS, MINUTE) == "loading"
    assert settings(engine) == {**EVERY_DAY, "refresh_interval": schema.LOADING_REFRESH}


def test_segments_are_merged_before_replicas_return(engine):
    engine.indices.put_settings(index=ALIAS, body={"index": {"merge.policy.segments_per_tier": 50}})
    upkeep, loads, load = Upkeep(engine, REPLICAS), BulkLoads(engine), Load(ALIAS, "a", 1000)
    loads.declare(load, MINUTE)
    upkeep.run(ALIAS, MINUTE)
    write(engine, 150)
    assert segments(engine) > 10
    loads.end(load, MINUTE)
    seen, end = [], time.monotonic() + 60
    while not seen or seen[-1] == "merging":
        assert time.monotonic() < end, "it merges without end"
        seen.append(upkeep.run(ALIAS, MINUTE))
        assert settings(engine) == (EVERY_DAY if seen[-1] == "restored" else OF_A_LOAD)
        time.sleep(0.1)
    assert (seen[0], seen[-1]) == ("merging", "restored")
    engine.indices.refresh(index=ALIAS)
    assert segments(engine) == 1
    assert engine.count(index=ALIAS)["count"] == 150


def test_replicas_return_in_time_even_if_segments_are_not_merged(engine):
    engine.indices.put_settings(index=ALIAS, body={"index": {"merge.policy.segments_per_tier": 50}})
    clock = Clock()
    upkeep = Upkeep(engine, REPLICAS, clock)
    BulkLoads(engine).declare(Load(ALIAS, "a", 1000), MINUTE)
    upkeep.run(ALIAS, MINUTE)
    write(engine, 150)
    clock.ahead = LEASE + MERGING + timedelta(minutes=1)
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("restored", EVERY_DAY)


def test_a_load_that_wakes_after_its_lease_is_set_back_once_more(engine):
    """Whoever sets an index without a lease, by hand or late, has not the last word."""
    engine.indices.put_settings(index=ALIAS, body={"index": OF_A_LOAD})
    assert (Upkeep(engine, REPLICAS).run(ALIAS, MINUTE), settings(engine)) == ("restored", EVERY_DAY)


def test_a_deployment_during_a_load_is_made_good_at_the_next_run(engine):
    upkeep = Upkeep(engine, REPLICAS)
    BulkLoads(engine).declare(Load(ALIAS, "a", 1000), MINUTE)
    upkeep.run(ALIAS, MINUTE)
    prepare_passages(engine, 1, REPLICAS, 0.5)
    assert settings(engine) == EVERY_DAY
    assert (upkeep.run(ALIAS, MINUTE), settings(engine)) == ("loading", OF_A_LOAD)


def test_the_deployed_function_sets_and_sets_back(deployment):
    os.environ.update(read().aws_variables())
    engine = search_client(read().search_url, timeout=30.0)
    loads, load = BulkLoads(engine), Load(ALIAS, "by a test", 0)
    with contextlib.ExitStack() as ending:
        ending.callback(upkeep_runs)
        loads.end(Load(ALIAS, LOAD, 0), MINUTE)  # of the documents that other tests have added
        loads.declare(load, MINUTE)
        ending.callback(loads.end, load, MINUTE)
        assert upkeep_runs() == {ALIAS: "loading"}
        assert settings(engine)["refresh_interval"] == schema.LOADING_REFRESH
    until = time.monotonic() + 60
    while settings(engine)["refresh_interval"] != "30s":
        assert time.monotonic() < until
        loads.end(Load(ALIAS, LOAD, 0), MINUTE)  # which ingestion may have declared again meanwhile
        upkeep_runs()
    assert upkeep_runs() == {ALIAS: "live"}


def upkeep_runs():
    answer = client("lambda").invoke(FunctionName=f"{PREFIX}search-upkeep:live")
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())
