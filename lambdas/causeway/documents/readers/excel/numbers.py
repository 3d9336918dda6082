"""Numbers as Excel shows them: a value and its number format to text."""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from causeway.documents.readers.excel.dates import DATED, dated

GENERAL = "General"
_DIGITS = "0#?"
_WIDEST = 1e20  # larger numbers are shown by their power of ten in any format
_LARGEST = 1e15  # Excel keeps 15 digits
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<condition>[<>=]+ ?-?[\d.]+)\]|\[[^\]]*\]"
    r"|(?P<general>general)|(?P<noon>am/pm|a/p)|(?P<exponent>e[+-])|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=) ?(-?[\d.]+)")


class Token(NamedTuple):
    """kind: literal, digit, date, elapsed, noon, general, exponent, or the sign itself: . , % / @."""

    kind: str
    text: str


class Section(NamedTuple):
    """One of up to four parts of a format. condition: the operator and the number that a value is compared with."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None


def shown(value: float, code: str, from_1904: bool = False) -> str:
    """A number in a number format, such as "#,##0.00 €" or "d mmm yyyy"; "" where the format shows nothing.

    from_1904: dates count from 1904, as in workbooks of old Macs.
    """
    sections = _sections(code)
    section, value = _chosen(sections, value)
    if any(token.kind in DATED for token in section.tokens):
        text = dated(value, section.tokens, from_1904)
        return _general(value) if text is None else " ".join(text.split())
    return " ".join(_numeric(value, section.tokens).split())


def shows_text(code: str) -> bool:
    """Whether a cell of this format shows text: ";;;" shows nothing."""
    sections = _sections(code)
    return len(sections) < 4 or bool(sections[3].tokens)


def is_date(code: str) -> bool:
    return any(token.kind in DATED for token in _sections(code)[0].tokens)


@lru_cache(2_000)
def _sections(code: str) -> tuple[Section, ...]:
    sections: list[list[Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for found in _TOKEN.finditer(code):
        if found["sign"] == ";" and len(sections) < 4:
            sections.append([])
            conditions.append(None)
        elif found["condition"]:
            conditions[-1] = _condition(found["condition"])
        else:
            sections[-1] += _tokens(found)
    return tuple(Section(tuple(tokens), condition) for tokens, condition in zip(sections, conditions, strict=True))


def _condition(text: str) -> tuple[str, float] | None:
    found = _CONDITION.fullmatch(text)
    try:
        return (found[1], float(found[2])) if found else None
    except ValueError:
        return None


def _tokens(found: re.Match[str]) -> Iterator[Token]:
    kind = found.lastgroup
    if kind in {"quoted", "escaped", "currency"}:
        yield Token("literal", found[kind])
    elif kind == "sign":
        sign = found["sign"]
        yield Token("digit" if sign in _DIGITS else sign if sign in ".,%/@" else "literal", sign)
    elif kind:
        yield Token(kind, found[kind].lower())


def _chosen(sections: Sequence[Section], value: float) -> tuple[Section, float]:
    """The section for a value, and the value as it is shown in it: the second section writes its own sign."""
    for number, section in enumerate(sections[:3]):
        if section.condition and _holds(value, section.condition):
            return section, abs(value) if number else value
    if any(section.condition for section in sections[:2]):
        return sections[min(len(sections), 3) - 1], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _holds(value: float, condition: tuple[str, float]) -> bool:
    operator, other = condition
    return {
        "<": value < other, ">": value > other, "<=": value <= other, ">=": value >= other, "=": value == other, "<>": value != other,
    }[operator]  # fmt: skip


def _numeric(value: float, tokens: Sequence[Token]) -> str:
    kinds = [token.kind for token in tokens]
    if not tokens:
        return ""
    if "digit" not in kinds:
        number = _general(value) if "general" in kinds or "@" in kinds else ""
        return "".join(number if kind in {"general", "@"} else text for kind, text in tokens if kind in {"general", "@", "literal", "%"})
    if abs(value) >= _WIDEST:
        return _general(value)
    sign = "-" if value < 0 else ""
    amount = Decimal(f"{abs(value):.15g}").scaleb(2 * kinds.count("%"))
    if "exponent" in kinds:
        return sign + _scientific(amount, tokens)
    if "/" in kinds:
        return sign + _fraction(amount, tokens)
    text, is_zero = _fixed(amount, tokens)
    return text if is_zero else sign + text


def _fixed(amount: Decimal, tokens: Sequence[Token]) -> tuple[str, bool]:
    """A number with as many decimals as there are places, and whether only zeros are left of it."""
    kinds = [token.kind for token in tokens]
    point = kinds.index(".") if "." in kinds else len(kinds)
    places = [at for at, kind in enumerate(kinds) if kind == "digit"]
    before = [at for at in places if at < point]
    after = len(places) - len(before)
    last = before[-1] if before else point
    thousands = sum(kind == "," for kind in kinds[last:point]) + sum(kind == "," for kind in kinds[places[-1] :] if after)
    grouped = bool(before) and "," in kinds[before[0] : last]
    rounded = amount.scaleb(-3 * thousands).quantize(Decimal(1).scaleb(-after), ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:f}".partition(".")
    left = _whole("" if whole == "0" else whole, tokens[:point], grouped)
    right = _decimals(decimals, tokens[point:])
    return left + right, rounded == 0


def _whole(digits: str, tokens: Sequence[Token], grouped: bool) -> str:
    """Digits laid into their places from the right; the first place takes all that are left."""
    out: list[str] = []
    remaining, written = list(digits), 0
    first = next((at for at, token in enumerate(tokens) if token.kind == "digit"), -1)
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind != "digit":
            out.append(token.text if token.kind in {"literal", "%"} else "")
            continue
        while True:
            digit = remaining.pop() if remaining else "0" if token.text == "0" else ""
            if digit:
                out.append("," if grouped and written and written % 3 == 0 else "")
                out.append(digit)
                written += 1
            if at != first or not remaining:
                break
    return "".join(reversed(out))


def _decimals(digits: str, tokens: Sequence[Token]) -> str:
    optional = 0
    for token in reversed([token for token in tokens if token.kind == "digit"]):
        if token.text == "0":
            break
        optional += 1
    kept = digits[: len(digits) - optional] + digits[len(digits) - optional :].rstrip("0") if optional else digits
    out, left = [], list(reversed(kept))
    for token in tokens:
        if token.kind == "digit":
            out.append(left.pop() if left else "")
        elif token.kind in {"literal", "%"} or (token.kind == "." and kept):
            out.append(token.text)
    return "".join(out)


def _scientific(amount: Decimal, tokens: Sequence[Token]) -> str:
    kinds = [token.kind for token in tokens]
    at = kinds.index("exponent")
    point = kinds.index(".") if "." in kinds else at
    places = sum(kind == "digit" for kind in kinds[point:at])
    width = sum(kind == "digit" for kind in kinds[at:])
    step = max(sum(kind == "digit" for kind in kinds[:point]), 1)
    power = amount.adjusted() // step * step if amount else 0
    mantissa = amount.scaleb(-power).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if mantissa >= 10**step:
        power, mantissa = power + step, mantissa.scaleb(-step).quantize(Decimal(1).scaleb(-places))
    sign = "-" if power < 0 else "+" if "+" in tokens[at].text else ""
    literals = ["".join(token.text for token in part if token.kind in {"literal", "%"}) for part in (tokens[:1], tokens[-1:])]
    return f"{literals[0]}{mantissa:f}E{sign}{abs(power):0{width}d}{literals[1]}"


def _fraction(amount: Decimal, tokens: Sequence[Token]) -> str:
    """ "1 3/4" by "# ?/?"; a number below the slash of the format is the denominator."""
    slash = next(at for at, token in enumerate(tokens) if token.kind == "/")
    below = "".join(token.text for token in tokens[slash + 1 :] if token.kind in {"digit", "literal"}).strip()
    places = [token for token in tokens[:slash] if token.kind == "digit"]
    separate = any(token.kind == "literal" and token.text == " " for token in tokens[:slash]) and len(places) > 1
    if below.isdigit() and int(below):
        part = Fraction(round(Fraction(amount) * int(below)), 1)
        top, bottom = int(part), int(below)
    else:
        part = Fraction(amount).limit_denominator(10 ** max(min(len(below), 4), 1) - 1)
        top, bottom = part.numerator, part.denominator
    whole, rest = divmod(top, bottom) if separate else (0, top)
    if separate and not rest:
        return str(whole)
    return f"{whole} {rest}/{bottom}" if whole else f"{rest}/{bottom}"


def _general(value: float) -> str:
    """As a cell without a format shows it, but with all digits of a large whole number."""
    if value == int(value) and abs(value) < _LARGEST:
        return str(int(value))
    if 1e-4 <= abs(value) < _LARGEST:
        whole = len(str(int(abs(value))))
        return f"{value:.{max(9 - whole, 2)}f}".rstrip("0").rstrip(".")
    return f"{value:.5E}".replace("E+0", "E+").replace("E-0", "E-") if value else "0"
