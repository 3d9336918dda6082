"""Where the stand-in finds its rules, and what is wrong with a script that cannot be read."""

from pathlib import Path

import pytest

from local import places
from local.app import domain
from local.models import scripts
from local.models.serving import Unsupported


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder, with the domain `shop` deployed."""
    monkeypatch.setattr(places, "STATE", tmp_path)
    monkeypatch.setattr(scripts, "deployed", lambda: domain.deployed(tmp_path / "domain"))
    monkeypatch.setattr(domain, "DOMAINS", tmp_path / "domains")
    (tmp_path / "domain").write_text("shop\n")
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_scripts_of_the_state_folder_come_before_that_of_the_domain(state: Path) -> None:
    write(state / "domains" / "shop" / "agents" / "stand-in.yaml", "rules: [{when: c}]")
    write(state / "scripts" / "2.yaml", "rules: [{when: b}]")
    write(state / "scripts" / "1.yaml", "rules: [{when: a}]")
    assert [rule.when for rule in scripts.of_deployment()] == ["a", "b", "c"]


def test_a_domain_without_a_script_has_no_rules_and_a_new_one_acts_at_once(state: Path) -> None:
    assert scripts.of_deployment() == []
    write(state / "domains" / "shop" / "agents" / "stand-in.yaml", "rules: [{when: c}]")
    assert len(scripts.of_deployment()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "while parsing"),
        ("rules: [{when: '('}]", "is no regular expression"),
        ("rules: [{when: a, then: b}]", "then"),
        ("rules: [{when: a, find: {order: {pattern: '[', ask: 'Which?'}}}]", "is no regular expression"),
        ("", "valid dictionary"),
    ],
)
def test_a_script_that_cannot_be_read_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "s.yaml", text)
    with pytest.raises(Unsupported, match=said) as refused:
        scripts.read(tmp_path / "s.yaml")
    assert "s.yaml is no script" in str(refused.value)
