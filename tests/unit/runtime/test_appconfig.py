from collections.abc import Iterator

import pytest
from botocore.exceptions import EndpointConnectionError

from causeway.runtime.appconfig import SWITCHES, Document, Place
from causeway.runtime.breakers import Instant
from causeway.runtime.clients import client, forget_clients
from causeway.runtime.errors import DependencyError
from causeway.runtime.switches import Switches
from tests.unit.appconfig import AppConfig

OFF = {"everyone": {"answers": False}}


class Switchboard:
    """A document whose clock the test moves."""

    def __init__(self) -> None:
        self.appconfig = AppConfig()
        self.failures: list[DependencyError] = []
        self.seconds = 0.0
        appconfig = client("appconfigdata", **SWITCHES.patience)
        place = Place.of("causeway/switches/switches")
        self.document = Document(appconfig, place, Switches, SWITCHES, 30, self.failures.append, lambda: Instant(self.seconds, 0.0))

    @property
    def answers(self) -> bool:
        return self.document.current().everyone.answers


@pytest.fixture
def switchboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Switchboard]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    forget_clients()
    yield Switchboard()
    forget_clients()


def test_a_switch_acts_when_what_is_known_is_as_old_as_it_may_be_and_not_before(switchboard: Switchboard):
    assert switchboard.answers
    switchboard.appconfig.documents["switches"] = OFF
    switchboard.seconds = 29.9
    assert switchboard.answers
    switchboard.seconds = 30
    assert not switchboard.answers


def test_appconfig_is_asked_once_for_all_that_happens_in_between(switchboard: Switchboard):
    assert [switchboard.answers for _ in range(100)] == [True] * 100
    assert switchboard.appconfig.calls == ["/configurationsessions", "/configuration"]


def test_a_session_goes_on_with_the_next_token_and_keeps_what_has_not_changed(switchboard: Switchboard):
    switchboard.appconfig.documents["switches"] = OFF
    for switchboard.seconds in (0, 30, 60):
        assert not switchboard.answers
    assert switchboard.appconfig.calls == ["/configurationsessions", *["/configuration"] * 3]
    assert switchboard.failures == []


def test_after_an_answer_without_a_token_a_new_session_begins(switchboard: Switchboard):
    switchboard.appconfig.goes_on = False
    switchboard.appconfig.documents["switches"] = OFF
    for switchboard.seconds in (0, 30):
        assert not switchboard.answers
    assert switchboard.appconfig.calls == ["/configurationsessions", "/configuration"] * 2


@pytest.mark.parametrize("fault", [500, 429, 403, 400, EndpointConnectionError(endpoint_url="https://appconfigdata")])
def test_the_last_known_switches_hold_while_appconfig_cannot_be_asked(switchboard: Switchboard, fault: int | Exception):
    switchboard.appconfig.documents["switches"] = OFF
    assert not switchboard.answers
    switchboard.appconfig.failing = fault
    switchboard.seconds = 30
    assert not switchboard.answers
    assert [failure.dependency for failure in switchboard.failures] == ["switches"]


def test_before_the_first_answer_nothing_is_switched_off(switchboard: Switchboard):
    switchboard.appconfig.failing = 500
    assert switchboard.answers
    assert len(switchboard.failures) == 1


def test_a_failure_is_asked_about_again_only_after_the_interval_and_then_with_a_new_session(switchboard: Switchboard):
    switchboard.appconfig.failing = 403
    assert [switchboard.answers for _ in range(5)] == [True] * 5
    assert switchboard.appconfig.calls == ["/configurationsessions"]
    switchboard.appconfig.failing = None
    switchboard.appconfig.documents["switches"] = OFF
    switchboard.seconds = 30
    assert not switchboard.answers


def test_a_token_that_has_expired_costs_one_interval(switchboard: Switchboard):
    assert switchboard.answers
    switchboard.appconfig.documents["switches"] = OFF
    switchboard.appconfig.failing = 400
    switchboard.seconds = 90_000
    assert switchboard.answers
    switchboard.appconfig.failing = None
    switchboard.seconds += 30
    assert not switchboard.answers


@pytest.mark.parametrize("broken", ["no JSON", '{"everyone": {"answers": "off"}}', "[]"])
def test_a_document_that_is_none_of_ours_changes_nothing_and_is_told(switchboard: Switchboard, broken: str):
    switchboard.appconfig.documents["switches"] = OFF
    assert not switchboard.answers
    switchboard.appconfig.documents["switches"] = broken
    switchboard.seconds = 30
    assert not switchboard.answers
    assert [failure.kind for failure in switchboard.failures] == ["rejected"]


def test_names_of_a_later_version_do_not_disarm_the_ones_that_are_known(switchboard: Switchboard):
    switchboard.appconfig.documents["switches"] = {"everyone": {"answers": False, "pictures": False}, "later": {}}
    assert not switchboard.answers
    assert switchboard.failures == []


@pytest.mark.parametrize("text", ["application", "application/environment", "a/b/c/d"])
def test_a_place_has_three_parts(text: str):
    with pytest.raises(ValueError, match="unpack"):
        Place.of(text)
