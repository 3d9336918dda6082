"""Numbers that states give to persons: their forms, their check digits, and the words that they follow.

A number whose form and check digit leave little to chance counts wherever it is. One that any number of as many digits may be by chance
counts only after words that announce it ("SIN: 046 454 286").
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from causeway.safety.personal import issued
from causeway.safety.personal.checksums import luhn, verhoeff
from causeway.safety.personal.kinds import Personal

ANNOUNCED = 0.95  # the certainty of a number after the words for it
REACH = 40  # characters before a number in which its words are looked for
_DIGIT = re.compile(r"\d")
_SEPARATORS = re.compile(r"[ ./-]")


@dataclass(frozen=True)
class Scheme:
    """check: of the number without separators, in upper case. words: that announce it. alone: its certainty without them.

    has_digits: whether there is no such number without a digit.
    """

    name: str
    form: re.Pattern[str]
    check: Callable[[str], bool]
    words: re.Pattern[str]
    alone: float
    has_digits: bool = True


def national_numbers(text: str) -> Iterator[Personal]:
    """In no order; the same place may be a number of several states."""
    lines = list(_lines_with_digits(text))
    for scheme in SCHEMES:
        for match in _numbers(scheme, text, lines):
            if scheme.check(_SEPARATORS.sub("", match[0]).upper()):
                before = text[max(0, match.start() - REACH) : match.start()]
                certainty = ANNOUNCED if scheme.words.search(before) else scheme.alone
                if certainty:
                    yield Personal("national_number", match.start(), match.end(), certainty, scheme.name)


def _lines_with_digits(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line: no number reaches over two, and forty patterns take longer than finding those with digits."""
    end = -1
    while digit := _DIGIT.search(text, end + 1):
        start = text.rfind("\n", 0, digit.start()) + 1
        end = text.find("\n", digit.end())
        end = len(text) if end < 0 else end
        yield start, end


