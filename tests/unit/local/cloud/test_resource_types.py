import re

from local.cloud.embedding import ENDPOINT
from local.cloud.made import MADE
from local.cloud.resource_types import EMULATED, RECORDED
from local.comparison.observers import OBSERVERS
from local.comparison.report import ACCEPTED, NOT_COMPARED
from local.settings import ROOT


def test_a_type_is_served_in_exactly_one_way() -> None:
    tables = [*EMULATED, *RECORDED, *MADE, ENDPOINT]
    assert len(tables) == len(set(tables))


def test_what_acts_on_nothing_is_never_counted_as_compared() -> None:
    assert not set(RECORDED) & set(OBSERVERS)
    assert set(RECORDED) <= NOT_COMPARED


def test_every_accepted_difference_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "local.md").read_text()
    for kind, pattern, reason in ACCEPTED:
        assert kind in page, kind
        assert reason in page, reason
        re.compile(pattern)
