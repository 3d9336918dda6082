"""What a domain's retrieval.yaml may say."""

import json
from pathlib import Path

import pytest

from causeway.retrieval import boosts as read
from stacks.data.boosts import FILE, boosts
from stacks.environment import InvalidEnvironment, load
from tests.unit.stacks.data.shops import shop


def domain(folder: Path, text: str | None) -> str:
    return shop(folder, FILE, text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("boost: {}", "boost"),
        ("boosts: {folders: {}}", "boosts.folders"),
        ("boosts: {sources: {policies: 1.2}}", '"policies" fits no document: a folder ends with "/", a document with its extension'),
        ("boosts: {sources: {/policies/: 1.2}}", '"/policies/" fits no document'),
        ("boosts: {sources: {policies/: 0.4}}", "greater than or equal to 0.5"),
        ("boosts: {sources: {policies/: 2.1}}", "less than or equal to 2"),
        ("boosts: {fresh: {half_life_days: 0, weight: 0.1}}", "boosts.fresh.half_life_days"),
        ("boosts: {fresh: {half_life_days: .inf, weight: 0.1}}", "boosts.fresh.half_life_days"),
        ("boosts: {fresh: {half_life_days: 9, weight: 1.1}}", "boosts.fresh.weight"),
        ("boosts: {fresh: {half_life_days: 9}}", "boosts.fresh.weight"),
        (f"boosts: {{sources: {{{'b' * 500}/: 1.2}}}}", "a function's variables have room for 500"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        boosts(domain(tmp_path, text), tmp_path)


def test_a_domain_without_the_file_with_an_empty_one_and_no_domain_have_no_boosts(tmp_path: Path) -> None:
    assert boosts(None).variable == ""
    assert boosts(domain(tmp_path, None), tmp_path).variable == ""
    (tmp_path / "shop" / FILE).touch()
    assert boosts("shop", tmp_path).variable == ""


def test_the_functions_read_what_the_domain_says(tmp_path: Path) -> None:
    text = "boosts: {sources: {policies/: 1.2, cafe\u0301.md: 0.5}, fresh: {half_life_days: 365, weight: 0.1}}"
    found = read.Boosts.model_validate(json.loads(boosts(domain(tmp_path, text), tmp_path).variable))
    assert found == read.Boosts(sources={"policies/": 1.2, "café.md": 0.5}, fresh=read.Fresh(half_life_days=365, weight=0.1))


def test_an_environment_whose_domain_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.data.settings.boosts", lambda name: boosts(domain(tmp_path, "boosts: 1"), tmp_path))
    with pytest.raises(InvalidEnvironment, match="boosts"):
        load("local")


def test_no_environment_here_has_boosts_or_joins_neighbours() -> None:
    for name in ("local", "dev", "staging", "prod"):
        environment = load(name)
        assert (boosts(environment.data.domain).variable, environment.assistant.join_tokens) == ("", 0)
