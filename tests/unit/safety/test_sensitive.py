"""What must be kept nowhere, and ordinary sentences that hold numbers and names."""

import pytest

from causeway.safety.sensitive import is_sensitive


@pytest.mark.parametrize(
    "text",
    [
        "My card is 4111-1111-1111-1111",
        "my account is 12345678 9",
        "DE89 3704 0044 0532 0130 00 is my account",
        "write to ada@example.org",
        "my key is AKIAIOSFODNN7EXAMPLE",
        "the token is 9f8e7d6c5b4a39281706f5e4",
        "my password is swordfish",
        "Meine Geheimzahl ist 0815",
        "mon mot de passe est sésame",
        "mi contraseña es sésamo",
        "call 0131 496 0000",
    ],
)
def test_credentials_and_numbers_of_accounts_are_sensitive(text: str) -> None:
    assert is_sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm a member since 2019",
        "I have decided to return order 10423",
        "I prefer books of 200 to 300 pages",
        "I was there on 2019-05-01",
        "I love spinning tops and pinball",
        "my favourite book is the internationalisation-handbook",
    ],
)
def test_ordinary_sentences_are_not(text: str) -> None:
    assert not is_sensitive(text)
