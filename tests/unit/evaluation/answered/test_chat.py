"""The client of a laptop's chat models, over real HTTP."""

import json

import pytest
from pytest_httpserver import HTTPServer

from causeway.answering.claims import CLAIMS
from causeway.answering.in_claims import InClaims
from causeway.models.chat import Block, ChatRequest
from causeway.runtime.deadlines import Deadline
from evaluation.answered.chat import HostedChat

REQUEST = ChatRequest("s", (Block("q"),), 10, 0.0)


@pytest.fixture
def hosted(httpserver: HTTPServer) -> HostedChat:
    message = {"content": '{"claims": [{"text": "Thirty days.", "citations": [1]}]}'}
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    httpserver.expect_request("/v1/chat/completions").respond_with_json(body)
    return HostedChat("small", httpserver.url_for("").rstrip("/"))


def test_a_model_asked_for_claims_gets_the_schema_and_replies_with_text(hosted: HostedChat, httpserver: HTTPServer) -> None:
    reply = InClaims(hosted, pytest.fail).reply(REQUEST, Deadline.after(5))
    assert (reply.text, reply.structure) == ("Thirty days [1].", "claims")
    (request, _) = httpserver.log[0]
    assert json.loads(request.data)["response_format"]["json_schema"]["schema"] == CLAIMS.schema


def test_a_model_asked_for_text_gets_none(hosted: HostedChat, httpserver: HTTPServer) -> None:
    assert hosted.reply(REQUEST, Deadline.after(5)).text.startswith("{")
    assert "response_format" not in json.loads(httpserver.log[0][0].data)
