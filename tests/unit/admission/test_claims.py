"""Which tenant a token names for people whom a company's identity provider sends."""

import json
from typing import Any

import pytest

from causeway.admission.claims import Directory, NoTenant

CORPORATE = Directory("corporate", "company", {"Harbour Books": "harbour", "Harbour Online": "harbour", "North & Sons": "north"}, "member")


def identities(*names: str) -> str:
    """As the user pool writes the attribute: text."""
    return json.dumps([{"userId": "00u1", "providerName": name, "providerType": "OIDC", "issuer": None, "primary": True} for name in names])


def federated(said: str, **more: str) -> dict[str, str]:
    return {"sub": "1", "identities": identities("corporate"), "cognito:user_status": "EXTERNAL_PROVIDER", "custom:directory": said, **more}


def test_the_table_says_whose_documents_a_user_of_the_provider_sees() -> None:
    assert CORPORATE.claims(federated("Harbour Books")) == {"custom:tenant": "harbour", "custom:tier": "member"}


@pytest.mark.parametrize("said", ["", "Evil Books", "harbour", "harbour books", "Harbour Books ", "*", "[]", "[Evil+Books]"])
def test_who_is_in_no_row_of_the_table_gets_no_token_whatever_the_provider_says(said: str) -> None:
    with pytest.raises(NoTenant, match="corporate names no tenant"):
        CORPORATE.claims(federated(said))


def test_of_several_values_those_in_the_table_must_name_one_tenant() -> None:
    assert CORPORATE.claims(federated("[Everybody, North+%26+Sons]"))["custom:tenant"] == "north"
    assert CORPORATE.claims(federated("[Harbour+Books, Harbour+Online]"))["custom:tenant"] == "harbour"
    with pytest.raises(NoTenant, match="several tenants"):
        CORPORATE.claims(federated("[Harbour+Books, North+%26+Sons]"))


def test_a_user_of_the_pool_keeps_what_an_administrator_has_set_and_gets_nothing_by_what_a_directory_says() -> None:
    """Nobody but an administrator could have written `custom:directory` here; it still names no tenant."""
    assert CORPORATE.claims({"sub": "1", "custom:tenant": "harbour", "custom:directory": "North & Sons"}) == {}


def test_a_user_who_is_linked_gets_a_token_where_both_accounts_are_of_one_tenant() -> None:
    assert CORPORATE.claims(federated("Harbour Books", **{"custom:tenant": "harbour"}))["custom:tenant"] == "harbour"
    with pytest.raises(NoTenant, match="another tenant for you than the account that you are linked to"):
        CORPORATE.claims(federated("North & Sons", **{"custom:tenant": "harbour"}))
    with pytest.raises(NoTenant, match="names no tenant"):
        CORPORATE.claims(federated("", **{"custom:tenant": "harbour"}))


def test_users_of_another_provider_get_no_token_even_if_they_are_linked_to_ours_as_well() -> None:
    for names in (["stranger"], ["corporate", "stranger"], ["Corporate"]):
        with pytest.raises(NoTenant, match="is not the identity provider of this service"):
            CORPORATE.claims({**federated("Harbour Books"), "identities": identities(*names)})


def test_a_tier_that_an_administrator_has_set_goes_before_that_of_all_users_of_the_provider() -> None:
    assert CORPORATE.claims(federated("Harbour Books", **{"custom:tier": "prime"}))["custom:tier"] == "prime"
    assert "custom:tier" not in Directory("corporate", "company", CORPORATE.tenants).claims(federated("Harbour Books"))


ANSWERS: list[dict[str, Any]] = [
    {"tokenResponse": {"access_token": "a"}, "idToken": {"sub": "1", "company": "Harbour Books"}, "userInfo": {"sub": "1"}},
    {"idToken": {"sub": "1"}, "userInfo": {"company": "Harbour Books"}},
    {"samlResponse": {"company": "Harbour Books"}},
    {"idToken": {"company": ["Everybody", "Harbour Books"]}},
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_who_has_a_tenant_may_come_in_wherever_the_provider_says_so(answer: dict[str, Any]) -> None:
    CORPORATE.arriving("corporate", answer)


@pytest.mark.parametrize("answer", [{}, {"idToken": {"sub": "1"}}, {"samlResponse": {"company": "Evil Books"}}, {"idToken": None}])
def test_who_has_none_any_more_does_not_come_in_although_the_pool_remembers_one(answer: dict[str, Any]) -> None:
    """The user pool keeps the attribute that it was told before, where a later answer leaves the claim out."""
    with pytest.raises(NoTenant):
        CORPORATE.arriving("corporate", answer)


def test_an_answer_of_which_one_part_names_another_tenant_than_the_other_lets_nobody_in() -> None:
    with pytest.raises(NoTenant, match="several tenants"):
        CORPORATE.arriving("corporate", {"idToken": {"company": "Harbour Books"}, "userInfo": {"company": "North & Sons"}})


def test_nobody_comes_in_from_another_provider() -> None:
    with pytest.raises(NoTenant, match="stranger is not the identity provider"):
        CORPORATE.arriving("stranger", {"samlResponse": {"company": "Harbour Books"}})
