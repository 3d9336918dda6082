"""What synthesis writes to standard error while a review runs."""

import sys

import pytest

from stacks.reports.comply.__main__ import without_warnings


def test_warnings_of_a_review_that_works_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with without_warnings():
        sys.stderr.buffer.write(b"WARNING of jsii's own thread\n")
        print("WARNING", file=sys.stderr)
    print("the report", file=sys.stderr)
    assert capsys.readouterr().err == "the report\n"


def test_they_are_shown_when_the_review_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def review() -> None:
        print("ERROR why it failed", file=sys.stderr)
        raise RuntimeError

    with pytest.raises(RuntimeError), without_warnings():
        review()
    assert capsys.readouterr().err == "ERROR why it failed\n"
