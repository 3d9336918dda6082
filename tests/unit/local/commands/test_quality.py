from datetime import timedelta

import pytest

from local.commands.quality import days
from local.console import Trouble


def test_a_year_is_old_unless_days_are_given():
    assert (days(""), days("30")) == (timedelta(days=365), timedelta(days=30))


@pytest.mark.parametrize("text", ["0", "-1", "a year", "1.5", "99999999"])
def test_what_is_no_number_of_days_is_refused_with_an_example(text):
    with pytest.raises(Trouble, match="OLDER=365"):
        days(text)
