"""Tokens in place of personal data."""

import boto3
import pytest
from moto import mock_aws

from causeway.safety.personal.tokens import NotOfThisToken, Revealed, Tokens

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
    sealed = TOKENS.sealed(token, MAIL)
    assert sealed == TOKENS.sealed(token, MAIL)
    assert b"Ada" not in sealed
    assert b"harbour" not in sealed.lower()


def test_a_reveal_is_written_down_before_the_value_is_given() -> None:
    token, seen = TOKENS.token("email", MAIL), []
    sealed = TOKENS.sealed(token, MAIL)
    assert TOKENS.reveal(token, sealed, "rita", "a complaint", seen.append) == MAIL
    assert seen == [Revealed("harbour", token, "rita", "a complaint")]
    assert MAIL not in repr(seen)


def test_nothing_is_revealed_that_cannot_be_written_down() -> None:
    def broken(revealed: Revealed) -> None:
        raise OSError("no table")

    token = TOKENS.token("email", MAIL)
    with pytest.raises(OSError, match="no table"):
        TOKENS.reveal(token, TOKENS.sealed(token, MAIL), "rita", "a complaint", broken)


@pytest.mark.parametrize("other", [Tokens("harbour", bytes(32)), Tokens("lantern", bytes(31) + b"1")])
def test_another_key_reveals_nothing_and_writes_nothing_down(other: Tokens) -> None:
    token, seen = TOKENS.token("email", MAIL), []
    with pytest.raises(NotOfThisToken, match=token):
        other.reveal(token, TOKENS.sealed(token, MAIL), "rita", "", seen.append)
    assert seen == []


def test_a_value_does_not_open_under_another_token_or_when_it_was_changed() -> None:
    token, other = TOKENS.token("email", MAIL), TOKENS.token("email", "ida@harbour.io")
    sealed = TOKENS.sealed(token, MAIL)
    for wrong_token, wrong_sealed in ((other, sealed), (token, sealed[:-1] + bytes([sealed[-1] ^ 1])), (token, sealed[:4])):
        with pytest.raises(NotOfThisToken):
            TOKENS.reveal(wrong_token, wrong_sealed, "rita", "", lambda revealed: None)


@mock_aws
def test_a_tenant_s_key_comes_from_kms_and_is_the_same_each_time() -> None:
    kms = boto3.client("kms", region_name="eu-west-1")
    key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    one, again, other = (Tokens.of(tenant, kms, key) for tenant in ("harbour", "harbour", "lantern"))
    assert one == again
    assert len(one.master) == 32
    assert one.token("email", MAIL) != other.token("email", MAIL)
    assert one.master.hex() not in repr(one)
    assert repr(one.master) not in repr(one)
