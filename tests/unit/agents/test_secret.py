"""What a domain may say of a key that its tools send."""

from pathlib import Path

import pytest

from causeway.agents.chosen import Chosen
from causeway.agents.http_api import http_api
from causeway.agents.needs import needs_of
from causeway.agents.secret import Secret
from causeway.agents.tool_faults import shared_secrets

BOOKS = Path(__file__).parents[1] / "outside" / "books.openapi.yaml"


@pytest.mark.parametrize("name", ["", "Wholesaler", "whole_saler", "-wholesaler", "wholesaler-", "7days", "x" * 41, "a/b"])
def test_a_secret_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="name it in lower case with hyphens"):
        Secret(name)


@pytest.mark.parametrize("header", ["", "X Key", "X-Key:", "Host", "cookie", "Content-Length", "Idempotency-Key", "X\r\nY"])
def test_a_key_is_sent_in_no_header_that_the_request_is_made_of(header: str) -> None:
    with pytest.raises(ValueError, match="is no header that a key can be sent in"):
        Secret("wholesaler", header)


def test_a_scheme_is_one_word() -> None:
    with pytest.raises(ValueError, match="is to be one word"):
        Secret("wholesaler", scheme="Bearer token")


def test_an_operation_that_asks_for_credentials_needs_a_secret() -> None:
    with pytest.raises(ValueError, match=r"getSecret asks for credentials: name the key that is sent, http_api\(..., secret=Secret"):
        http_api(BOOKS, Chosen("getSecret", name="a_tool"))
    (tool,) = http_api(BOOKS, Chosen("getSecret", name="a_tool"), secret=Secret("books"))
    assert needs_of([tool])["secrets"] == {"books": "www.books.example"}


def test_what_the_key_is_sent_in_is_no_argument() -> None:
    (tool,) = http_api(BOOKS, Chosen("getTitle", name="a_tool"), secret=Secret("books", "x-shop", ""))
    assert "X-Shop" not in tool.schema["properties"]


def test_no_two_hosts_get_the_same_key() -> None:
    ours, theirs = (
        http_api(BOOKS, Chosen("getTitle", name=name), server=server, secret=Secret("books"))[0]
        for name, server in (("here", ""), ("there", "https://www.evil.example/"))
    )
    assert not list(shared_secrets([ours, ours]))
    (fault,) = shared_secrets([ours, theirs])
    assert fault == "the secret books would be sent to www.books.example and www.evil.example: give each host a secret of its own"
