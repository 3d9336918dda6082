"""A company's identity provider in the user pool: who may write what, and by which client."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from stacks.assistant.federation import Federation, ask_at_sign_in, table
from stacks.assistant.identity import IdentityProvider
from stacks.assistant.sign_in import sign_in_client, user_pool
from stacks.environment import load

OIDC = {"issuer": "https://login.harbour.example", "client_id": "abc", "secret": "causeway/prod/provider", "scopes": ["openid", "profile"]}
PROVIDER: dict[str, Any] = {
    "name": "corporate",
    "oidc": OIDC,
    "claim": "company",
    "tenants": {"Harbour Books": "harbour"},
    "tier": "member",
    "callback_urls": ["https://app.harbour.example/in"],
}


def made(**changes: Any) -> Template:
    stack, environment = Stack(App(), "s"), load("prod")
    pool = user_pool(stack, environment)
    sign_in_client(pool, environment)
    provider = IdentityProvider.model_validate({**PROVIDER, **changes})
    Federation(stack, "Federation", environment=environment, pool=pool, provider=provider)
    return Template.from_stack(stack)


@pytest.fixture(scope="module")
def template() -> Template:
    return made()


def clients(template: Template) -> dict[str, dict[str, Any]]:
    """By the first identity provider whose users sign in there."""
    found = [each["Properties"] for each in template.find_resources("AWS::Cognito::UserPoolClient").values()]
    return {each["SupportedIdentityProviders"][0]: each for each in found}


def test_the_provider_writes_one_attribute_which_is_no_tenant(template: Template) -> None:
    (source,) = template.find_resources("AWS::Cognito::UserPoolIdentityProvider").values()
    assert source["Properties"]["AttributeMapping"] == {"custom:directory": "company"}
    assert source["Properties"]["ProviderDetails"] == {
        "oidc_issuer": "https://login.harbour.example",
        "client_id": "abc",
        "client_secret": "{{resolve:secretsmanager:causeway/prod/provider:SecretString:::}}",
        "authorize_scopes": "openid profile",
        "attributes_request_method": "GET",
    }


def test_the_attribute_that_the_provider_writes_can_be_changed_as_cognito_demands_and_the_tenant_cannot(template: Template) -> None:
    (pool,) = template.find_resources("AWS::Cognito::UserPool").values()
    assert {each["Name"]: each["Mutable"] for each in pool["Properties"]["Schema"]} == {"tenant": False, "tier": True, "directory": True}


def test_no_user_can_write_what_names_the_tenant(template: Template) -> None:
    """Cognito lets the provider write an attribute only by a client that may write it. A user writes one by an access token with the scope
    `aws.cognito.signin.user.admin`, which each sign-in by password gives, and a page only where the client has it."""
    ours, theirs = clients(template)["COGNITO"], clients(template)["corporate"]
    assert not [each for each in ours["WriteAttributes"] if each.startswith("custom:")]
    assert theirs["WriteAttributes"] == ["custom:directory"]
    assert theirs["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert theirs["SupportedIdentityProviders"] == ["corporate"]
    assert theirs["AllowedOAuthScopes"] == ["openid"]


def test_codes_and_no_tokens_are_sent_through_the_browser_and_to_listed_pages_only(template: Template) -> None:
    client = clients(template)["corporate"]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["CallbackURLs"] == ["https://app.harbour.example/in"]
    assert "LogoutURLs" not in client
    assert not clients(template)["COGNITO"].get("AllowedOAuthFlows")


def test_tokens_of_the_providers_users_end_as_those_of_others_do_and_can_be_revoked(template: Template) -> None:
    """An hour, as `assistant.token_minutes` has it by default; a day for the token that gets new ones."""
    for client in clients(template).values():
        assert (client["IdTokenValidity"], client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (60, 60, 1440)
        assert client["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}
        assert (client["EnableTokenRevocation"], client["PreventUserExistenceErrors"]) == (True, "ENABLED")
    assert clients(template)["corporate"]["ReadAttributes"] == ["custom:tenant", "custom:tier"]


def test_the_client_waits_for_its_provider(template: Template) -> None:
    (id,) = template.find_resources("AWS::Cognito::UserPoolIdentityProvider")
    template.has_resource("AWS::Cognito::UserPoolClient", {"DependsOn": Match.array_with([id])})


def test_requests_to_a_saml_provider_are_signed_and_answers_that_nobody_asked_for_are_refused() -> None:
    template = made(oidc=None, saml={"metadata_url": "https://login.harbour.example/metadata"})
    template.has_resource_properties(
        "AWS::Cognito::UserPoolIdentityProvider",
        {
            "ProviderType": "SAML",
            "ProviderDetails": {
                "MetadataURL": "https://login.harbour.example/metadata",
                "RequestSigningAlgorithm": "rsa-sha256",
                "IDPSignout": "true",
                "IDPInit": "false",
            },
        },
    )


def test_the_largest_table_that_is_accepted_fits_beside_the_other_variables() -> None:
    tenants = {f"{number:02}{'v' * 8}": f"t{number:09}" for number in range(100)}
    assert len(table(IdentityProvider.model_validate({**PROVIDER, "tenants": tenants}))) < 3000
    assert json.loads(table(IdentityProvider.model_validate(PROVIDER)))["tenants"] == {"Harbour Books": "harbour"}


@pytest.mark.parametrize("arrivals", [True, False])
def test_the_function_is_asked_about_every_token_and_about_who_comes_from_a_provider(arrivals: bool) -> None:
    stack = Stack(App(), "s")
    pool, arn = user_pool(stack, load("prod")), "arn:aws:lambda:us-east-1:123456789012:function:causeway-prod-sign-in:live"
    invoked = lambda_.Function.from_function_attributes(stack, "SignIn", function_arn=arn, same_environment=True)
    function: Any = SimpleNamespace(invoked=invoked)
    ask_at_sign_in(pool, function, arrivals=arrivals)
    (made,) = Template.from_stack(stack).find_resources("AWS::Cognito::UserPool").values()
    asked = {"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V3_0"}}
    if arrivals:
        asked["InboundFederation"] = {"LambdaArn": arn, "LambdaVersion": "V1_0"}
    assert made["Properties"]["LambdaConfig"] == asked
