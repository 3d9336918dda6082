"""Keys are set, taken back and listed, and are seen nowhere."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from local.console import Trouble
from operating import secret
from operating.account import Account

NAME = "causeway-{}-tool-wholesaler"
FIRST, SECOND = "key-of-spring-2026", "key-of-summer-2026"


class Place:
    """An account with a secret that the template has made."""

    def __init__(self, environment: str) -> None:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        make: Any = boto3.client
        self.clients = {service: make(service, region_name="us-east-1", **keys) for service in ("secretsmanager", "ssm")}
        self.name = NAME.format(environment)
        self.clients["secretsmanager"].create_secret(Name=self.name)
        parameters = {"agents/secrets": "trade-press,wholesaler", "agents/secret-days": "90"}
        self.account = Account(environment, "account 1, us-east-1", self.clients.__getitem__, parameters.__getitem__)

    @property
    def value(self) -> str:
        return str(self.clients["secretsmanager"].get_secret_value(SecretId=self.name, VersionStage="AWSCURRENT")["SecretString"])

    @property
    def age(self) -> dict[str, Any]:
        name = f"/causeway/{self.account.environment}/agents/secret/wholesaler"
        found: dict[str, Any] = self.clients["ssm"].get_parameter(Name=name)["Parameter"]
        return found


@pytest.fixture(params=["local", "prod"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name in ("GO", "BACK"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        made = Place(request.param)
        monkeypatch.setattr(secret, "account", lambda: made.account)
        yield made


def typed(value: str) -> Any:
    return lambda words: value


def never(words: str) -> str:
    raise AssertionError("nobody was to be asked")


def test_a_key_is_set_and_the_day_noted_and_nothing_of_it_printed(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GO", "1")
    secret.main({"NAME": "wholesaler"}, typed(f"{FIRST}\n"))
    assert place.value == FIRST
    assert place.age["Value"].startswith("20")
    said = capsys.readouterr().out
    assert "wholesaler gets a new value\nDone. Functions use it within five minutes" in said
    assert FIRST not in said


def test_a_key_that_is_old_is_told_of_by_its_parameter(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GO", "1")
    stubs = Stubber(place.clients["ssm"])
    policy = [{"Type": "NoChangeNotification", "Version": "1.0", "Attributes": {"After": "90", "Unit": "Days"}}]
    wanted = {"Name": f"/causeway/{place.account.environment}/agents/secret/wholesaler", "Description": ANY, "Value": ANY}
    wanted |= {"Type": "String", "Tier": "Advanced", "Overwrite": True, "Policies": json.dumps(policy)}
    stubs.add_response("put_parameter", {"Version": 1}, wanted)
    with stubs:
        secret.main({"NAME": "wholesaler"}, typed(FIRST))
        stubs.assert_no_pending_responses()


def test_a_day_that_cannot_be_noted_is_told_though_the_key_is_set(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GO", "1")
    stubs = Stubber(place.clients["ssm"])
    stubs.add_client_error("put_parameter", "AccessDeniedException")
    with stubs, pytest.raises(Trouble, match="wholesaler is set and in use, but nobody will be reminded of its age"):
        secret.main({"NAME": "wholesaler"}, typed(FIRST))
    assert place.value == FIRST


def test_the_former_value_comes_back_and_again_the_newer_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GO", "1")
    for value in (FIRST, SECOND):
        secret.main({"NAME": "wholesaler"}, typed(value))
    monkeypatch.setenv("BACK", "1")
    for value in (FIRST, SECOND):
        secret.main({"NAME": "wholesaler"}, never)
        assert place.value == value


def test_there_is_no_way_back_from_the_first_value(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GO", "1")
    secret.main({"NAME": "wholesaler"}, typed(FIRST))
    monkeypatch.setenv("BACK", "1")
    with pytest.raises(Trouble, match="has no former value"):
        secret.main({"NAME": "wholesaler"}, never)


def test_a_real_account_is_told_what_would_happen_and_no_key_is_asked_for_without_go(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    secret.main({"NAME": "wholesaler"}, never if place.account.is_real else typed(FIRST))
    assert ("Nothing is done yet: repeat the command with GO=1." in capsys.readouterr().out) == place.account.is_real


@pytest.mark.parametrize("value", ["", "short", "two\nlines-of-a-key", "nöt-ascii-at-all"])
def test_what_cannot_be_a_key_is_refused_without_being_repeated(place: Place, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GO", "1")
    with pytest.raises(Trouble, match=r"This is no value for wholesaler: .* Nothing was changed\.") as refused:
        secret.main({"NAME": "wholesaler"}, typed(value))
    assert not value or value not in str(refused.value)


def test_a_key_that_no_tool_sends_is_refused_with_those_there_are(place: Place) -> None:
    with pytest.raises(Trouble, match=r"NAME=nobody is no key that a tool sends\. There are: trade-press, wholesaler"):
        secret.main({"NAME": "nobody"}, never)


def test_keys_are_listed_with_what_can_be_done_and_without_their_values(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GO", "1")
    place.clients["secretsmanager"].create_secret(Name=place.name.replace("wholesaler", "trade-press"))
    for value in (FIRST, SECOND):
        secret.main({"NAME": "wholesaler"}, typed(value))
    capsys.readouterr()
    secret.main({})
    first, press, wholesaler = capsys.readouterr().out.splitlines()
    assert first == f"{place.account.environment} (account 1, us-east-1)"
    assert press.split(maxsplit=1) == ["trade-press", "NOT SET: tools that send it are refused"]
    assert wholesaler.endswith("BACK=1 returns to a former value")
    assert FIRST not in wholesaler + press
