"""Servers of others, over real sockets: each thing that can be wrong with one has its own sentence."""

import json
import socket
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.console import Trouble
from local.servers import foreign

OPENSEARCH = {"version": {"number": "3.6.0", "distribution": "opensearch"}}
PLUGINS = [{"component": "opensearch-knn"}, {"component": "opensearch-neural-search"}]
MODELS = {"data": [{"id": "llama"}, {"id": "qwen"}]}


@pytest.fixture
def answering(serving):
    """Runs a server that answers GET with what its path has: a body, or a status. wanted: the Authorization it asks for."""

    def run(answers, wanted=None):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                answer = answers.get(self.path.partition("?")[0], 404)
                if wanted and self.headers["Authorization"] != wanted:
                    answer = 401
                content = b"" if isinstance(answer, int) else json.dumps(answer).encode()
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format, *args):
                """Silent."""

        return serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler))

    return run


def search(root=OPENSEARCH, plugins=PLUGINS, **more):
    return {"/": root, "/_cat/plugins": plugins, **more}


def test_the_wanted_model_is_asked_or_the_first_that_is_there(answering):
    with answering({"/v1/models": MODELS}) as url:
        assert foreign.chat_model(url) == "llama"
        assert foreign.chat_model(url, "qwen") == "qwen"


def test_a_chat_server_with_a_key_takes_it_as_bearer(answering):
    with answering({"/v1/models": MODELS}, "Bearer s3cret") as url:
        assert foreign.chat_model(url, key="s3cret") == "llama"
        with pytest.raises(Trouble, match=r"CAUSEWAY_CHAT_URL.* 401.*CAUSEWAY_CHAT_KEY"):
            foreign.chat_model(url)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"/v1/models": MODELS}, r"CAUSEWAY_CHAT_MODEL=mine is not at .*llama, qwen"),
        ({"/v1/models": {"data": []}}, "CAUSEWAY_CHAT_URL.* lists no model"),
        ({"/v1/models": [1]}, "CAUSEWAY_CHAT_URL.* lists no model"),
        ({"/v1/models": 500}, "CAUSEWAY_CHAT_URL.* answers 500"),
        ({}, "CAUSEWAY_CHAT_URL.* answers 404 to GET /v1/models; is that the server's base address"),
    ],
)
def test_a_chat_server_that_will_not_do_is_refused_with_what_to_change(answering, answers, said):
    with answering(answers) as url, pytest.raises(Trouble, match=said):
        foreign.chat_model(url, "mine")


@pytest.mark.parametrize("look", [foreign.chat_model, foreign.require_search])
def test_a_server_that_is_away_is_named_with_its_variable(look):
    with pytest.raises(Trouble, match=r"CAUSEWAY_(CHAT|OPENSEARCH)_URL: http://127.0.0.1:9 does not answer"):
        look("http://127.0.0.1:9")


def test_a_server_that_hangs_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(foreign, "SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(Trouble, match="gave no answer"):
        foreign.chat_model(f"http://127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "localhost", "ftp://host"])
def test_an_address_without_http_is_refused_with_an_example(url):
    with pytest.raises(Trouble, match="must be an address such as http://"):
        foreign.require_search(url)


def test_an_opensearch_with_its_plugins_will_do(answering):
    with answering(search()) as url:
        foreign.require_search(url)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (search({"version": {"number": "2.9.0", "distribution": "opensearch"}}), "OpenSearch 2.9.0; hybrid search needs 2.10"),
        (search({"version": {"number": "8.15.0"}}), "Elasticsearch 8.15.0, not OpenSearch"),
        (search({"hello": 1}), "something else, not OpenSearch"),
        (search(plugins=PLUGINS[:1]), "lacks opensearch-neural-search"),
        (search(401), "401.*put a user and password into it"),
    ],
)
def test_a_search_server_that_will_not_do_is_refused_with_what_to_change(answering, answers, said):
    with answering(answers) as url, pytest.raises(Trouble, match=f"CAUSEWAY_OPENSEARCH_URL.*{said}"):
        foreign.require_search(url)


def test_a_password_in_the_address_is_used_and_never_shown(answering):
    with answering(search(), f"Basic {b64encode(b'admin:s3cret').decode()}") as url:
        foreign.require_search(url.replace("http://", "http://admin:s3cret@"))
        with pytest.raises(Trouble) as refused:
            foreign.require_search(url.replace("http://", "http://admin:s3cret2@"))
    assert "s3cret" not in str(refused.value)


def test_passages_of_an_earlier_deployment_are_not_mixed_with_those_of_a_new_one(answering):
    with answering(search(**{"/_alias/passages": {"passages-000001": {}}})) as url, pytest.raises(Trouble, match="DELETE /passages-000001"):
        foreign.require_no_passages(url)
    with answering(search()) as url:
        foreign.require_no_passages(url)
