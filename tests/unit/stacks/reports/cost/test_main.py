"""What `make cost` answers when it is asked wrongly."""

import pytest

from stacks.reports.cost.__main__ import main


@pytest.mark.parametrize("named", [["dev"], ["dev", "staging", "prod"]])
def test_who_names_one_environment_or_three_to_compare_is_told_what_to_type(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--compare", *named]) == 2
    assert capsys.readouterr().err == 'name two environments to compare: make cost COMPARE="dev prod"\n'
