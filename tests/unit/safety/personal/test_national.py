"""Numbers of states: specimens that the issuers or their handbooks publish."""

import re

import pytest

from causeway.safety.personal import checksums
from causeway.safety.personal.national import SCHEMES, national_numbers

SPECIMENS = [
    ("us-ssn", "SSN", "219-09-9999", "219-00-9999"),
    ("us-ssn", "social security number", "219099999", "666099999"),
    ("us-itin", "ITIN", "912-75-1234", "912-49-1234"),
    ("uk-nino", "National Insurance number", "AB 12 34 56 C", "BG 12 34 56 C"),
    ("uk-nhs", "NHS number", "943 476 5919", "943 476 5918"),
    ("ca-sin", "SIN", "046 454 286", "046 454 287"),
    ("de-tax", "Steuer-ID", "86 095 742 719", "86 095 742 718"),
    ("fr-nir", "sécurité sociale", "1 84 12 76 451 089 46", "1 84 12 76 451 089 47"),
    ("it-code", "codice fiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
    ("es-dni", "DNI", "12345678Z", "12345678A"),
    ("es-nie", "NIE", "X1234567L", "Y1234567L"),
    ("pt-nif", "NIF", "123456789", "123456788"),
    ("nl-bsn", "BSN", "111222333", "111222334"),
    ("be-nrn", "rijksregisternummer", "85.07.30-033.28", "85.07.30-033.29"),
    ("pl-pesel", "PESEL", "44051401359", "44051401358"),
    ("se-personnummer", "personnummer", "811228-9874", "811228-9873"),
    ("dk-cpr", "CPR-nr.", "070761-4285", "077761-4285"),
    ("no-fnr", "fødselsnummer", "21066430739", "21066430738"),
    ("fi-hetu", "henkilötunnus", "131052-308T", "131052-308U"),
    ("ch-ahv", "AHV-Nummer", "756.9217.0769.85", "756.9217.0769.84"),
    ("at-svnr", "SVNR", "1237 010180", "1238 010180"),
    ("ie-pps", "PPS number", "1234567FA", "1234567GA"),
    ("br-cpf", "CPF", "529.982.247-25", "529.982.247-26"),
    ("br-cpf", "CPF", "52998224725", "11111111111"),
    ("in-aadhaar", "Aadhaar", "2341 2341 2346", "2341 2341 2345"),
    ("in-pan", "PAN", "ABCPE1234F", "ABCZE1234F"),
    ("cn-resident", "身份证", "11010519491231002X", "110105194912310021"),
    ("jp-my-number", "マイナンバー", "1234 5678 9018", "1234 5678 9019"),
    ("kr-rrn", "RRN", "940812-1234563", "941312-1234563"),
    ("au-tfn", "TFN", "123 456 782", "123 456 781"),
    ("za-id", "ID number", "8001015009087", "8001015009088"),
    ("tr-tckn", "TC Kimlik No", "10000000146", "10000000147"),
    ("mx-curp", "CURP", "HEGG560427MVZRRL04", "HEGG560427MVZRRL05"),
    ("sg-nric", "NRIC", "S1234567D", "S1234567E"),
    ("passport", "Passport number:", "C01X00T47", "PASSPORTS"),
    ("driving-licence", "driving licence no.", "MORGA657054SM9IJ", "MORGANSON"),
]


def seen(text: str) -> set[tuple[str, str]]:
    return {(each.scheme, text[each.start : each.end]) for each in national_numbers(text)}


@pytest.mark.parametrize(("scheme", "word", "number", "wrong"), SPECIMENS)
def test_a_number_is_found_after_its_word_and_a_wrong_one_is_not(scheme: str, word: str, number: str, wrong: str) -> None:
    assert (scheme, number) in seen(f"The {word} {number}, as given.")
    assert (scheme, wrong) not in seen(f"The {word} {wrong}, as given.")


@pytest.mark.parametrize(("scheme", "word", "number", "wrong"), SPECIMENS)
def test_a_number_within_a_longer_one_is_none(scheme: str, word: str, number: str, wrong: str) -> None:
    assert {each for each in seen(f"{word} 7{number}") | seen(f"{word} x{number}") if each == (scheme, number)} == set()


def test_every_scheme_has_a_specimen() -> None:
    assert {scheme.name for scheme in SCHEMES} == {scheme for scheme, *_ in SPECIMENS}


def test_alone_a_number_is_less_certain_than_after_its_word_or_counts_for_nothing() -> None:
    (alone,) = [each for each in national_numbers("It was AB 12 34 56 C again") if each.scheme == "uk-nino"]
    (announced,) = [each for each in national_numbers("Her NINO AB 12 34 56 C again") if each.scheme == "uk-nino"]
    assert alone.certainty < announced.certainty
    assert not any(each.scheme == "ca-sin" for each in national_numbers("It was 046 454 286 again"))


def test_words_before_a_licence_are_no_part_of_it() -> None:
    text = "Please write the number of the driving licence MORGA657054SM9IJ on the form"
    assert ("driving-licence", "MORGA657054SM9IJ") in seen(text)
    assert ("driving-licence", "D123-4567-8901") in seen("Her driver's license: D123-4567-8901")


def test_a_word_counts_only_near_the_number() -> None:
    assert ("ca-sin", "046 454 286") in seen(f"SIN{' ' * 30}046 454 286")
    assert seen(f"SIN{' ' * 60}046 454 286") == set()
    assert seen("basin 046 454 286") == set()


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (checksums.luhn, "79927398713"),
        (checksums.mod11_10, "86095742719"),
        (checksums.mod11_2, "11010519491231002X"),
        (checksums.verhoeff, "2363"),
    ],
)
def test_every_single_wrong_digit_and_most_swaps_are_noticed(check, right: str) -> None:
    assert check(right)
    for place, digit in enumerate(re.sub("X", "", right)):
        for other in set("0123456789") - {digit}:
            assert not check(right[:place] + other + right[place + 1 :])


def test_an_iban_is_checked_with_letters_as_numbers() -> None:
    assert checksums.mod97("WEST12345698765432GB82")
    assert not checksums.mod97("WEST12345698765432GB28")
