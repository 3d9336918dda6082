"""Whether a number may have been issued by a state: its date and check digits, by the rules that the issuers publish.

Every function takes a number of the right form without separators, in upper case.
"""

import re
from collections.abc import Callable
from string import ascii_uppercase

from causeway.safety.personal.checksums import luhn, mod11_2, mod11_10, weighted

SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def always(number: str) -> bool:
    return True


def by_letter(letters: str, divisor: int) -> Callable[[str], bool]:
    """The last character is the letter at the place that the remainder of the digits says."""

    def check(number: str) -> bool:
        return number[-1] == letters[int(re.sub(r"\D", "", number[:-1])) % divisor]

    return check


def us_ssn(number: str) -> bool:
    return number[:3] not in {"000", "666"} and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000"


def uk_nino(number: str) -> bool:
    return number[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def uk_nhs(number: str) -> bool:
    return (11 - weighted(number[:9], range(10, 1, -1)) % 11) % 11 == int(number[9])


def german_tax(number: str) -> bool:
    """Of the first ten digits one stands two or three times, all others at most once."""
    counts = sorted(number[:10].count(digit) for digit in set(number[:10]))
    return counts[-1] in {2, 3} and counts[:-1] == [1] * (len(counts) - 1) and mod11_10(number)


def french_nir(number: str) -> bool:
    if not 1 <= int(number[3:5]) <= 12 and number[3:5] < "20":
        return False
    main = number[:13].replace("2A", "19").replace("2B", "18") if number[5:7] in {"2A", "2B"} else number[:13]
    return main.isdigit() and 97 - int(main) % 97 == int(number[13:])


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def italian_code(code: str) -> bool:
    values = [int(character) if character.isdigit() else ascii_uppercase.index(character) for character in code[:15]]
    total = sum(_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return code[15] == ascii_uppercase[total % 26]


def spanish_nie(number: str) -> bool:
    return by_letter(SPANISH_LETTERS, 23)(str("XYZ".index(number[0])) + number[1:])


def portuguese_nif(number: str) -> bool:
    return (11 - weighted(number[:8], range(9, 1, -1)) % 11) % 11 % 10 == int(number[8])


def dutch_bsn(number: str) -> bool:
    return int(number) > 0 and weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def belgian(number: str) -> bool:
    """Those born since 2000 count with a 2 before. The month of a number for a foreigner has 20 or 40 added."""
    return is_day(f"{int(number[2:4]) % 20:02d}", number[4:6]) and 97 - int(number[9:]) in {
        int(number[:9]) % 97,
        int("2" + number[:9]) % 97,
    }


def polish_pesel(number: str) -> bool:
    """The month has 20, 40, 60 or 80 added for other centuries than the twentieth."""
    is_born = is_day(f"{int(number[2:4]) % 20:02d}", number[4:6])
    return is_born and weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def swedish(number: str) -> bool:
    """The last ten digits, without the sign for those over a hundred. A day is 60 more for people without a residence."""
    ten = number.replace("+", "")[-10:]
    return is_day(ten[2:4], f"{int(ten[4:6]) % 60:02d}") and luhn(ten)


def danish(number: str) -> bool:
    return is_day(number[2:4], number[:2])


def norwegian(number: str) -> bool:
    is_born = is_day(f"{int(number[2:4]) % 40:02d}", f"{int(number[:2]) % 40:02d}")
    first = weighted(number[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
    return is_born and first and weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def finnish(number: str) -> bool:
    """The century's sign is a dash, which is gone by now, a plus sign or a letter."""
    plain = number[:6] + number[-4:]
    return is_day(plain[2:4], plain[:2]) and plain[-1] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(plain[:9]) % 31]


def swiss(number: str) -> bool:
    return weighted(number, (1, 3) * 6 + (1,)) % 10 == 0


def austrian(number: str) -> bool:
    check = weighted(number[:3] + number[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    return check == int(number[3]) and 1 <= int(number[6:8]) <= 15


def irish_pps(number: str) -> bool:
    extra = ascii_uppercase.index(number[8]) + 1 if len(number) == 9 and number[8] != "W" else 0
    return number[7] == "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(number[:7], range(8, 1, -1)) + 9 * extra) % 23]


def brazilian_cpf(number: str) -> bool:
    if len(set(number)) == 1:
        return False
    checks = (weighted(number[:9], range(10, 1, -1)), weighted(number[:10], range(11, 1, -1)))
    return all((11 - check % 11) % 11 % 10 == int(number[9 + place]) for place, check in enumerate(checks))


def chinese(number: str) -> bool:
    return number[6:8] in {"18", "19", "20"} and is_day(number[10:12], number[12:14]) and mod11_2(number)


def japanese(number: str) -> bool:
    rest = weighted(number[:11], (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(number[11]) == (0 if rest <= 1 else 11 - rest)


def korean(number: str) -> bool:
    check = (11 - weighted(number[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return is_day(number[2:4], number[4:6]) and check == int(number[12])


def australian_tfn(number: str) -> bool:
    return weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def south_african(number: str) -> bool:
    return is_day(number[2:4], number[4:6]) and number[10] in "012" and luhn(number)


def turkish(number: str) -> bool:
    odd, even = sum(map(int, number[0:9:2])), sum(map(int, number[1:8:2]))
    return (7 * odd - even) % 10 == int(number[9]) and sum(map(int, number[:10])) % 10 == int(number[10])


_CURP = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def mexican_curp(code: str) -> bool:
    total = sum(_CURP.index(character) * weight for character, weight in zip(code[:17], range(18, 1, -1), strict=True))
    return is_day(code[6:8], code[8:10]) and (10 - total % 10) % 10 == int(code[17])


def singaporean(number: str) -> bool:
    total = weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}[number[0]]
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}[number[0]]
    return number[8] == (letters[10 - total % 11] if number[0] == "M" else letters[total % 11])


def has_digits(number: str) -> bool:
    return sum(character.isdigit() for character in number) >= 5
