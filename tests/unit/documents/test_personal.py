"""Documents without the personal data that their domain does not want in the index."""

import pytest
from pydantic import ValidationError

from causeway.documents import personal as module
from causeway.documents.bad import BadDocument
from causeway.documents.content import Block, Content, Tally
from causeway.documents.personal import Treated, treated
from causeway.safety.personal.kinds import NAMES, Personal
from causeway.safety.personal.patterns import found
from causeway.safety.personal.policy import PersonalData
from causeway.safety.personal.tokens import Tokens

CARD, MAIL = "4111 1111 1111 1111", "ada@harbour.io"
TOKENS = Tokens("harbour", bytes(32))
LETTER = Content(
    f"Letter of {MAIL}",
    (Block("heading", "Payment", 1), Block("text", f"Pay with {CARD}.", page=2), Block("table", f"Mail: {MAIL}; Card: {CARD}", page=3)),
    report=[Tally("pages", 3)],
)


def text_of(content: Content) -> str:
    return "\n".join([content.title or "", *(block.text for block in content.blocks)])


def by(policy: PersonalData, content: Content = LETTER, recognisers=(found,), tokens: Tokens | None = TOKENS) -> Treated:
    return treated(content, "en", policy, recognisers, tokens)


def test_without_a_policy_nothing_is_searched_or_changed() -> None:
    def never(text: str, language: str) -> list[Personal]:
        raise AssertionError

    assert by(PersonalData(), recognisers=(never,)) == Treated(LETTER)
    assert by(PersonalData(kinds={"card": "keep"}), recognisers=(never,)) == Treated(LETTER)


def test_what_is_redacted_is_named_in_its_place_also_in_title_and_tables() -> None:
    done = by(PersonalData(default="redact")).content
    assert text_of(done) == ("Letter of [e-mail address]\nPayment\nPay with [card number].\nMail: [e-mail address]; Card: [card number]")
    assert [(block.kind, block.level, block.page) for block in done.blocks] == [("heading", 1, None), ("text", 0, 2), ("table", 0, 3)]
    assert list(done.report) == [
        Tally("pages", 3),
        Tally("personal data", 0, 4, "Left out, with its kind in its place: 2 e-mail addresses, 2 card numbers."),
    ]


def test_a_token_stands_for_a_value_everywhere_and_what_it_stands_for_is_sealed() -> None:
    done = by(PersonalData(kinds={"email": "tokenise"}))
    token = TOKENS.token("email", MAIL)
    assert text_of(done.content).count(f"[e-mail address {token}]") == 2
    assert CARD in text_of(done.content)
    assert list(done.sealed) == [token]
    assert TOKENS.reveal(token, done.sealed[token], "rita", "", lambda revealed: None) == MAIL
    assert [tally.why for tally in done.content.report][1:] == [
        "Kept as it is, and answers may quote it: 2 card numbers.",
        "Replaced by tokens: 2 e-mail addresses.",
    ]


def test_a_refusal_says_what_and_where_and_shows_nothing_of_it() -> None:
    with pytest.raises(BadDocument) as refused:
        by(PersonalData(default="redact", kinds={"card": "refuse"}))
    assert refused.value.code == "personal_data"
    assert refused.value.message.startswith("The document holds 2 card numbers on pages 2, 3, which may not be stored here.")
    assert "4111" not in refused.value.message


def test_a_document_without_any_is_neither_refused_nor_reported() -> None:
    plain = Content("Opening hours", (Block("text", "We open at nine."),), report=[Tally("pages", 1)])
    assert by(PersonalData(default="refuse"), plain) == Treated(plain)


def test_what_is_less_certain_is_kept_in_silence() -> None:
    office = Content(None, (Block("text", "info@harbour.io"),), report=[Tally("pages", 1)])
    assert "info" not in text_of(by(PersonalData(default="redact"), office).content)
    assert by(PersonalData(default="redact", least_certainty=0.7), office) == Treated(office)


def test_tokens_need_a_key() -> None:
    with pytest.raises(ValueError, match="no key for tokens"):
        by(PersonalData(default="tokenise"), tokens=None)


def test_the_stricter_action_wins_where_two_recognisers_differ_and_no_digit_is_left() -> None:
    content = Content(None, (Block("text", "abcdefghij"),))

    def one(text: str, language: str) -> list[Personal]:
        return [Personal("name", text.index("a"), text.index("g"), 0.99)]

    def other(text: str, language: str) -> list[Personal]:
        return [Personal("card", text.index("e"), text.index("i"), 0.6)]

    done = by(PersonalData(kinds={"card": "redact"}), content, (one, other))
    assert text_of(done.content) == "\nabcd[card number]ij"
    both = by(PersonalData(default="redact"), content, (one, other))
    assert text_of(both.content) == "\n[name]ij"
    with pytest.raises(BadDocument, match="1 card number,"):
        by(PersonalData(default="redact", kinds={"card": "refuse"}), content, (one, other))


def test_what_reaches_over_two_blocks_is_taken_out_of_both() -> None:
    content = Content(None, (Block("text", "name Ada"), Block("text", "Lovelace wrote")))

    def across(text: str, language: str) -> list[Personal]:
        start = text.find("Ada")
        return [Personal("name", start, start + len("Ada\n\nLovelace"), 0.9)]

    assert text_of(by(PersonalData(default="redact"), content, (across,)).content) == "\nname [name]\n[name] wrote"


@pytest.mark.parametrize("join", ["\n", ". ", " ", ""])
def test_a_long_block_is_searched_in_pieces_and_whole(monkeypatch: pytest.MonkeyPatch, join: str) -> None:
    monkeypatch.setattr(module, "PIECE", 100)
    sizes = []

    def watched(text: str, language: str) -> list[Personal]:
        sizes.append(len(text))
        return [Personal("name", place, place + 1, 1.0) for place, letter in enumerate(text) if letter == "#"]

    long = join.join(f"word{place}#" for place in range(200))
    done = by(PersonalData(default="redact"), Content(None, (Block("text", long), Block("text", "#end"))), (watched,)).content
    assert done.blocks[0].text == long.replace("#", "[name]")
    assert done.blocks[1].text == "[name]end"
    assert max(sizes) <= 100 + len("\n\n") * 2


def test_many_small_blocks_are_searched_together_with_their_words_for_it() -> None:
    cells = Content(None, (Block("text", "The SIN is"), Block("text", "046 454 286")))
    assert text_of(by(PersonalData(default="redact"), cells).content) == "\nThe SIN is\n[number of a person]"


def test_every_kind_has_a_name_for_one_and_for_several() -> None:
    assert {kind: module._counted([kind, kind]) for kind in NAMES} == {
        "email": "2 e-mail addresses",
        "phone": "2 telephone numbers",
        "card": "2 card numbers",
        "iban": "2 account numbers (IBAN)",
        "national_number": "2 numbers of persons",
        "ip_address": "2 IP addresses",
        "account": "2 account numbers",
        "name": "2 names",
        "address": "2 addresses",
    }


@pytest.mark.parametrize("wrong", [{"default": "delete"}, {"kinds": {"cards": "redact"}}, {"least_certainty": 2}, {"redact": ["card"]}])
def test_a_policy_that_does_not_exist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        PersonalData(**wrong)
