from hypothesis import given
from hypothesis import strategies as st

from causeway.safety.quotes import LONGEST, quotes

PASSAGE = "We sell books. Members get 10 % off every book, e.g. on paperbacks. Ask at the till. Dr. Vane runs the club."
VALVES = """Part: HX-2041-A; Material: brass; Minimum order: 50
Part: HX-2041-B; Material: brass; Minimum order: 20
Part: HX-2042-A; Material: steel; Minimum order: 10"""


def texts(passage: str, *claims: str) -> list[str]:
    return [quote.text for quote in quotes(passage, claims)]


def test_a_quote_is_the_sentence_that_carries_the_claim() -> None:
    assert texts(PASSAGE, "Members pay 10 % less for every book") == ["Members get 10 % off every book, e.g. on paperbacks."]


def test_two_sentences_are_quoted_when_both_carry_it() -> None:
    passage = "Members pay less. Guests pay the full price. Dogs wait outside."
    assert texts(passage, "Guests pay the full price and members less") == ["Members pay less. Guests pay the full price."]


def test_a_code_decides_between_rows_that_are_alike() -> None:
    assert texts(VALVES, "The minimum order of HX-2041-B is 20.") == ["Part: HX-2041-B; Material: brass; Minimum order: 20"]
    assert texts(VALVES, "The minimum order of HX-2042-A is 10.") == ["Part: HX-2042-A; Material: steel; Minimum order: 10"]


def test_a_number_decides_as_a_whole_number_and_not_within_another() -> None:
    rows = "Size 120 costs more than the others.\nSize 20 costs more than the others.\nSize 12 costs more than the others."
    assert texts(rows, "Size 20 costs more than the others.") == ["Size 20 costs more than the others."]


def test_a_lone_letter_decides_between_classes() -> None:
    rows = "Class: A; Fee: none\nClass: B; Fee: none\nClass: C; Fee: none"
    assert texts(rows, "The fee of Class B is none.") == ["Class: B; Fee: none"]


def test_each_claim_has_its_own_quote() -> None:
    assert texts(VALVES, "HX-2042-A has a minimum order of 10.", "HX-2041-A has a minimum order of 50.") == [
        "Part: HX-2042-A; Material: steel; Minimum order: 10",
        "Part: HX-2041-A; Material: brass; Minimum order: 50",
    ]


def test_one_claim_over_two_rows_quotes_both() -> None:
    assert len(texts(VALVES, "The minimum order is 50 for HX-2041-A and 10 for HX-2042-A.")) == 2


def test_claims_that_rest_on_the_same_words_share_a_quote() -> None:
    assert len(texts(PASSAGE, "Members get 10 % off books.", "Every book is 10 % off for members.")) == 1


def test_a_quote_knows_its_place() -> None:
    (quote,) = quotes(PASSAGE, ["Dr. Vane runs the club"])
    assert PASSAGE[quote.start :].startswith(quote.text)
    assert quote.text == "Dr. Vane runs the club."


def test_quotes_of_scripts_without_spaces_are_sentences() -> None:
    rules = "通勤手当の上限は月額二万五千円です。自転車通勤には手当がありません。"
    assert texts(rules, "自転車で通勤する人に手当はありません。") == ["自転車通勤には手当がありません。"]
    leave = "พนักงานมีสิทธิลาพักร้อนปีละ 10 วัน ต้องแจ้งหัวหน้าล่วงหน้าอย่างน้อย 7 วัน"
    assert texts(leave, "ต้องแจ้งหัวหน้าล่วงหน้า 7 วัน") == ["ต้องแจ้งหัวหน้าล่วงหน้าอย่างน้อย 7 วัน"]


def test_a_claim_in_other_words_quotes_the_beginning() -> None:
    assert texts(PASSAGE, "Penguins fly south") == ["We sell books."]


def test_a_long_sentence_without_spaces_is_cut_at_400_characters() -> None:
    (text,) = texts("手当は " + "通勤" * 300, "通勤手当")
    assert len(text) == LONGEST


@given(st.text(max_size=900), st.lists(st.text(max_size=60), max_size=3))
def test_a_quote_is_verbatim_and_short(passage: str, claims: list[str]) -> None:
    for quote in quotes(passage, claims):
        assert passage[quote.start : quote.start + len(quote.text)] == quote.text
        assert 0 < len(quote.text) <= LONGEST


def test_rows_that_differ_in_one_letter_of_any_script_are_told_apart() -> None:
    assert texts("Type: α; Limit: 5\nType: β; Limit: 5", "Type β has a limit of 5.") == ["Type: β; Limit: 5"]
    assert texts("等级: 甲; 费用: 5\n等级: 乙; 费用: 5", "等级乙的费用是5。") == ["等级: 乙; 费用: 5"]


def test_of_a_long_sentence_the_words_of_the_claim_are_quoted() -> None:
    row = f"Name: Ada; {'; '.join(f'Note {number}: of {number} words' for number in range(100, 140))}; Pension: 4471"
    (quote,) = quotes(f"Name: Bo; Pension: 9\n{row}", ["The pension of Ada is 4471."])
    assert quote.text.endswith("; Pension: 4471")


def test_what_is_on_two_pages_is_two_quotes() -> None:
    first, second = "The fish counter of the weir is read at noon.", "Ranger Ottilie Brandt writes its figures down."
    passage = f"{first}\n\n{second}"
    claim = "The fish counter of the weir is read at noon by ranger Ottilie Brandt, who writes figures."
    assert texts(passage, claim) == [passage]
    assert [quote.text for quote in quotes(passage, [claim], breaks=[0, len(first) + 2])] == [first, second]


def test_of_rows_with_the_same_figures_the_order_decides() -> None:
    rows = "Room 1: key 11\nRoom 11: key 1"
    assert texts(rows, "The key of room 11 is 1.") == ["Room 11: key 1"]
    assert texts(rows, "The key of room 1 is 11.") == ["Room 1: key 11"]