def _numbers(scheme: Scheme, text: str, lines: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for start, end in lines if scheme.has_digits else [(0, len(text))]:
        yield from scheme.form.finditer(text, start, end)


def _scheme(name: str, form: str, check: Callable[[str], bool], words: str, alone: float = 0.0, has_digits: bool = True) -> Scheme:
    """words: an alternative that ends in "$" must be right before the number."""
    number = re.compile(rf"(?<![\w.+-])(?:{form})(?![\w-]|\.\d)", re.IGNORECASE)
    return Scheme(
        name, number, check, re.compile(rf"\b(?:{words})" + ("" if words.endswith("$") else r"\b"), re.IGNORECASE), alone, has_digits
    )


_PASSPORT = r"passports?|reisepass\w*|passeport|pasaporte|passaporto|paspoort|護照|护照|旅券"

SCHEMES: tuple[Scheme, ...] = (
    _scheme("us-ssn", r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}|\d{9}", issued.us_ssn, r"ssn|social security(?: (?:number|no))?", 0.0),
    _scheme("us-ssn", r"\d{3}-\d{2}-\d{4}", issued.us_ssn, r"ssn|social security", 0.7),
    _scheme("us-itin", r"9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])-\d{4}", issued.always, r"itin|tax(?:payer)? (?:id\w*|number)", 0.7),
    _scheme("uk-nino", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", issued.uk_nino, r"nino?|ni (?:number|no)|national insurance(?: number)?", 0.8),
    _scheme("uk-nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", issued.uk_nhs, r"nhs(?: (?:number|no))?"),
    _scheme("ca-sin", r"\d{3}[ -]?\d{3}[ -]?\d{3}", luhn, r"sin|social insurance(?: number)?|assurance sociale|nas"),
    _scheme("de-tax", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", issued.german_tax, r"steuer-?id\w*|steuerliche identifikationsnummer|identifikationsnummer|steuernummer|idnr|tin"),
    _scheme("fr-nir", r"[1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", issued.french_nir, r"nir|s[ée]curit[ée] sociale|insee|num[ée]ro de s[ée]cu", 0.9),
    _scheme("it-code", r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", issued.italian_code, r"codice fiscale|c\.?f\.?", 0.95, has_digits=False),
    _scheme("es-dni", r"\d{8}[ -]?[A-HJ-NP-TV-Z]", issued.by_letter(issued.SPANISH_LETTERS, 23), r"dni|nif|documento nacional", 0.8),
    _scheme("es-nie", r"[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]", issued.spanish_nie, r"nie|n[úu]mero de identidad", 0.9),
    _scheme("pt-nif", r"[1-35689]\d{2} ?\d{3} ?\d{3}", issued.portuguese_nif, r"nif|contribuinte|identifica[çc][ãa]o fiscal"),
    _scheme("nl-bsn", r"\d{9}|\d{3} \d{3} \d{3}|\d{4}[. ]\d{2}[. ]\d{3}", issued.dutch_bsn, r"bsn|burgerservicenummer|sofinummer|sofi"),
    _scheme("be-nrn", r"\d{2}\.?\d{2}\.?\d{2}[- ]?\d{3}[. ]?\d{2}", issued.belgian, r"rijksregister\w*|registre national|num[ée]ro national|nrn|insz|niss", 0.7),
    _scheme("pl-pesel", r"\d{11}", issued.polish_pesel, r"pesel", 0.4),
    _scheme("se-personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", issued.swedish, r"person(?:nummer|nr)|samordningsnummer", 0.7),
    _scheme("dk-cpr", r"\d{6}[- ]?\d{4}", issued.danish, r"cpr(?:-?(?:nr|nummer))?|personnummer"),
    _scheme("no-fnr", r"\d{6} ?\d{5}", issued.norwegian, r"f[øo]dselsnummer|personnummer|fnr|d-nummer", 0.7),
    _scheme("fi-hetu", r"\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-FHJ-NPR-Y]", issued.finnish, r"hetu|henkil[öo]tunnus|sotu", 0.9),
    _scheme("ch-ahv", r"756\.?\d{4}\.?\d{4}\.?\d{2}", issued.swiss, r"ahv(?:-?(?:nr|nummer))?|avs|svnr", 0.9),
    _scheme("at-svnr", r"[1-9]\d{3} ?\d{6}", issued.austrian, r"svnr|sv-?nr|sozialversicherungsnummer|versicherungsnummer"),
    _scheme("ie-pps", r"\d{7}[A-W][A-IW]?", issued.irish_pps, r"ppsn?|pps (?:number|no)|personal public service", 0.6),
    _scheme("br-cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", issued.brazilian_cpf, r"cpf", 0.95),
    _scheme("br-cpf", r"\d{11}", issued.brazilian_cpf, r"cpf"),
    _scheme("in-aadhaar", r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}", verhoeff, r"aadha?ar|uidai|uid|आधार"),
    _scheme("in-pan", r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", issued.always, r"pan(?: (?:card|number|no))?|permanent account", 0.7),
    _scheme("cn-resident", r"[1-8]\d{16}[\dX]", issued.chinese, r"身份证\w*|身分證\w*|resident id\w*", 0.95),
    _scheme("jp-my-number", r"\d{4}[ -]?\d{4}[ -]?\d{4}", issued.japanese, r"my ?number|マイナンバー|個人番号\w*"),
    _scheme("kr-rrn", r"\d{6}-[1-8]\d{6}", issued.korean, r"주민등록번호|rrn|resident registration", 0.9),
    _scheme("au-tfn", r"\d{3} ?\d{3} ?\d{3}", issued.australian_tfn, r"tfn|tax file(?: number)?"),
    _scheme("za-id", r"\d{6} ?\d{4} ?\d{3}", issued.south_african, r"id(?:entity)? (?:number|no)|id-?nommer", 0.6),
    _scheme("tr-tckn", r"[1-9]\d{10}", issued.turkish, r"t\.?c\.? ?(?:kimlik|no)\w*|kimlik(?: (?:no|numaras[ıi]))?|tckn"),
    _scheme("mx-curp", r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d", issued.mexican_curp, r"curp", 0.95),
    _scheme("sg-nric", r"[STFGM]\d{7}[A-Z]", issued.singaporean, r"nric|fin", 0.8),
    _scheme("passport", r"[A-Z0-9]{6,10}", issued.has_digits, rf"(?:{_PASSPORT})(?:[ -]?(?:number|no|nr|nummer|num[ée]ro|n[úu]mero))?[.:#° ]*(?:is|lautet|est|es)?\W{{0,3}}$"),
    _scheme("driving-licence", r"(?=[A-Z-]*\d)[A-Z0-9](?:-?[A-Z0-9]){4,19}", issued.has_digits, r"(?:driver'?s?|driving)[ -]licen[cs]e(?: (?:number|no))?[.:# ]*(?:is)?\W{0,3}$|f[üu]hrerschein(?:-?(?:nummer|nr))?\W{0,3}$"),
)  # fmt: skip
