"""Prices looked up in a list of AWS's form, which a server of this test gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from stacks.reports.cost import prices, renew

HEAD = "# Where they come from.\n"
NAT = {"usd": 0.045, "unit": "hours", "offer": "AmazonEC2", "of": {"usagetype": "NatGateway-Hours"}, "source": "a blog"}
QUEUE = {
    "usd": 0.4,
    "count": 1_000_000,
    "unit": "requests",
    "offer": "AWSQueueService",
    "of": {"usagetype": "Requests"},
    "source": "a blog",
}
HAND = {"usd": 7.0, "unit": "months", "source": "a letter"}

Offered = Callable[..., None]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "prices.yaml"
    made.write_text(HEAD + yaml.safe_dump({"date": "2026-01-01", "regions": {"us-east-1": {"nat": NAT, "queue": QUEUE, "hand": HAND}}}))
    monkeypatch.setattr(prices, "FILE", made)
    monkeypatch.setattr(renew, "FILE", made)
    return made


@pytest.fixture
def offered(httpserver: HTTPServer) -> Offered:
    """Products of an offer: usage type → tiers of (beginRange, USD)."""

    def offer(name: str, region: str = "us-east-1", **products: list[tuple[str, str]]) -> None:
        kinds = {kind.replace("_", "-"): tiers for kind, tiers in products.items()}
        terms = {
            kind: {
                f"{kind}.T": {
                    "priceDimensions": {str(n): {"beginRange": at, "pricePerUnit": {"USD": usd}} for n, (at, usd) in enumerate(tiers)}
                }
            }
            for kind, tiers in kinds.items()
        }
        body = {"products": {kind: {"attributes": {"usagetype": kind}} for kind in kinds}, "terms": {"OnDemand": terms}}
        httpserver.expect_request(f"/offers/v1.0/aws/{name}/current/{region}/index.json").respond_with_json(body)

    return offer


def renewed(httpserver: HTTPServer, *arguments: str) -> int:
    return renew.main([*arguments, "--from", httpserver.url_for("").rstrip("/")])


def kept(file: Path) -> dict[str, Any]:
    assert file.read_text().startswith(HEAD)
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    return content["regions"]


def test_prices_are_renewed_and_what_changed_is_told(
    file: Path, offered: Offered, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    offered("AmazonEC2", NatGateway_Hours=[("0", "0.0500000000")], Other=[("0", "9")])
    offered("AWSQueueService", Requests=[("0", "0.0000000000"), ("1000000", "0.0000004000"), ("100000000000", "0.0000003")])
    assert renewed(httpserver) == 0
    rows = kept(file)["us-east-1"]
    assert rows["nat"] == {**NAT, "usd": 0.05, "source": rows["nat"]["source"]}
    assert rows["nat"]["source"].startswith("AWS price list, 20")
    assert rows["queue"]["usd"] == pytest.approx(0.4)
    assert rows["hand"] == HAND
    printed = capsys.readouterr().out
    assert "nat: 0.045 is 0.05 now" in printed
    assert "hand: typed in by hand, not looked up: a letter" in printed
    assert "queue: " not in printed


@pytest.mark.parametrize("products", [{}, {"NatGateway_Hours": [("0", "0.0")]}])
def test_a_price_that_is_not_found_stays_and_makes_it_fail(
    file: Path, offered: Offered, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str], products: dict[str, list[tuple[str, str]]]
) -> None:
    offered("AmazonEC2", **products)
    assert renewed(httpserver) == 1
    assert kept(file)["us-east-1"]["nat"] == NAT
    printed = capsys.readouterr().out
    assert "nat: 0 prices in the list for {'usagetype': 'NatGateway-Hours'}" in printed
    assert "queue: http" in printed


def test_a_region_has_the_prices_that_its_own_list_has_and_none_of_another(
    file: Path, offered: Offered, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage types of other regions begin with the region."""
    offered("AmazonEC2", "eu-central-1", EUC1_NatGateway_Hours=[("0", "0.052")])
    offered("AWSQueueService", "eu-central-1", Other=[("0", "0.0000005")])
    assert renewed(httpserver, "--region", "eu-central-1") == 1
    rows = kept(file)
    assert {name: row["usd"] for name, row in rows["eu-central-1"].items()} == {"nat": 0.052}
    assert rows["us-east-1"]["nat"] == NAT
    printed = capsys.readouterr().out
    assert "queue: 0 prices in the list" in printed
    assert "hand: typed in by hand, not looked up" in printed


def test_a_region_that_is_there_keeps_what_its_list_lacks(file: Path, offered: Offered, httpserver: HTTPServer) -> None:
    offered("AmazonEC2", NatGateway_Hours=[("0", "0.05")])
    offered("AWSQueueService", Other=[("0", "9")])
    assert renewed(httpserver, "--region", "us-east-1") == 1
    rows = kept(file)["us-east-1"]
    assert {name: row["usd"] for name, row in rows.items()} == {"nat": 0.05, "queue": 0.4, "hand": 7.0}


@pytest.mark.parametrize("usage", ["eu-central-1-KMS-Keys", "EU-KMS-Keys", "APN1-KMS-Keys", "us-east-1-KMS-Keys"])
def test_the_region_before_a_usage_type_is_none_of_it(usage: str) -> None:
    assert renew._plain({"usagetype": usage}) == {"usagetype": "KMS-Keys"}
