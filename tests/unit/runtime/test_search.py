import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.runtime.search import FastJSON, search_client
from tests.unit.loopback import Reply, Services, services

__all__ = ["services"]

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
