"""The catalogue of reasons: what it names is there, and nothing in it is idle."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.constructs import reasons
from stacks.constructs.reasons import REASONS, Reason

TOP = Path(__file__).resolve().parents[4]


def named(reason: Reason) -> Iterator[str]:
    for test in reason.tests:
        file, _, name = test.partition("::")
        yield name if f"def {name}(" in (TOP / file).read_text() else f"{file} has no {name}"


@pytest.mark.parametrize("reason", REASONS.values(), ids=str)
def test_a_reason_says_what_protects_instead_and_names_tests_that_there_are(reason: Reason) -> None:
    assert reason.tests
    assert list(named(reason)) == [test.partition("::")[2] for test in reason.tests]
    assert all(len(text.split()) >= 5 for text in (reason.text, reason.instead))


def test_each_reason_is_given_somewhere() -> None:
    sources = "".join(file.read_text() for file in (TOP / "stacks").rglob("*.py") if file.name != "reasons.py")
    names = {name for name, value in vars(reasons).items() if isinstance(value, Reason)}
    assert names
    assert not {name for name in names if not re.search(rf"\breasons\.{name}\b", sources)}


def test_keys_tell_reasons_apart_and_can_be_read_back_from_a_template() -> None:
    every = [value for value in vars(reasons).values() if isinstance(value, Reason)]
    assert len({reason.key for reason in every}) == len(every) == len(REASONS)
    assert all(re.fullmatch(r"[a-z-]+", key) for key in REASONS)
