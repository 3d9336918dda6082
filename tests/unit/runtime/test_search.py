import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyUnavailable
from causeway.runtime.search import FastJSON, search_client
from tests.unit.loopback import Reply, Services

text = st.text(st.characters(codec="utf-8"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    search_client.cache_clear()


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("vpc-search.us-east-1.es.amazonaws.com", "https://vpc-search.us-east-1.es.amazonaws.com:443"),
        ("http://127.0.0.1:9200", "http://127.0.0.1:9200"),
        ("https://search.example", "https://search.example:443"),
    ],
)
def test_an_endpoint_is_a_host_or_a_url(endpoint: str, host: str):
    assert search_client(endpoint).transport.get_connection().host == host


def test_one_endpoint_has_one_client():
    assert search_client("search.example") is search_client("search.example")


@given(values)
def test_bodies_survive_the_fast_serializer(value: object):
    written = FastJSON().dumps([value])
    assert json.loads(written) == [value]
    assert FastJSON().loads(written) == [value]


def test_a_line_that_is_already_text_is_left_alone():
    assert FastJSON().dumps('{"index": "passages"}') == '{"index": "passages"}'


def test_a_request_may_be_given_more_time_than_the_client_has(services: Services):
    services.script("search", Reply({"responses": []}, seconds=0.6))
    assert search_client(services.url, timeout=0.2).msearch(body=[{}, {}], request_timeout=5.0) == {"responses": []}


def failure(services: Services) -> DependencyError:
    """How a search fails that is made once."""
    search = Dependency("search", 1.0, 2.0, attempts=1)
    with pytest.raises(DependencyError) as error:
        search.call(lambda: search_client(services.url, timeout=0.3).msearch(body=[{}, {}]))
    return error.value


@pytest.mark.parametrize(
    ("reply", "reason", "lost"),
    [
        (Reply(None, cut=True), "ProtocolError", True),
        (Reply(b'{"half":', headers={"Content-Length": "100", "Connection": "close"}), "ProtocolError", False),
        (Reply(b"<html>a page of a proxy</html>"), "answered no JSON", False),
        (Reply({}, seconds=0.6), "ReadTimeoutError", False),
        (Reply({"error": "down"}, 503), "503 down", False),
        (Reply({"error": {"type": "cluster_block_exception"}, "status": 403}, 403), "403 cluster_block_exception", False),
    ],
)
def test_a_search_that_gets_no_answer_is_unavailable(services: Services, reply: Reply, reason: str, lost: bool):
    services.script("search", reply)
    error = failure(services)
    assert (type(error), error.reason, error.lost) == (DependencyUnavailable, reason, lost)


def test_a_search_domain_that_cannot_be_reached_is_lost(services: Services):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        services.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        error = failure(services)
    assert (type(error), error.lost) == (DependencyUnavailable, True)


def test_a_failed_search_logs_nothing_of_its_own(services: Services, caplog: pytest.LogCaptureFixture):
    services.script("search", Reply({"error": "down"}, 503))
    failure(services)
    assert not [record for record in caplog.records if record.name.startswith("opensearch")]
