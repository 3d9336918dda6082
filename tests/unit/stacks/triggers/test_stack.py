"""Names of schedules, of which there is one for each trigger and tenant."""

import pytest

from stacks.environment import InvalidEnvironment
from stacks.triggers.stack import schedule_name


def test_a_name_that_the_scheduler_does_not_take_is_refused_and_never_cut() -> None:
    longest = "t" * (64 - len("causeway-prod--harbour"))
    assert schedule_name("prod", longest, "harbour") == f"causeway-prod-{longest}-harbour"
    with pytest.raises(InvalidEnvironment, match=f"more than 64 characters; shorten t{longest}$"):
        schedule_name("prod", f"t{longest}", "harbour")
