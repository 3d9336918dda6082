"""Personal data that its form gives away: addresses of mail, telephone and card numbers, accounts, numbers of states, IP addresses.

Names of persons, postal addresses and dates of birth have no form of their own and are not found here. See
docs/decisions/226-personal-data.md for what was measured.
"""

import ipaddress
import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher

from causeway.safety.personal.checksums import luhn, mod97
from causeway.safety.personal.kinds import Personal, united
from causeway.safety.personal.national import REACH, national_numbers

_MAIL = re.compile(r"(?<![\w.+%-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w@]|-\w|:[\w~/])")
# RFC 2606 and RFC 6761: nobody has an address there.
_NOBODYS = re.compile(r"@(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|invalid|test|localhost)$", re.IGNORECASE)
_OFFICES = re.compile(
    r"^(?:info|support|sales|help|contact|admin|noreply|no-reply|office|service|postmaster|webmaster|abuse|security|privacy)@",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)")
SHORT_CARD = 12  # digits of some Maestro cards, and of many other numbers: they count after a word for a card only
_CARDS = re.compile(
    r"\b(?:cards?|visa|master ?card|maestro|amex|credit|debit|kart\w*|carte|carta|tarjeta|cart[ãa]o|kaart\w*|kredit\w*)\b", re.IGNORECASE
)
# ISO/IEC 7812 ranges of the payment schemes, and how many digits their numbers have.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|(?:2131|1800)\d{11}|(?:6011|64[4-9]\d|65\d{2})\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{10,17}"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE)
_IBAN_LENGTHS = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST",
        26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE",
        31: "MT SC", 32: "LC", 33: "RU",
    }.items()
}  # fmt: skip
_IP4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w./-]*\d|\.\d)")
_IP6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:/]|\.\w)", re.IGNORECASE)
_VERSIONS = re.compile(r"(?:versions?|v|release|sdk|driver|client|agent|build)\W{0,3}$", re.IGNORECASE)
_HOSTS = re.compile(r"\bIP\b|\b(?:addresse?s?|adresse|hosts?|servers?|client|from|ping)\b", re.IGNORECASE)
_MAY_BE_PHONE = re.compile(r"(?:\d[\s().\-/–]{0,3}){7}")
# An area code in brackets, or with its zero; three, three and four digits as in North America; pairs of digits as in France.
_GROUPED = re.compile(
    r"\(0?\d{1,5}\)[\d \-–/]+|0\d{1,4}(?:([ \-–/])\d{2,4})(?:\1\d{2,4})+|0\d{2,4}[ \-–/]\d{5,8}"
    r"|\d{3}([ .-])\d{3}\2\d{4}|0\d(?:([ .])\d\d)(?:\3\d\d){3}"
)
_PHONES = re.compile(
    r"\b(?:tel|telephone|phone|call|mobile|cell|fax|whatsapp|sms|ring|contact|dial|telefon\w*|handy|mobil\w*|anruf\w*|rufen|rufnummer|"
    r"t[ée]l[ée]phone|portable|appele[rz]|tel[ée]fono|m[óo]vil|llam\w+|celular|telefone|telemóvel|ligue|cellulare|chiam\w+|telefoon|bel|gsm|"
    r"телефон\w*|тел|电话|電話|手机|携帯|هاتف|phones?)\b[^\n]*$",
    re.IGNORECASE,
)
# Where numbers of a text in a language are dialled without a country code, most speakers first.
_REGIONS = {
    "en": ("US", "GB", "AU", "IN"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH", "CA"), "es": ("ES", "MX", "AR"), "it": ("IT",),
    "pt": ("BR", "PT"), "nl": ("NL", "BE"), "sv": ("SE",), "da": ("DK",), "nb": ("NO",), "fi": ("FI",), "pl": ("PL",), "cs": ("CZ",),
    "ja": ("JP",), "zh": ("CN", "TW"), "ko": ("KR",), "ru": ("RU",), "tr": ("TR",), "ar": ("SA", "EG"), "hi": ("IN",), "el": ("GR",),
}  # fmt: skip


def found(text: str, language: str) -> list[Personal]:
    """In order and without overlaps.

    language: of the text, ISO 639-1 or "und"; it says of which countries telephone numbers are looked for.
    """
    return united([*_mails(text), *_cards(text), *_ibans(text), *_addresses(text), *national_numbers(text), *_phones(text, language)])


def _mails(text: str) -> Iterator[Personal]:
    if "@" not in text:
        return
    for match in _MAIL.finditer(text):
        if not _NOBODYS.search(match[0]):
            yield Personal("email", match.start(), match.end(), 0.6 if _OFFICES.match(match[0]) else 0.99)


def _cards(text: str) -> Iterator[Personal]:
    for match in _CARD.finditer(text):
        number = re.sub(r"\D", "", match[0])
        if _ISSUERS.fullmatch(number) and luhn(number) and len(set(number)) > 1:
            announced = bool(_CARDS.search(text[max(0, match.start() - REACH) : match.start()]))
            if announced or len(number) > SHORT_CARD:
                yield Personal("card", match.start(), match.end(), 0.98 if announced else 0.95 if _in_groups(match[0]) else 0.85)


def _in_groups(written: str) -> bool:
    return bool(re.fullmatch(r"(?:\d{4}[ -]){3}\d{1,4}(?:[ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}", written))


def _ibans(text: str) -> Iterator[Personal]:
    for match in _IBAN.finditer(text):
        plain = re.sub(r"[ -]", "", match[0]).upper()
        # A word after the account number may look like its last group.
        for end in (length for length, countries in _IBAN_LENGTHS.items() if length <= len(plain) and plain[:2] in countries):
            if mod97(plain[4:end] + plain[:4]):
                yield Personal("iban", match.start(), match.start() + _reach(match[0], end), 0.99)


def _reach(written: str, characters: int) -> int:
    """How far so many letters and digits reach."""
    places = [place for place, character in enumerate(written) if character not in " -"]
    return places[characters - 1] + 1


def _addresses(text: str) -> Iterator[Personal]:
    for pattern in (_IP4, _IP6):
        for match in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            before = text[max(0, match.start() - REACH // 2) : match.start()]
            if address.is_global and not _VERSIONS.search(before):
                is_version = address.version == 4 and address.packed[0] < 10 and not _HOSTS.search(before)
                yield Personal("ip_address", match.start(), match.end(), 0.4 if is_version else 0.8)


def _phones(text: str, language: str) -> Iterator[Personal]:
    """Numbers with a country code, and those of the language's countries that are written in groups or announced."""
    if not _MAY_BE_PHONE.search(text):
        return
    seen: set[tuple[int, int]] = set()
    for region in (None, *_REGIONS.get(language, ())):
        for match in PhoneNumberMatcher(text, region, Leniency.VALID):
            place, written = (match.start, match.end), match.raw_string
            international = written.startswith(("+", "00"))
            announced = bool(_PHONES.search(text[max(0, match.start - REACH) : match.start]))
            certainty = 0.95 if announced else 0.9 if international else 0.6 if _dialled(text, match) else 0.0
            if certainty and place not in seen:
                seen.add(place)
                yield Personal("phone", *place, certainty)


def _dialled(text: str, match: PhoneNumberMatch) -> bool:
    """Whether a number without a word for it is written as telephone numbers are, and as prices, dates and versions are not."""
    return text[max(0, match.start - 1) : match.start] not in set(".:-/_") and bool(_GROUPED.fullmatch(match.raw_string))
