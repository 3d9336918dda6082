"""Operations of an OpenAPI document become tools whose arguments the document describes."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from causeway.agents.chosen import Chosen
from causeway.agents.http_api import http_api
from causeway.agents.tool import Tool

BOOKS = Path(__file__).parents[1] / "outside" / "books.openapi.yaml"


def tool(called: str, **facts: Any) -> Tool[Any]:
    (made,) = http_api(BOOKS, Chosen(called, name="a_tool", **facts))
    return made


def test_parameters_are_arguments_with_their_descriptions() -> None:
    made = tool("getTitle")
    assert (made.effect, made.description) == ("none", "Shows a title with its price.")
    assert made.schema["required"] == ["isbn"]
    assert made.schema["properties"]["isbn"] == {"type": "string", "minLength": 3, "description": "ISBN of the book"}
    assert set(made.schema["properties"]) == {"isbn", "fields", "sold", "X-Shop"}
    assert made.reaches is not None
    assert made.reaches(made.arguments.model_validate({"isbn": "978"})) == "www.books.example"


def test_fields_of_the_body_are_arguments_beside_them_and_what_changes_happens_once() -> None:
    made = tool("orderCopies", consent="Order {copies} copies of {isbn}?")
    assert (made.effect, made.schema["required"]) == ("once", ["isbn", "copies"])
    found = made.arguments.model_validate({"isbn": "978", "copies": 2, "remark": None})
    assert made.consent.format_map(found.model_dump()) == "Order 2 copies of 978?"


def test_a_body_with_a_field_of_a_parameters_name_is_one_argument() -> None:
    assert set(tool("putNote").schema["properties"]) == {"id", "body"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "copies"),
        ({"isbn": "978", "copies": 0}, "copies: 0 is less than or equal to the minimum of 0"),
        ({"isbn": "978", "copies": 51}, "copies: 51 is greater than the maximum of 50"),
        ({"isbn": 978, "copies": 1}, 'isbn: 978 is not of type "string"'),
        ({"isbn": "978", "copies": 1, "price": 0}, "price"),
    ],
)
def test_arguments_that_do_not_fit_are_told_by_name(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        tool("orderCopies").arguments.model_validate(values)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ("getNothing", "has no operation getNothing; it has .*getTitle"),
        ("getSecret", "asks for credentials"),
        ("getCookie", "no cookies are sent"),
        ("getPipes", "not written in the usual style"),
        ("postTree", "schemas that contain themselves"),
        ("postForm", "no JSON with a schema"),
        ("getUntold", "has no description"),
    ],
)
def test_what_cannot_be_asked_is_refused_when_the_domain_is_loaded(called: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        tool(called)


def test_the_domain_has_the_last_word_on_words_and_effects() -> None:
    made = tool("orderCopies", description="Orders.", changes=False, facts={"timeout_seconds": 3.0})
    assert (made.description, made.effect, made.timeout_seconds) == ("Orders.", "none", 3.0)


def test_consent_names_arguments_that_every_call_has() -> None:
    with pytest.raises(ValueError, match="the consent names remark, which a call need not have"):
        tool("orderCopies", consent="Order {copies} copies ({remark})?")


@pytest.mark.parametrize("server", ["http://www.books.example/", "https://localhost/", "https://10.0.0.1/", ""])
def test_a_server_that_is_no_host_of_the_internet_is_refused(tmp_path: Path, server: str) -> None:
    document = tmp_path / "books.yaml"
    document.write_text(BOOKS.read_text().replace("https://www.books.example/api/", server or "''"))
    with pytest.raises(ValueError, match="address"):
        http_api(document, Chosen("getTitle", name="a_tool"))
