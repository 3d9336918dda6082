"""A partner's server asks with a token of its client and the key of its plan."""

import importlib
from typing import Any

import pytest

from causeway.admission.allowance import Allowance
from tests.unit.functions.test_admission import counting
from tests.unit.functions.test_answers import Ask, Context, ask, content, event
from tests.unit.loopback import Services

__all__ = ["ask", "counting"]

TOKEN = {"sub": "client-1", "token_use": "access", "client_id": "client-1", "scope": "causeway-test/bookings"}
NAMED = {"custom:tenant": "harbour", "custom:key": "key-1"}  # what the user pool was told to put into it


def asked(claims: dict[str, str], identity: dict[str, str], question: str = "How long may books be returned?") -> dict[str, Any]:
    request = event({"question": question})
    request["requestContext"] |= {"authorizer": {"claims": claims}, "identity": {"sourceIp": "192.0.2.1", **identity}}
    answer: dict[str, Any] = importlib.import_module("functions.answers").handler(request, Context())
    return answer


def test_a_partner_is_answered_as_one_of_its_tenant_and_its_questions_are_counted_by_its_plan_alone(
    ask: Ask, counting: Allowance, services: Services
) -> None:
    for _ in range(3):  # one more than the least a user may ask here, twice over
        answer = asked(TOKEN | NAMED, {"apiKey": "secret", "apiKeyId": "key-1"})
        assert answer["statusCode"] == 200, content(answer)


@pytest.mark.parametrize("identity", [{}, {"apiKey": "secret", "apiKeyId": "key-2"}, {"apiKeyId": ""}])
def test_the_token_of_a_partner_is_worth_nothing_without_the_key_of_its_plan(
    ask: Ask, services: Services, identity: dict[str, str]
) -> None:
    """As on the API of users, where no key is asked for and no plan counts."""
    answer = asked(TOKEN | NAMED, identity)
    assert answer["statusCode"] == 403
    assert "The key in x-api-key is not that of your plan" in content(answer)["detail"]


def test_an_access_token_that_names_no_tenant_lets_nobody_in_whatever_key_comes_with_it(ask: Ask, services: Services) -> None:
    assert asked(TOKEN, {"apiKey": "secret", "apiKeyId": "key-1"})["statusCode"] == 401
