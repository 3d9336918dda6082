"""The front before the search server, over real sockets."""

import json
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.search.front import Upstream, front
from local.search.recorder import Recorder


class Echo(BaseHTTPRequestHandler):
    """Answers 418 with what it was asked, and counts its connections."""

    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self):
        super().setup()
        type(self).connections += 1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        said = json.dumps({"path": self.path, "body": body, "authorization": self.headers["Authorization"]}).encode()
        self.send_response(418)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_PUT = do_POST

    def log_message(self, format, *args):
        """Silent."""


def call(url, method="GET", body=None, **headers):
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def search(serving, tmp_path):
    """Address of a front before an Echo."""
    with (
        serving(ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as server,
        serving(front(0, Upstream(server), Recorder(tmp_path / "r"))) as address,
    ):
        yield address


def test_a_request_is_passed_on_whole_and_its_answer_comes_back_whole(search):
    status, said = call(f"{search}/passages/_search?size=3", "POST", b'{"query": {}}', Authorization="AWS4-HMAC-SHA256 x")
    assert status == 418
    assert said == {"path": "/passages/_search?size=3", "body": '{"query": {}}', "authorization": "AWS4-HMAC-SHA256 x"}


def test_the_plugin_apis_never_reach_the_server(search):
    assert call(f"{search}/_plugins/_security/api/roles/reader", "PUT", b"{}")[0] == 201
    assert call(f"{search}/_plugins/_security/api/roles/reader") == (200, {"reader": {}})


def test_a_user_in_the_address_replaces_the_callers_signature(serving, tmp_path):
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as server:
        upstream = Upstream(server.replace("http://", "http://admin:s%40crt@"))
        with serving(front(0, upstream, Recorder(tmp_path / "r"))) as address:
            assert call(f"{address}/", Authorization="AWS4 x")[1]["authorization"] == "Basic YWRtaW46c0BjcnQ="


def test_a_server_that_is_away_is_a_503_with_a_reason(serving, tmp_path):
    with serving(front(0, Upstream("http://127.0.0.1:9"), Recorder(tmp_path / "r"))) as address:
        status, said = call(f"{address}/_search")
    assert status == 503
    assert "does not answer" in said["error"]["reason"]


def test_a_repository_in_s3_is_kept_in_a_folder_of_our_own_server_and_of_no_other(serving, tmp_path):
    body = json.dumps({"type": "s3", "settings": {"bucket": "b"}}).encode()
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as server:
        with serving(front(0, Upstream(server), Recorder(tmp_path / "own"), own=True)) as address:
            status, said = call(f"{address}/_snapshot/causeway", "PUT", body)
            assert status == 418, "what the server says of the folder is told"
            assert (said["path"], json.loads(said["body"])) == ("/_snapshot/causeway", {"type": "fs", "settings": {"location": "causeway"}})
        with serving(front(0, Upstream(server), Recorder(tmp_path / "other"))) as address:
            assert call(f"{address}/_snapshot/causeway", "PUT", body) == (200, {"acknowledged": True})
