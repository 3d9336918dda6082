"""Stack policies over what keeps data: which stack gets which policy. tests/local/test_protect.py asks a CloudFormation."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.console import Trouble
from operating import protect
from operating.account import Account
from operating.protect import stack_policy
from stacks.reports.diff.stateful import HOLDS


@dataclass
class CloudFormation:
    """Of one region. stacks: name → logical id → type."""

    stacks: Mapping[str, Mapping[str, str]]
    policies: dict[str, str] = field(default_factory=dict)

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)

    def get_stack_policy(self, StackName: str) -> dict[str, str]:
        return {"StackPolicyBody": self.policies[StackName]} if StackName in self.policies else {}

    def set_stack_policy(self, StackName: str, StackPolicyBody: str) -> None:
        self.policies[StackName] = StackPolicyBody


@dataclass
class Pages:
    """One item to a page."""

    cloud: CloudFormation
    operation: str

    def paginate(self, StackName: str = "") -> Iterator[dict[str, Any]]:
        if self.operation == "describe_stacks":
            yield {"Stacks": [{"StackName": "causeway-prod-former", "StackStatus": "DELETE_COMPLETE"}]}
            for name in self.cloud.stacks:
                yield {"Stacks": [{"StackName": name, "StackStatus": "UPDATE_COMPLETE"}]}
        for name, kind in self.cloud.stacks.get(StackName, {}).items():
            yield {"StackResourceSummaries": [{"LogicalResourceId": name, "ResourceType": kind}]}


class Place:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data = {"Uploads0123ABCD": "AWS::S3::Bucket", "Url": "AWS::SSM::Parameter"}
        self.here = CloudFormation({"causeway-prod-data": data, "somebody-elses": data})
        self.there = CloudFormation({"causeway-prod-replica": {"Key": "AWS::KMS::Key"}})
        self._environ = monkeypatch
        monkeypatch.delenv("GO", raising=False)

    def run(self, environment: str = "prod", **environ: str) -> int:
        where = Account(environment, "account 1", lambda _: self.here, str, lambda _: self.there)
        self._environ.setattr(protect, "account", lambda: where)
        self._environ.delenv("GO", raising=False)
        for name, value in environ.items():
            self._environ.setenv(name, value)
        return protect.main(environ)

    def policy(self, client: CloudFormation, name: str) -> Any:
        return json.loads(client.policies[name]) if name in client.policies else None


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(monkeypatch)


def test_every_stack_of_the_environment_and_of_its_copies_is_protected_and_no_other(place: Place) -> None:
    assert place.run(GO="1") == 0
    assert place.policy(place.here, "causeway-prod-data") == stack_policy()
    assert place.policy(place.there, "causeway-prod-replica") == stack_policy()
    assert place.policy(place.here, "somebody-elses") is None


def test_without_go_it_only_says_what_is_not_protected(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run() == 1
    assert place.policy(place.here, "causeway-prod-data") is None
    said = capsys.readouterr().out
    assert "causeway-prod-data" in said
    assert "not protected" in said
    assert "2 stacks to change" in said


def test_what_is_protected_needs_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.run(GO="1")
    capsys.readouterr()
    assert place.run() == 0
    assert "not protected" not in capsys.readouterr().out


def test_one_resource_is_let_go_until_the_command_runs_again(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.run(GO="1", ALLOW="data/Uploads0123ABCD")
    _, deny = place.policy(place.here, "causeway-prod-data")["Statement"]
    assert deny["NotResource"] == ["LogicalResourceId/Uploads0123ABCD"]
    assert place.policy(place.there, "causeway-prod-replica") == stack_policy()
    capsys.readouterr()
    place.run(GO="1")
    assert "protected but for Uploads0123ABCD" in capsys.readouterr().out
    assert place.policy(place.here, "causeway-prod-data") == stack_policy()


@pytest.mark.parametrize("allow", ["data", "data/Url", "data/Nothing", "search/Uploads0123ABCD", "Uploads0123ABCD"])
def test_what_keeps_no_data_cannot_be_let_go(place: Place, allow: str) -> None:
    with pytest.raises(Trouble, match="ALLOW="):
        place.run(GO="1", ALLOW=allow)
    assert place.policy(place.here, "causeway-prod-data") is None


def test_an_environment_that_is_not_deployed_is_told(place: Place) -> None:
    with pytest.raises(Trouble, match="has no stack"):
        place.run("dev", GO="1")


def test_a_policy_of_somebody_else_is_replaced_and_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.here.set_stack_policy(StackName="causeway-prod-data", StackPolicyBody=json.dumps({"Statement": []}))
    assert place.run(GO="1") == 0
    assert "has another policy" in capsys.readouterr().out


def test_updates_in_place_are_allowed_and_every_type_that_keeps_data_is_named() -> None:
    """CloudFormation refuses everything that a stack policy does not allow."""
    allow, deny = stack_policy()["Statement"]
    assert (allow["Effect"], allow["Action"], allow["Resource"]) == ("Allow", "Update:*", "*")
    assert deny["Action"] == ["Update:Replace", "Update:Delete"]
    assert set(deny["Condition"]["StringEquals"]["ResourceType"]) == set(HOLDS)
    assert len(json.dumps(stack_policy("X" * 255))) < 16_384, "CloudFormation takes no more"
