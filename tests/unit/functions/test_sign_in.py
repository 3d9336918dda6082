"""The triggers of the user pool, with events in the form that the Cognito guide documents: pre token generation 3, inbound federation 1."""

import importlib
import json
import re
from typing import Any

import pytest

from causeway.admission.claims import NoTenant
from tests.unit.functions.test_answers import Context

PROVIDER = {"name": "corporate", "claim": "company", "tenants": {"Harbour Books": "harbour"}, "tier": "member"}
PARTNERS = {"causeway-test/bookings": {"tenant": "harbour", "key": "key-1"}, "causeway-test/other": {"tenant": "north", "key": "key-2"}}
GROUPS = {"groupsToOverride": ["readers"], "iamRolesToOverride": [], "preferredRole": None}


@pytest.fixture(scope="module")
def sign_in() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAUSEWAY_ENVIRONMENT", "test")
        patch.setenv("IDENTITY_PROVIDER", json.dumps(PROVIDER))
        patch.setenv("PARTNERS", json.dumps(PARTNERS))
        return importlib.import_module("functions.sign_in")


def common(trigger: str, user: str) -> dict[str, Any]:
    return {
        "triggerSource": trigger,
        "region": "us-east-1",
        "userPoolId": "us-east-1_EXAMPLE",
        "userName": user,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789"},
    }


def token(trigger: str = "TokenGeneration_HostedAuth", **attributes: str) -> dict[str, Any]:
    """Of somebody whom the provider has sent."""
    identity = {
        "userId": "00u1",
        "providerName": "corporate",
        "providerType": "OIDC",
        "issuer": None,
        "primary": True,
        "dateCreated": 1764295200000,
    }
    known = {"sub": "d1", "cognito:user_status": "EXTERNAL_PROVIDER", "identities": json.dumps([identity]), **attributes}
    request = {"userAttributes": known, "groupConfiguration": GROUPS, "scopes": ["openid"]}
    response = {"claimsAndScopeOverrideDetails": None}
    return {"version": "3", **common(trigger, "corporate_00u1"), "request": request, "response": response}


def arrival(**said: str) -> dict[str, Any]:
    attributes = {
        "tokenResponse": {"access_token": "abc", "id_token": "ey.e", "refresh_token": "", "token_type": "Bearer", "expires_in": "3600"},
        "idToken": {"sub": "00u1", "iss": "https://login.harbour.example", "aud": "abc", **said},
        "userInfo": {"sub": "00u1"},
    }
    request = {"providerName": "corporate", "providerType": "OIDC", "attributes": attributes}
    event = common("InboundFederation_ExternalProvider", "corporate_00u1")
    return {"version": "1", **event, "request": request, "response": {"userAttributesToMap": {}}}


@pytest.mark.parametrize("trigger", ["TokenGeneration_HostedAuth", "TokenGeneration_RefreshTokens"])
def test_the_token_of_a_user_of_the_provider_names_the_tenant_at_each_refresh_too(sign_in: Any, trigger: str) -> None:
    event = token(trigger, **{"custom:directory": "Harbour Books"})
    answer = sign_in.handler(event, Context())
    assert {**answer, "response": event["response"]} == event
    assert answer["response"] == {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": {"custom:tenant": "harbour", "custom:tier": "member"}},
            "groupOverrideDetails": GROUPS,
        }
    }


def test_a_user_without_a_tenant_gets_no_token_and_the_log_says_why_and_not_who(sign_in: Any, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NoTenant, match="ask its administrators"):
        sign_in.handler(token(**{"custom:directory": "Evil Books"}), Context())
    (line,) = [vars(each) for each in caplog.records if each.message == "sign-in refused"]
    assert line["trigger"] == "TokenGeneration_HostedAuth"
    assert "corporate names no tenant" in line["reason"]
    assert not re.search("00u1|Evil", str(line))


def test_the_token_of_a_user_of_the_pool_stays_as_it_is(sign_in: Any) -> None:
    event = token("TokenGeneration_Authentication", **{"custom:tenant": "north"})
    del event["request"]["userAttributes"]["identities"]
    assert sign_in.handler(event, Context())["response"] == {"claimsAndScopeOverrideDetails": None}


def test_who_arrives_with_a_tenant_is_let_in_with_all_attributes(sign_in: Any) -> None:
    assert sign_in.handler(arrival(company="Harbour Books"), Context())["response"] == {"userAttributesToMap": {}}


def test_who_arrives_without_one_is_refused(sign_in: Any) -> None:
    for event in (arrival(), arrival(company="Evil Books")):
        with pytest.raises(NoTenant):
            sign_in.handler(event, Context())


def of_a_client(*scopes: str) -> dict[str, Any]:
    groups = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
    request = {"userAttributes": {}, "groupConfiguration": groups, "scopes": list(scopes)}
    event = common("TokenGeneration_ClientCredentials", "ClientCredentials")
    return {"version": "3", **event, "request": request, "response": {"claimsAndScopeOverrideDetails": None}}


def test_the_token_of_a_partners_client_names_its_tenant_and_its_key_by_the_scope_that_no_other_client_may_have(sign_in: Any) -> None:
    answer = sign_in.handler(of_a_client("causeway-test/bookings"), Context())
    assert answer["response"] == {
        "claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {"claimsToAddOrOverride": {"custom:tenant": "harbour", "custom:key": "key-1"}}
        }
    }


@pytest.mark.parametrize("scopes", [[], ["causeway-test/gone"], ["causeway-test/bookings", "causeway-test/other"]])
def test_a_client_of_no_partner_or_of_two_gets_no_token(sign_in: Any, scopes: list[str]) -> None:
    with pytest.raises(NoTenant, match="This client is of no partner"):
        sign_in.handler(of_a_client(*scopes), Context())


def test_an_environment_may_have_a_provider_and_no_partners_or_partners_and_no_provider(sign_in: Any) -> None:
    read = sign_in.SignInSettings.from_environment
    alone = read({"CAUSEWAY_ENVIRONMENT": "test", "IDENTITY_PROVIDER": json.dumps(PROVIDER)})
    assert (alone.identity_provider.name, alone.partners) == ("corporate", {})
    others = read({"CAUSEWAY_ENVIRONMENT": "test", "PARTNERS": json.dumps(PARTNERS)})
    assert others.partners.keys() == PARTNERS.keys()
    with pytest.raises(NoTenant, match="is not the identity provider"):
        others.identity_provider.claims({"identities": json.dumps([{"providerName": "corporate"}])})
