"""The function alone, against an engine that fails; what it does to a real one is in tests/local/test_bulk_load.py."""

from collections.abc import Iterator

import pytest

from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.search import search_client
from functions import search_upkeep
from tests.unit.functions.recording import Context, Recording, Reply

LIVE = {"number_of_shards": "1", "number_of_replicas": "1", "refresh_interval": "30s"}


class LambdaContext(Context):
    function_name = function_version = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"


def answered(method: str, path: str) -> Reply:
    if "even" in path:
        return 200, {}
    if path == "/passages/_settings":
        return 503, {"error": "starting"}
    if path.endswith("/_settings"):
        return 200, {"passages-000001-of-harbour": {"settings": {"index": LIVE}}}
    return 200, {"hits": {"hits": []}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    recording = Recording(answered)
    variables = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "CAUSEWAY_ENVIRONMENT": "test"}
    own = {"SEARCH_ENDPOINT": recording.url, "SEARCH_INDEX": "passages", "OWN_INDEX_TENANTS": "harbour", "SEARCH_REPLICAS": "1"}
    for name, value in {**variables, **own}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    for each in (search_client, search_upkeep.settings):
        each.cache_clear()
    yield recording
    for each in (search_client, search_upkeep.settings):
        each.cache_clear()
    recording.close()


def test_an_index_that_cannot_be_asked_holds_up_no_other_and_fails_the_run(server: Recording) -> None:
    with pytest.raises(DependencyUnavailable):
        search_upkeep.handler({}, LambdaContext(seconds=200))
    assert server.of("GET", "/passages-of-harbour/_settings")


def test_an_index_with_the_settings_of_every_day_is_left_alone(server: Recording) -> None:
    server.reply = lambda method, path: answered(method, path.replace("/passages/_s", "/passages-of-harbour/_s"))
    assert search_upkeep.handler({}, LambdaContext(seconds=200)) == {"passages": "live", "passages-of-harbour": "live"}
    assert {request.method for request in server.requests if "passages" in request.path} == {"GET"}
