"""The official client of the Model Context Protocol, unmodified, at the running API, by both ways in which the protocol begins."""

import asyncio
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult

from local.app.api import base_url, call
from tests.local.orders import order, orders

__all__ = ["orders"]

ERAS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
RETURN = {"order": "H-10482", "reason": "It is torn."}


@pytest.fixture(params=ERAS)
def mode(request):
    return request.param


def url():
    return f"{base_url()}/v1/mcp"


@asynccontextmanager
async def connected(person, mode, **more):
    http = httpx2.AsyncClient(headers={"Authorization": person.token}, timeout=40)
    async with http, Client(streamable_http_client(url(), http_client=http), mode=mode, **more) as client:
        yield client


def used(person, mode, name, arguments, **more):
    """(text, whether it is an error, run id) of one call."""

    async def use():
        async with connected(person, mode, **more) as client:
            return await client.call_tool(name, arguments)

    result = asyncio.run(use())
    return result.content[0].text, result.is_error, (result.meta or {}).get("causeway/run")


def answering(action, **content):
    """A client's user who answers every form so. asked: the questions."""
    asked = []

    async def answer(context, params):
        asked.append(params.message)
        return ElicitResult(action=action, content=content or None)

    return answer, asked


def test_the_client_and_the_server_agree_on_the_latest_revision_of_each_era(deployment, mode):
    async def version():
        async with connected(deployment.ada, mode) as client:
            return client.protocol_version, client.server_info.name

    assert asyncio.run(version()) == (ERAS[mode], "causeway")


def test_tools_are_listed_with_their_arguments(deployment, mode):
    async def listed():
        async with connected(deployment.ada, mode) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    tools = asyncio.run(listed())
    assert {"look_up_order", "start_return", "calculate", "call_result"} <= tools.keys()
    assert tools["look_up_order"].input_schema["required"] == ["order"]
    assert tools["look_up_order"].annotations.read_only_hint
    assert tools["start_return"].annotations.destructive_hint


def test_a_call_is_done_with_the_callers_rights_and_written_down(deployment, mode):
    text, failed, run_id = used(deployment.ada, mode, "look_up_order", {"order": "H-10482"})
    assert not failed
    assert "The Salt Path" in text
    run = call("GET", f"/v1/runs/{run_id}", deployment.ada).require("no run")
    assert (run["state"], run["calls"][0]["tool"], run["spent"]["model_calls"]) == ("done", "look_up_order", 0)
    assert call("GET", f"/v1/runs/{run_id}", deployment.carl).status == 404


@pytest.mark.parametrize("stranger", ["carl", "bela"])
def test_anothers_order_is_refused(deployment, mode, stranger):
    text, failed, _ = used(getattr(deployment, stranger), mode, "look_up_order", {"order": "H-10482"})
    assert failed
    assert "Salt Path" not in text


def test_documents_are_searched(bookshop, mode):
    text, failed, _ = used(bookshop.ada, mode, "search_knowledge", {"question": "How many days do I have to return a book?"})
    assert not failed
    assert "30 days" in text


def test_wrong_arguments_are_an_error_that_a_model_can_mend(deployment, mode):
    text, failed, _ = used(deployment.ada, mode, "look_up_order", {"order": "nonsense"})
    assert failed
    assert text.startswith("The arguments are not valid, and nothing was done. order:")


def test_a_tool_that_is_not_there_is_an_error_of_the_protocol(deployment, mode):
    async def use():
        async with connected(deployment.ada, mode) as client:
            with pytest.raises(MCPError, match="Unknown tool: order_a_taxi"):
                await client.call_tool("order_a_taxi", {})

    asyncio.run(use())


def test_a_client_that_can_ask_puts_the_question_before_its_user_and_it_is_done_once(deployment):
    answer, asked = answering("accept", approve=True)
    text, failed, run_id = used(deployment.ada, "auto", "start_return", RETURN, elicitation_callback=answer)
    assert not failed
    assert asked == ["Start a return of order H-10482?"]
    assert order("harbour", "H-10482")["return_number"] in text
    (done,) = call("GET", f"/v1/runs/{run_id}", deployment.ada).require("no run")["calls"]
    assert (done["outcome"], done["asks"]) == ("done", asked[0])


@pytest.mark.parametrize("answered", [("decline", {}), ("accept", {"approve": False})])
def test_what_its_user_declines_is_not_done(deployment, answered):
    answer, _ = answering(answered[0], **answered[1])
    text, failed, _ = used(deployment.ada, "auto", "start_return", RETURN, elicitation_callback=answer)
    assert failed
    assert text.startswith("The user declined")
    assert order("harbour", "H-10482")["state"] == "delivered"


def test_without_forms_the_call_waits_for_the_route_of_approvals_and_its_result_is_found_by_its_run(deployment, mode):
    text, failed, run_id = used(deployment.ada, mode, "start_return", RETURN)
    assert failed
    assert text.startswith("Nothing was done yet")
    assert f"POST /v1/runs/{run_id}/approval" in text
    assert order("harbour", "H-10482")["state"] == "delivered"
    assert used(deployment.ada, mode, "start_return", RETURN)[2] == run_id
    assert used(deployment.ada, mode, "call_result", {"run_id": run_id})[0] == text
    assert used(deployment.carl, mode, "call_result", {"run_id": run_id})[0].startswith("There is no such run")
    call("POST", f"/v1/runs/{run_id}/approval", deployment.ada, {"call_id": "call-1-1", "approve": True}).require("not decided")
    text, failed, _ = used(deployment.ada, mode, "call_result", {"run_id": run_id})
    assert not failed
    assert order("harbour", "H-10482")["return_number"] in text


def test_what_is_no_post_of_a_signed_in_program_is_refused(deployment):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Authorization": deployment.ada.token}
    assert httpx2.post(url(), json=body).status_code == 401
    assert httpx2.post(url(), json=body, headers={**headers, "Origin": "https://a-page.example"}).status_code == 403
    for method in ("GET", "DELETE"):
        refused = httpx2.request(method, url(), headers=headers)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert httpx2.post(url(), json=body, headers=headers).json() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert httpx2.post(url(), json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=headers).status_code == 202
