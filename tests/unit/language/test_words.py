import unicodedata

import pytest

from causeway.language.words import figures, stem, terms


def test_words_meet_across_their_endings() -> None:
    assert {stem(word) for word in ("return", "returns", "returned", "returning")} == {"return"}
    assert stem("policies") == stem("policy")
    assert {stem(word, "de") for word in ("buch", "buches", "bücher")} == {"buch"}


def test_stop_words_carry_no_claim() -> None:
    assert terms("what is the of and") == frozenset()
    assert terms("wer sind die und wo ist der", "de") == frozenset()


def test_numbers_have_one_form() -> None:
    assert figures("1,000 and 5.00 and 12:30 and 3,5") == {"1000", "5", "12:30", "3.5"}
    assert figures("1.000,50 Euro, 1.000 Stück", "de") == {"1000.5", "1000"}


def test_digits_of_every_script_are_the_same_number() -> None:
    assert figures("２５") == figures("٢٥") == figures("๒๕") == figures("२५") == figures("二十五") == {"25"}


def test_an_exponent_is_part_of_its_number_and_a_footnote_no_part_of_its_word() -> None:
    assert figures("10⁵ cells, 105 mice") == {"10^5", "105"}
    assert terms("within days¹ of") == terms("within days of")


def test_a_code_is_one_whole_term_beside_its_parts() -> None:
    assert figures("HX-2041-B, QL773, v1.2 and ISO-9001") == {"hx-2041-b", "ql773", "v1.2", "iso-9001"}
    assert {"hx-2041-b", "2041", "hx"} <= terms("HX-2041-B")


def test_a_number_with_its_unit_is_a_number() -> None:
    assert figures("5kg, a 30-day return, 2nd floor, 12.5%, -5 °C") == {"5", "30", "2", "12.5", "-5"}
    assert terms("30-day") == terms("30 days")


def test_a_list_of_numbers_is_no_number() -> None:
    assert figures("rows 1,2,3 and 10-20") == {"1", "2", "3", "10", "20"}


def test_a_lone_capital_letter_tells_classes_apart() -> None:
    assert terms("Class A costs little") != terms("Class B costs little")
    assert "b=" in terms("Class: B; Price: low")
    assert "a=" not in terms("A book costs little")


def test_han_kana_and_hangul_are_compared_in_pairs() -> None:
    assert terms("通勤手当", "ja") == {"通勤", "勤手", "手当"}
    assert {"숙박", "박비"} <= terms("숙박비는", "ko")


@pytest.mark.parametrize(("text", "language"), [("พนักงาน", "th"), ("ພະນັກງານ", "lo"), ("បុគ្គលិក", "km"), ("ဝန်ထမ်းများ", "my")])
def test_scripts_without_spaces_are_compared_by_three_characters(text: str, language: str) -> None:
    found = terms(text, language)
    assert found == {text[place : place + 3] for place in range(len(text) - 2)}


def test_words_of_hindi_arabic_and_hebrew_are_whole_with_and_without_their_vowel_signs() -> None:
    assert len(terms("हिन्दी किताब", "hi")) == 2
    assert terms("كِتَابٌ", "ar") == terms("كتاب", "ar")
    assert terms("שָׁלוֹם", "he") == terms("שלום", "he")


def test_elided_articles_are_no_part_of_french_and_italian_words() -> None:
    assert terms("l’article d'abonnement", "fr") == terms("article abonnement", "fr")
    assert terms("dell'anno", "it") == terms("anno", "it")


@pytest.mark.parametrize("text", ["Käsekühlraum Übergröße", "ＱＬ７７３ ｗｅｉｇｈｓ", "ﬁnal oﬀer", "カギ", "re\u00adturn"])
def test_terms_are_the_same_in_every_form_of_a_text(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert len({terms(form) for form in forms}) == 1


def test_hiragana_beside_han_are_endings_and_alone_are_words() -> None:
    assert terms("休暇をもらえますか", "ja") == {"休暇", "暇を"}
    assert terms("りんご", "ja") == {"りん", "んご"}


def test_a_han_one_supports_a_figure_and_is_none_that_has_to_be_found() -> None:
    assert "1" in terms("保証は一年です", "ja") & terms("保証は1年です", "ja")
    assert figures("保証は一年です", "ja") == frozenset()


@pytest.mark.parametrize(
    ("text", "letter"), [("Type: β; Limit: 5", "β"), ("Type β has a limit", "β"), ("класс: Б", "б"), ("等级乙的费用", "乙")]
)
def test_a_letter_that_names_a_class_is_a_term_in_any_script(text: str, letter: str) -> None:
    assert f"{letter}=" in terms(text)
