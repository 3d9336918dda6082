import re

from hypothesis import given
from hypothesis import strategies as st

from causeway.safety.citations import cited, with_marks, without_marks

numbers = st.lists(st.integers(1, 30), min_size=1, max_size=5)
known = st.sets(st.integers(1, 10))


def test_marks_are_read_in_every_form_that_models_write():
    assert cited("A [1]. B [2, 3]; C [4][5]. D 【6】 E [7-9] F [10;11]") == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_other_brackets_are_no_marks():
    assert cited("see [a], (1), [ ], [1.5] and array[x]") == []


def test_an_unknown_number_leaves_a_mark_that_names_a_known_one_too():
    assert with_marks("Yes [1, 9].", {1}) == "Yes [1]."


def test_a_mark_of_unknown_numbers_goes_with_the_space_before_it():
    assert with_marks("Yes [9].", {1}) == "Yes."
    assert with_marks("Yes [9][8].", {1}) == "Yes."


def test_a_known_mark_keeps_the_space_of_an_unknown_one_before_it():
    assert with_marks("Yes [9][1].", {1}) == "Yes [1]."


@given(numbers)
def test_what_is_written_is_read_back(wanted: list[int]):
    text = "Claim " + "".join(f"[{number}]" for number in wanted)
    assert cited(text) == list(dict.fromkeys(wanted))


@given(st.text(alphabet="ab .[]【】0123456789,;-–\n", max_size=60), known)
def test_repair_leaves_known_numbers_only_and_changes_nothing_twice(text: str, given_passages: set[int]):
    repaired = with_marks(text, given_passages)
    assert set(cited(repaired)) <= given_passages
    assert with_marks(repaired, given_passages) == repaired


@given(st.text(max_size=80))
def test_text_without_brackets_stays_as_it_is(text: str):
    plain = re.sub(r"[\[\]【】]", "", text)
    assert without_marks(plain) == plain == with_marks(plain, {1})
