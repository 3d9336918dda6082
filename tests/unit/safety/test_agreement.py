import pytest

from causeway.safety.agreement import agree

RETURNS = "Books may be returned within 30 days with the receipt [1]."


@pytest.mark.parametrize(
    "other",
    [
        RETURNS,
        "With the receipt, books may be returned within 30 days [2].",
        "You may return books within 30 days if you have the receipt [1].",
        "Books may be returned within 30 days with the receipt [1]. Those ordered online may be returned within 40 days [2].",
    ],
)
def test_answers_of_which_one_says_all_that_the_other_claims_agree(other: str) -> None:
    assert agree(RETURNS, other)
    assert agree(other, RETURNS)


@pytest.mark.parametrize(
    "other",
    [
        "Books may be returned within 14 days with the receipt [1].",
        "Members pay no postage for parcels to Ireland [1].",
        "Damaged parcels must be reported within 30 days [1]. Postage to Ireland costs a flat fee [2].",
        "Yes.",
        "",
    ],
)
def test_answers_with_another_number_or_other_claims_or_none_differ(other: str) -> None:
    assert not agree(RETURNS, other)
    assert not agree(other, RETURNS)


def test_an_answer_and_its_negation_differ() -> None:
    assert not agree("Members pay postage for parcels to Ireland [1].", "Members do not pay postage for parcels to Ireland [1].")
