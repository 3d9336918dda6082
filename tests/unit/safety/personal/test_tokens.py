"""Tokens in place of personal data."""

import boto3
import pytest
from moto import mock_aws

from causeway.runtime.dependencies import Dependency
from causeway.safety.personal.tokens import SEALED, NotOfThisToken, Sealed, Tokens

TOKENS = Tokens("harbour", bytes(range(32)))
MAIL = "Ada@Harbour.io"


def test_a_value_has_one_token_however_it_is_written() -> None:
    assert TOKENS.token("email", MAIL) == TOKENS.token("email", "ada@harbour.io")
    assert TOKENS.token("card", "4111 1111 1111 1111") == TOKENS.token("card", "4111-1111-1111-1111")
    assert TOKENS.token("name", "Ada  Lovelace") == TOKENS.token("name", "ADA LOVELACE")


def test_other_values_kinds_tenants_and_keys_have_other_tokens() -> None:
    tokens = {
        TOKENS.token("email", MAIL),
        TOKENS.token("email", "ida@harbour.io"),
        TOKENS.token("email", "ada@harbour.i.o"),
        TOKENS.token("name", MAIL),
        Tokens("harbour", bytes(32)).token("email", MAIL),
    }
    assert len(tokens) == 5
    assert all(len(token) == 16 and token.isalnum() and token.islower() for token in tokens)


def test_a_sealed_value_shows_nothing_and_is_the_same_each_time() -> None:
    token = TOKENS.token("email", MAIL)
    sealed = TOKENS.sealed("email", token, MAIL)
    assert sealed == TOKENS.sealed("email", token, MAIL)
    assert b"Ada" not in sealed.value
    assert b"harbour" not in sealed.value.lower()


def test_a_sealed_value_is_kept_as_json_and_opened_for_its_token() -> None:
    token = TOKENS.token("email", MAIL)
    kept = SEALED.validate_json(SEALED.dump_json({token: TOKENS.sealed("email", token, MAIL)}))
    assert (kept[token].kind, TOKENS.opened(token, kept[token])) == ("email", MAIL)


@pytest.mark.parametrize("other", [Tokens("harbour", bytes(32)), Tokens("lantern", bytes(31) + b"1")])
def test_another_key_opens_nothing(other: Tokens) -> None:
    token = TOKENS.token("email", MAIL)
    with pytest.raises(NotOfThisToken, match=token):
        other.opened(token, TOKENS.sealed("email", token, MAIL))


def test_a_value_does_not_open_under_another_token_or_when_it_was_changed() -> None:
    token, other = TOKENS.token("email", MAIL), TOKENS.token("email", "ida@harbour.io")
    sealed = TOKENS.sealed("email", token, MAIL)
    value = sealed.value
    for wrong_token, wrong in ((other, value), (token, value[:-1] + bytes([value[-1] ^ 1])), (token, value[:4])):
        with pytest.raises(NotOfThisToken):
            TOKENS.opened(wrong_token, Sealed(kind="email", value=wrong))


@mock_aws
def test_a_tenant_s_key_comes_from_kms_and_is_the_same_each_time() -> None:
    kms = boto3.client("kms", region_name="eu-west-1")
    key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    one, again, other = (Tokens.of(tenant, kms, key, Dependency("tokens", 2.0, 4.0)) for tenant in ("harbour", "harbour", "lantern"))
    assert one == again
    assert len(one.master) == 32
    assert one.token("email", MAIL) != other.token("email", MAIL)
    assert one.master.hex() not in repr(one)
    assert repr(one.master) not in repr(one)
