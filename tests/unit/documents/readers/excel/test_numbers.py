"""Number formats: what Excel shows for a value, by the format's rules (ECMA-376 part 1, 18.8.31)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causeway.documents.readers.excel.numbers import is_date, shown, shows_text

NUMBERS = [
    (1234.567, "General", "1234.567"),
    (0.1 + 0.2, "General", "0.3"),
    (4006381333931, "General", "4006381333931"),
    (0.00001234, "General", "1.23400E-5"),
    (1234.567, "0", "1235"),
    (2.345, "0.00", "2.35"),
    (1.005, "0.00", "1.01"),
    (1234567.891, "#,##0.00", "1,234,567.89"),
    (0, "#,##0", "0"),
    (5, "#.##", "5"),
    (5.5, "0.0#", "5.5"),
    (-3, "0.00", "-3.00"),
    (-0.001, "0.0", "0.0"),
    (0.256, "0.0%", "25.6%"),
    (1234.5, '#,##0.00 "€"', "1,234.50 €"),
    (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
    (1234.5, "[$-409]$#,##0.00", "$1,234.50"),
    (-1234.5, "$#,##0.00_);($#,##0.00)", "($1,234.50)"),
    (-5, "0;[Red]-0", "-5"),
    (0, '0;-0;"none"', "none"),
    (7, ";;;", ""),
    (12, "[<10]0.0;[>=10]0", "12"),
    (5, "[<10]0.0;[>=10]0", "5.0"),
    (1500000, '0.0,,"M"', "1.5M"),
    (1500, "#,##0,", "2"),
    (123456789, "000-00-0000", "123-45-6789"),
    (7, '"No. "000', "No. 007"),
    (12345.678, "0.00E+00", "1.23E+04"),
    (45000.4, "##0.0E+0", "45.0E+3"),
    (1.75, "# ?/?", "1 3/4"),
    (0.5, "# ?/8", "4/8"),
    (3, "# ?/?", "3"),
    (42, "@", "42"),
]
DATES = [
    (45352, "dd.mm.yyyy", "01.03.2024"),
    (45352, "d mmm yyyy", "1 Mar 2024"),
    (45352, "dddd, mmmm d, yyyy", "Friday, March 1, 2024"),
    (45352.4375, "yyyy-mm-dd hh:mm", "2024-03-01 10:30"),
    (45352.4375, "m/d/yy h:mm AM/PM", "3/1/24 10:30 AM"),
    (0.75, "h:mm AM/PM", "6:00 PM"),
    (1.5, "[h]:mm", "36:00"),
    (0.0005, "mm:ss.0", "00:43.2"),
    (45352.999999, "yyyy-mm-dd hh:mm:ss", "2024-03-02 00:00:00"),
    (60, "d mmm yyyy", "29 Feb 1900"),
    (61, "d mmm yyyy", "1 Mar 1900"),
    (59, "d mmm yyyy", "28 Feb 1900"),
    (-1, "d mmm yyyy", "-1"),
    (99999999, "d mmm yyyy", "99999999"),
]


@pytest.mark.parametrize(("value", "code", "text"), [*NUMBERS, *DATES])
def test_a_number_is_shown_by_its_format(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_a_format_tells_dates_from_numbers_and_whether_it_shows_texts() -> None:
    assert [is_date(code) for code in ("d mmm", "[h]:mm", "0.00", '0 "days"', "[Red]0", "General")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [shows_text(code) for code in ("General", ";;;", "0;0;0;@", "0;0")] == [True, False, True, True]


@given(st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%/Ee+-;[]<>=@hmsdy AP"\\_*$€ General1', max_size=25))
def test_no_value_and_no_format_raises_an_error(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)
