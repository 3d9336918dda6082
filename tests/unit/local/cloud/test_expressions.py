"""Conditions of DynamoDB that are read once for many items."""

from typing import Any

import pytest

from local.cloud.expressions import compared, comparisons, remembering

RANGE = [
    ("NAME_REF", "#t"),
    ("EQ", "="),
    ("VALUE_REF", ":t"),
    ("IDENT", "AND"),
    ("IDENT", "at"),
    ("GE", ">="),
    ("VALUE_REF", ":at"),
    ("EOF", ""),
]
VALUES = {":t": {"S": "harbour"}, ":at": {"S": "2026-11"}}
NAMES = {"#t": "tenant"}


class Evaluator:
    """Stands for ministack's, and says what it was given."""

    def __init__(self, tokens: Any, item: Any, values: Any, names: Any) -> None:
        self.tokens, self.item = tokens, item

    def evaluate(self) -> Any:
        if "broken" in self.item:
            raise ValueError("broken")
        return ("quickly", self.tokens)


def item(tenant: str, at: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "at": {"S": at}}


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (item("harbour", "2026-11"), True),
        (item("harbour", "2026-12"), True),
        (item("harbour", "2026-10"), False),
        (item("other", "2026-12"), False),
        ({"tenant": {"S": "harbour"}}, None),
        ({"tenant": {"S": "harbour"}, "at": {"N": "3"}}, None),
    ],
)
def test_comparisons_of_texts_are_made_at_once_and_all_others_are_left_to_the_emulator(found: dict[str, Any], holds: bool | None) -> None:
    assert compared(comparisons(RANGE), found, VALUES, NAMES) is holds


@pytest.mark.parametrize(
    "tokens",
    [
        [
            *RANGE[:4],
            ("IDENT", "begins_with"),
            ("LPAREN", "("),
            ("IDENT", "at"),
            ("COMMA", ","),
            ("VALUE_REF", ":at"),
            ("RPAREN", ")"),
            ("EOF", ""),
        ],
        [*RANGE[:3], ("IDENT", "OR"), *RANGE[4:]],
        [("IDENT", "at"), ("NE", "<>"), ("VALUE_REF", ":at"), ("EOF", "")],
        [("IDENT", "NOT"), *RANGE],
        RANGE[:2],
    ],
)
def test_an_expression_with_anything_else_in_it_has_no_comparisons(tokens: list[tuple[str, str]]) -> None:
    assert not comparisons(tokens)
    assert compared((), item("harbour", "2026-11"), VALUES, NAMES) is None


def test_the_words_of_an_expression_are_checked_once_and_those_of_between_each_time() -> None:
    checked: list[str] = []

    def evaluate(expression: str, *_: Any) -> Any:
        checked.append(expression)
        return "slowly"

    run = remembering(evaluate, lambda expression: [("IDENT", expression)], Evaluator)
    assert run("a", {}, {}, {}) == "slowly"
    assert run("a", {}, {}, {}) == ("quickly", [("IDENT", "a")])
    assert run("a", {"broken": True}, {}, {}) == "slowly"
    assert run("a", {}, {}, {}, "FilterExpression") == "slowly"
    assert [run("a between :b AND :c", {}, {}, {}) for _ in range(2)] == ["slowly"] * 2
    assert checked == ["a", "a", "a", *["a between :b AND :c"] * 2]


def test_an_expression_that_was_refused_is_checked_again() -> None:
    def refuse(*_: Any) -> Any:
        raise ValueError("Invalid ConditionExpression")

    run = remembering(refuse, lambda expression: [], Evaluator)
    for _ in range(2):
        with pytest.raises(ValueError, match="Invalid"):
            run("a", {}, {}, {})
