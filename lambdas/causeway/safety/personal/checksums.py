"""Check digits, by the rules that the issuers of numbers publish. Every function takes digits (or letters) without separators."""

from collections.abc import Sequence
from string import ascii_uppercase, digits

_ALPHANUMERIC = digits + ascii_uppercase


def weighted(number: str, weights: Sequence[int]) -> int:
    """The sum of digits times weights."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right, the last one left out, counts twice, by its digit sum."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(map(int, number[::-2]))) % 10 == 0


def mod97(code: str) -> bool:
    """ISO 7064 mod 97-10, as IBANs have it once their first four characters are at the end. Letters count 10 to 35."""
    return int("".join(str(_ALPHANUMERIC.index(character)) for character in code)) % 97 == 1


def mod11_10(number: str) -> bool:
    """ISO 7064 mod 11,10: German tax numbers."""
    product = 10
    for digit in number[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(number[-1])


def mod11_2(number: str) -> bool:
    """ISO 7064 mod 11-2, with "X" for 10: Chinese resident numbers."""
    total = 0
    for character in number:
        total = (2 * total + (10 if character == "X" else int(character))) % 11
    return total == 1


_TURNED: tuple[Sequence[int], ...] = ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4))


def verhoeff(number: str) -> bool:
    """Verhoeff's scheme of 1969, over the symmetries of a pentagon: Indian Aadhaar numbers."""
    check = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _ in range(place % 8):
            value = _TURNED[1][value]
        check = _pentagon(check, value)
    return check == 0


def _pentagon(one: int, other: int) -> int:
    """The product of two symmetries of a pentagon: 0 to 4 are turns, 5 to 9 reflections."""
    if one < 5:
        return (one + other) % 5 if other < 5 else (one + other) % 5 + 5
    return (one - other) % 5 + 5 if other < 5 else (one - other) % 5
