"""The bookshop's tools, and who may use them. A tool of yours is tested in the same way."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from causeway.agents.domain import AgentDomain
from causeway.agents.rights import Concerned, Principal
from causeway.agents.tool import Record, Refused
from tests.unit.domains import tools_at_work as at_work
from tests.unit.domains.tools_at_work import Shelf

BOOKSHOP = AgentDomain.load("bookshop")
CARL, ADA = Principal("harbour", "carl"), Principal("harbour", "ada", frozenset({"staff"}))


def call(name: str, shelf: Shelf | None = None, key: str = "run-call-1", **arguments: Any) -> Any:
    return at_work.call(BOOKSHOP.tools[name], shelf, key, **arguments)


def orders(overtaken: bool = False, **orders: Record) -> Shelf:
    return Shelf({("orders", number): each for number, each in orders.items()}, overtaken=overtaken)


def order(state: str = "delivered", **more: Any) -> Mapping[str, Any]:
    return {"owner": "carl", "state": state, "address": "17 Hill Road, Truro", **more}


def permitted(who: Principal, name: str, owner: str, **arguments: Any) -> bool:
    tool = BOOKSHOP.tools[name]
    concerned = Concerned("orders", {"owner": owner})
    return BOOKSHOP.rights.permits(who, tool, tool.arguments(order="H-10541", **arguments), concerned).allowed


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("look_up_order", {}), ("start_return", {"reason": "torn"}), ("change_address", {"address": "1 New Street, Truro"})],
)
def test_customers_see_and_change_their_own_orders_alone(name: str, arguments: Mapping[str, str]) -> None:
    assert permitted(CARL, name, "carl", **arguments)
    assert not permitted(CARL, name, "ada", **arguments)


def test_staff_see_every_order_of_their_company_and_change_none_of_others() -> None:
    assert permitted(ADA, "look_up_order", "carl")
    assert not permitted(ADA, "start_return", "carl", reason="torn")
    assert not permitted(ADA, "change_address", "carl", address="1 New Street, Truro")


@pytest.mark.parametrize("name", ["search_knowledge", "calculate", "current_date"])
def test_everybody_may_search_calculate_and_ask_the_date(name: str) -> None:
    assert BOOKSHOP.rights.may_ever(Principal("lantern", ""), BOOKSHOP.tools[name])


@pytest.mark.parametrize(
    ("host", "who"),
    [("www.harbour-books.example", {"carl", "ada"}), ("www.lantern-books.example", {"bela"}), ("www.gutenberg.org", {"ada"})],
)
def test_everybody_reads_the_own_shops_site_and_staff_the_free_books(host: str, who: set[str]) -> None:
    people = {"carl": CARL, "ada": ADA, "bela": Principal("lantern", "bela")}
    tool, path = BOOKSHOP.tools["http_fetch"], "/ebooks/1342"
    page = tool.arguments(url=f"https://{host}{path}")
    assert {name for name, each in people.items() if BOOKSHOP.rights.permits(each, tool, page, None).allowed} == who


def test_staff_alone_ask_the_wholesaler() -> None:
    tool = BOOKSHOP.tools["check_wholesaler"]
    arguments = tool.arguments.model_validate({"title": "Rebecca"})
    permitted = [BOOKSHOP.rights.permits(each, tool, arguments, None).allowed for each in (ADA, CARL, Principal("lantern", "bela"))]
    assert permitted == [True, False, False]
    assert (tool.effect, set(tool.schema["properties"])) == ("none", {"title"})


@pytest.mark.parametrize("arguments", [{"title": ""}, {"title": "x" * 201}, {"title": "Rebecca", "Authorization": "x"}, {}])
def test_the_wholesaler_is_asked_for_a_title_and_nothing_else(arguments: Mapping[str, str]) -> None:
    with pytest.raises(ValidationError):
        call("check_wholesaler", **arguments)


@pytest.mark.parametrize("url", ["https://www.gutenberg.org/policy/", "https://evil.example/", "http://www.gutenberg.org/ebooks/1342"])
def test_no_other_page_is_read(url: str) -> None:
    with pytest.raises(ValidationError):
        call("http_fetch", url=url)


def test_an_order_is_shown_however_its_number_is_written() -> None:
    assert call("look_up_order", orders(**{"H-10541": order()}), order=" h-10541 ") == {"order": "H-10541", **order()}


@pytest.mark.parametrize("number", ["10541", "H10541", "H-105411", "H-1054a", ""])
def test_what_is_no_order_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        call("look_up_order", order=number)


def test_a_return_is_started_once_however_often_the_same_call_is_made() -> None:
    shelf = orders(**{"H-10541": order()})
    first = call("start_return", shelf, order="H-10541", reason="torn")
    assert shelf.records["orders", "H-10541"]["state"] == "return started"
    assert call("start_return", shelf, order="H-10541", reason="torn") == first
    with pytest.raises(Refused, match="return started"):
        call("start_return", shelf, key="another", order="H-10541", reason="torn")


@pytest.mark.parametrize("state", ["ordered", "packed", "sent", "return started"])
def test_only_what_was_delivered_can_be_returned(state: str) -> None:
    with pytest.raises(Refused, match=state):
        call("start_return", orders(**{"H-10541": order(state)}), order="H-10541", reason="torn")


@pytest.mark.parametrize(("state", "changes"), [("ordered", True), ("packed", True), ("sent", False), ("delivered", False)])
def test_an_address_is_changed_until_the_order_is_sent(state: str, changes: bool) -> None:
    shelf = orders(**{"H-10541": order(state)})
    if changes:
        call("change_address", shelf, order="H-10541", address="1 New Street, Truro")
        assert shelf.records["orders", "H-10541"]["address"] == "1 New Street, Truro"
    else:
        with pytest.raises(Refused, match=state):
            call("change_address", shelf, order="H-10541", address="1 New Street, Truro")


def test_a_call_repeated_after_the_order_was_sent_is_told_what_it_did() -> None:
    shelf = orders(**{"H-10541": order("packed")})
    done = call("change_address", shelf, order="H-10541", address="1 New Street, Truro")
    shelf.records["orders", "H-10541"] = {**shelf.records["orders", "H-10541"], "state": "sent"}
    assert call("change_address", shelf, order="H-10541", address="1 New Street, Truro") == done


@pytest.mark.parametrize(("name", "arguments"), [("start_return", {"reason": "torn"}), ("look_up_order", {})])
def test_an_order_that_is_not_there_is_refused_in_words(name: str, arguments: Mapping[str, str]) -> None:
    with pytest.raises(Refused, match="no order H-99999"):
        call(name, order="H-99999", **arguments)


def test_an_order_that_somebody_else_changes_at_the_same_moment_is_left_alone() -> None:
    with pytest.raises(Refused, match="somebody else"):
        call("start_return", orders(overtaken=True, **{"H-10541": order()}), order="H-10541", reason="torn")


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("3 * 12.50 - 2.95", "34.55"),
        ("0.1 + 0.2", "0.3"),
        ("2 + 2", "4"),
        ("-(7 // 2)", "-3"),
        ("1/3", "0.333333333333"),
        ("2**10", "1024"),
    ],
)
def test_sums_are_exact(expression: str, result: str) -> None:
    assert call("calculate", expression=expression) == result


@pytest.mark.parametrize(
    "expression",
    [
        "9**9**9",
        "10**1000",
        "1e308*10",
        "'a'*9",
        "1/0",
        "(1).__class__",
        "open('x')",
        "price * 2",
        "1 +",
        "[1][0]+[]",
        "2 > 1",
        "1e999-1e999",
    ],
)
def test_what_is_no_sum_is_refused_in_words(expression: str) -> None:
    with pytest.raises(Refused, match="cannot be calculated"):
        call("calculate", expression=expression)


def test_the_date_names_its_weekday_and_time_zone() -> None:
    assert call("current_date").endswith("(UTC)")


def test_documents_are_searched_for_the_caller() -> None:
    assert call("search_knowledge", question="gift cards") == "What the documents say about gift cards"


def test_the_loft_is_held_once_for_whoever_asks_first() -> None:
    shelf = Shelf()
    first = call("hold_room", shelf, day="2026-12-12")
    assert (first["day"], shelf.records["rooms", "2026-12-12"]) == ("2026-12-12", {"owner": "carl", "state": "held"})
    assert call("hold_room", shelf, key="run-call-2", day="2026-12-12") == first
    with pytest.raises(Refused, match="taken on 2026-12-13"):
        call("hold_room", Shelf({("rooms", "2026-12-13"): {"owner": "ada"}}), day="2026-12-13")
    with pytest.raises(Refused, match="at the same moment"):
        call("hold_room", orders(overtaken=True), day="2026-12-14")


def test_only_customers_of_the_shop_that_has_the_loft_hold_it() -> None:
    tool = BOOKSHOP.tools["hold_room"]
    allowed = [
        BOOKSHOP.rights.permits(Principal(tenant, "x"), tool, tool.arguments(day="2026-12-12"), None).allowed
        for tenant in ("harbour", "lantern")
    ]
    assert allowed == [True, False]
