import pytest

from evaluation.answered.standing import fate

PASSAGE = "Returns\nPolicies\nMembers may return a book to Penzance within 30 days, but not a map. Mugs are washed by hand every evening."


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("Members may return a book to Penzance within 30 days [1].", "stands"),
        ("Members may not return a map within 30 days [1].", "open"),
        ("Members may return a book within 31 days [1].", "absent"),
        ("Members may return a book to Truro within 30 days [1].", "absent"),
        ("He said that he was in the interview [1].", "absent"),
        ("Within 30 days a book may be taken back by members [1].", "absent"),
    ],
)
def test_a_claim_stands_in_the_order_of_its_words_with_its_numbers_and_names(claim: str, found: str):
    assert fate(claim, ["Elsewhere", PASSAGE]) == found


def test_words_that_are_far_apart_do_not_stand():
    assert fate("Members wash mugs.", [f"Members {'and more ' * 20} wash mugs."]) != "stands"


def test_signs_of_scripts_without_spaces_are_words():
    assert fate("本は三十日以内に返品できる。", ["本は三十日以内に返品できる。地図は返品できない。"]) == "stands"


def test_a_negation_must_stand_too():
    assert fate("Members may not return a book to Penzance.", ["Members may return a book to Penzance."]) == "open"
