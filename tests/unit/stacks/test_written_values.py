"""What the words of an environment's file mean before any section reads them, and which file is whose."""

import datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml

from stacks.assistant.countries import COUNTRIES
from stacks.delivery.application import FILE
from stacks.environment import ENVIRONMENTS, InvalidEnvironment, load, parse, read

OURS = [*sorted(ENVIRONMENTS.glob("*.yaml")), FILE]


def written(folder: Path, text: str) -> Any:
    file = folder / "values.yaml"
    file.write_text(text)
    return read(file)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *((word, word) for word in ("no", "yes", "on", "off", "NO", "y")),
        *((word, word) for word in ("012", "08", "012345670123", "0x1F", "0b11", "3:30", "190:20:30")),
        *((word, word) for word in ("2026-01-31", "2026-13-45", "2026-01-31 10:00:00", "1e3", "1.2.3")),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-3", -3),
        ("1_000", 1000),
        ("111122223333", 111122223333),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.0e+3", 1000.0),
        ("null", None),
    ],
)
def test_a_word_without_quotes_is_what_it_looks_like(tmp_path: Path, word: str, value: object) -> None:
    found = written(tmp_path, f"key: {word}\n")["key"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_no_file_of_the_house_means_another_thing_to_other_readers_of_yaml(file: Path) -> None:
    assert read(file) == yaml.safe_load(file.read_text())


def test_an_account_with_a_leading_zero_and_norway_need_no_quotes(tmp_path: Path) -> None:
    text = (ENVIRONMENTS / "prod.yaml").read_text().replace("assistant:\n", "assistant:\n  firewall_countries: [NO, DE]\n")
    (tmp_path / "prod.yaml").write_text(f"account: 012345670123\n{text}")
    prod = load("prod", tmp_path)
    assert (prod.account, prod.assistant.firewall_countries) == ("012345670123", ("NO", "DE"))


def test_a_day_without_quotes_is_a_day(tmp_path: Path) -> None:
    counting = "assistant:\n  firewall_mode: count\n  firewall_counts_until: 2026-01-31\n"
    (tmp_path / "dev.yaml").write_text((ENVIRONMENTS / "dev.yaml").read_text().replace("assistant:\n", counting))
    assert load("dev", tmp_path).assistant.firewall_counts_until == datetime.date(2026, 1, 31)


@pytest.mark.parametrize(("name", "other"), [("prod", "dev"), ("staging", "prod"), ("dev", "staging")])
def test_a_file_that_has_the_name_of_another_environment_is_refused(tmp_path: Path, name: str, other: str) -> None:
    """As a copy has whose first line nobody changed: its values would be deployed over the other's stacks, without the rules of its own."""
    (tmp_path / f"{name}.yaml").write_text((ENVIRONMENTS / f"{other}.yaml").read_text())
    with pytest.raises(InvalidEnvironment, match=rf"{name}\.yaml has name={other}: .* write name: {name}"):
        load(name, tmp_path)


@pytest.mark.parametrize("name", ["x" * 300, "calibrations/wordllama", "../delivery", "", "dev\0"])
def test_what_is_no_file_of_an_environment_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidEnvironment, match=r"no environment .*; there are: dev, local, prod, staging"):
        load(name)


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_data_cannot_be_where_the_account_is_not(region: str, partition: str) -> None:
    values = read(ENVIRONMENTS / "prod.yaml")
    values["residency"].append(region)
    with pytest.raises(InvalidEnvironment, match=rf"residency={region} is of another partition .*\({partition}, not aws\)"):
        parse(values, "prod.yaml")


@pytest.mark.parametrize("code", ["XX", "EU", "AN"])
def test_a_country_that_the_firewall_does_not_know_is_refused(code: str) -> None:
    values = read(ENVIRONMENTS / "prod.yaml")
    values["assistant"]["firewall_countries"] = ["DE", code]
    with pytest.raises(InvalidEnvironment, match=f"assistant.firewall_countries={code}: the firewall knows no such country"):
        parse(values, "prod.yaml")


def test_the_countries_are_those_of_the_firewalls_api() -> None:
    known = botocore.session.get_session().get_service_model("wafv2").shape_for("CountryCode").metadata["enum"]
    assert frozenset(known) == COUNTRIES
