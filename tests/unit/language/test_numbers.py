import pytest

from causeway.language.numbers import number, with_plain_numbers


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        ("1,000", "en", "1000"),
        ("5.00", "en", "5"),
        ("1.000", "en", "1"),
        ("1.000", "de", "1000"),
        ("1,000", "de", "1"),
        ("1.000,50", "de", "1000.5"),
        ("1.000,50", "en", "1000.5"),
        ("1,000.50", "de", "1000.5"),
        ("1.000.000", "en", "1000000"),
        ("1,00,000", "en", "100000"),
        ("1'000'000", "de", "1000000"),
        ("3,5", "en", "3.5"),
        ("12:30", "en", "12:30"),
        ("24.12.2024", "de", "24.12.2024"),
        ("1.2.3", "en", "1.2.3"),
        ("2024-05-01", "en", "2024-05-01"),
        ("007", "en", "007"),
        ("-1.50", "en", "-1.5"),
        ("10⁵", "en", "10^5"),
        ("10⁻³", "en", "10^-3"),
        ("1½", "en", "1.5"),
        ("¾", "en", "0.75"),
    ],
)
def test_a_number_has_one_form_for_its_value(written: str, language: str, expected: str) -> None:
    assert number(written, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("月額二万五千円", "ja", "月額 25000 円"),
        ("2万5千円と1億2千万", "ja", "25000 円と 120000000"),
        ("二〇二四年、第三条、十五", "ja", "2024 年、第 3 条、 15"),
        ("每晚六百元，其他四百元，共3.5億", "zh", "每晚 600 元，其他 400 元，共 35000 0000".replace("35000 0000", "350000000")),
        ("하루 5만 원, 12만", "ko", "하루  50000 원, 120000"),
        ("1 000 000 euros", "fr", "1000000 euros"),
        ("in 2019 300 people", "en", "in 2019 300 people"),
        ("٢٥٬٠٠٠٫٥ ๑๒ १२", "ar", "25000.5 12 12"),
        ("入社から六か月、三ヶ所、五箇条", "ja", "入社から 6 か月、 3 ヶ所、 5 箇条"),
        ("保証は一年、一か月、十一年", "ja", "保証は 1 年、 1 か月、 11 年"),
        ("按一点五倍，十二点五元，下午三点五十分", "zh", "按 1.5 倍， 12.5 元，下午三点 50 分"),
        ("两张票，三位客人，一百零五元，六小时，十分重要", "zh", "2 张票， 3 位客人， 105 元， 6 小时，十分重要"),
        ("2만5천 원, 3천5백명, 2 천장, 백화점", "ko", "25000 원, 3500 명, 2 천장, 백화점"),
        ("一般、三菱、百貨店、千葉、万一", "ja", "一般、三菱、百貨店、千葉、万一"),
    ],
)
def test_numerals_of_any_script_are_written_in_plain_digits(text: str, language: str, expected: str) -> None:
    assert with_plain_numbers(text, language).split() == expected.split()


def test_a_one_before_a_counter_can_be_left_as_it_is() -> None:
    assert with_plain_numbers("一年に二回", "ja", ones=False).split() == ["一年に", "2", "回"]
