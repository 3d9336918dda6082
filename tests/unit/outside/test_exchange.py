"""One request to an address that was checked, against servers that do all that servers should not."""

import gzip
import socket
import time
from pathlib import Path

import pytest

from causeway.agents.places import place_of
from causeway.agents.tool import Refused
from causeway.outside.addresses import End
from causeway.outside.exchange import Exchange, Reply, Request, Unanswered
from causeway.runtime.deadlines import Deadline
from tests.unit.outside.servers import HOST, Serve, To, certificate, reply, serving

PAGE = Request("GET", place_of(f"https://{HOST}/events?day=2"), {})


def asked(answer: Serve | bytes, request: Request = PAGE, seconds: float = 5.0, most: int = 1000) -> Reply:
    with serving(answer) as server:
        return Exchange(server.on_loopback, most).send(request, Deadline.after(seconds))


def test_a_request_names_the_host_and_takes_no_encoding() -> None:
    with serving(reply()) as server:
        found = Exchange(server.on_loopback).send(PAGE, Deadline.after(5.0))
    assert (found.status, found.body, found.content_type) == (200, b"Hello.", "text/plain")
    head = server.asked[0].decode().lower()
    assert head.startswith("get /events?day=2 http/1.1\r\nhost: www.books.example\r\n")
    assert "accept-encoding: identity\r\n" in head


def test_the_certificate_has_to_be_that_of_the_name_though_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    theirs, ours = certificate(tmp_path)
    with serving(reply(), theirs) as server:
        found = Exchange(To(where=(End("127.0.0.1", server.port),)), trust=ours).send(PAGE, Deadline.after(5.0))
    assert found.body == b"Hello."


def test_a_certificate_of_another_name_or_of_nobody_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    for host, trusted in (("www.evil.example", True), (HOST, False)):
        theirs, ours = certificate(tmp_path, host)
        with serving(reply(), theirs) as server, pytest.raises(Refused, match=r"cannot be reached.*Nothing was asked"):
            Exchange(To(where=(End("127.0.0.1", server.port),)), trust=ours if trusted else None).send(PAGE, Deadline.after(5.0))
        assert server.asked in ([], [b""])


def test_the_next_address_is_tried_where_nobody_listens() -> None:
    with serving(reply()) as server, socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
        closed.close()
        ends = (End("127.0.0.1", nobody, tls=False), End("127.0.0.1", server.port, tls=False))
        assert Exchange(To(where=ends)).send(PAGE, Deadline.after(5.0)).status == 200


def dripping(before: bytes, each: bytes) -> Serve:
    def serve(held: socket.socket, head: bytes) -> None:
        held.sendall(before)
        while True:
            held.sendall(each)
            time.sleep(0.05)

    return serve


@pytest.mark.parametrize(
    ("before", "each"),
    [(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), (reply(b"x" * 900)[:-890], b"x"), (b"HTTP/1.1 200 OK\r\n\r\n", b"x"), (b"", b"x")],
)
def test_whoever_sends_drop_by_drop_is_cut_off_at_the_deadline(before: bytes, each: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Unanswered, match="did not answer in time"):
        asked(dripping(before, each), seconds=0.4)
    assert time.monotonic() - began < 2.0


def test_a_handshake_that_never_ends_is_cut_off_as_well() -> None:
    def silent(held: socket.socket, head: bytes) -> None:
        time.sleep(5)

    with serving(silent) as server:
        began = time.monotonic()
        with pytest.raises(Refused, match="cannot be reached"):
            Exchange(To(where=(End("127.0.0.1", server.port),))).send(PAGE, Deadline.after(0.3))
        assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply(b"x" * 1001), "more than 1,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n0\r\n\r\n", "more than 1,000 bytes"),
        (reply(gzip.compress(b"x" * 10_000_000), "200 OK", "text/html", "Content-Encoding: gzip"), "encoding 'gzip'"),
        (reply()[:-3], "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nxxx", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxxx", "broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "broke off"),
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "broke off"),
    ],
)
def test_an_answer_that_is_too_long_packed_or_broken_is_not_read(answer: bytes, told: str) -> None:
    with pytest.raises(Unanswered, match=told):
        asked(answer)
