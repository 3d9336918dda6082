"""Prices looked up anew in AWS's public price list.

    python -m stacks.reports.cost.renew [--region REGION] [--from URL]          (make prices [REGION=...])

Every price of prices.yaml that names its `offer` and attributes (`of`) is looked up; the others stay, and are listed. --region: prices of
another region, by the attributes of those of us-east-1; what is not found there has no price in that region, and `make cost` says so. A
price that is not found, or found with more than one number, is listed, and makes the program exit with 1. EC2's list takes GBs of memory.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml
from pydantic_core import from_json

from stacks.reports.cost.prices import FILE, Price, known

HOST = "https://pricing.us-east-1.amazonaws.com"
LIST = "{host}/offers/v1.0/aws/{offer}/current/{region}/index.json"
SECONDS = 60.0
MODEL_REGION = "us-east-1"

_REGION = re.compile(r"^(?:[A-Z]{2,4}\d?|[a-z]{2}(?:-[a-z]+)+-\d)-")

Offer = Mapping[str, Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region")
    parser.add_argument("--from", dest="host", default=HOST)
    given = parser.parse_args(arguments)
    prices = known()
    regions = {given.region: prices.regions[MODEL_REGION]} if given.region else prices.regions
    is_new = given.region not in (None, *prices.regions)
    today = datetime.now(UTC).date()
    renewed, left = dict(prices.regions), 0
    for region, named in regions.items():
        fresh = {} if is_new else dict(prices.regions[region])
        for name, found in _looked_up(region, named, given.host):
            if isinstance(found, str):
                print(f"{region} {name}: {found}")
                left += is_new or bool(named[name].offer)
                continue
            usd = round(found * named[name].count, 10)
            if name in fresh and usd != fresh[name].usd:
                print(f"{region} {name}: {fresh[name].usd:g} is {usd:g} now")
            fresh[name] = named[name].model_copy(update={"usd": usd, "source": f"AWS price list, {today}"})
        renewed[region] = fresh
    _write(renewed, today.isoformat())
    return 1 if left else 0


def _looked_up(region: str, named: Mapping[str, Price], host: str) -> Iterator[tuple[str, float | str]]:
    """Dollars for one unit, or why there is no new price."""
    offers: dict[str, Offer | str] = {}
    for name, price in named.items():
        if not price.offer:
            yield name, f"typed in by hand, not looked up: {price.source}"
            continue
        if price.offer not in offers:
            offers[price.offer] = _offer(LIST.format(host=host, offer=price.offer, region=region))
        offer = offers[price.offer]
        yield name, offer if isinstance(offer, str) else _price(offer, price.of)


def _offer(url: str) -> Offer | str:
    try:
        with urlopen(url, timeout=SECONDS) as reply:  # noqa: S310 - HOST, or what a test serves
            offer: Offer = from_json(reply.read())
            return offer
    except (URLError, TimeoutError, ValueError) as error:
        return f"{url}: {error}"


def _price(offer: Offer, wanted: Mapping[str, str]) -> float | str:
    """Of the one product with these attributes, in its first tier that costs something."""
    found = [sku for sku, product in offer["products"].items() if _plain(wanted).items() <= _plain(product["attributes"]).items()]
    tiers = (_first_tier(offer["terms"]["OnDemand"].get(sku, {})) for sku in found)
    numbers = {number for number in tiers if number is not None}
    if len(numbers) != 1:
        return f"{len(numbers)} prices in the list for {dict(wanted)}"
    return numbers.pop()


def _plain(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """Without the region that stands before most usage types, as in `EUC1-NatGateway-Hours` and `eu-central-1-KMS-Keys`."""
    return {**attributes, "usagetype": _REGION.sub("", attributes.get("usagetype", ""))}


def _first_tier(terms: Mapping[str, Any]) -> float | None:
    tiers = [tier for term in terms.values() for tier in term["priceDimensions"].values()]
    paid = sorted((float(tier.get("beginRange", 0)), float(tier["pricePerUnit"]["USD"])) for tier in tiers)
    return next((usd for _, usd in paid if usd), None)


def _write(regions: Mapping[str, Mapping[str, Price]], today: str) -> None:
    head = "".join(line for line in FILE.read_text().splitlines(keepends=True) if line.startswith("#"))
    body = {
        "date": today,
        "regions": {
            region: {name: price.model_dump(mode="json", exclude_defaults=True) for name, price in named.items()}
            for region, named in regions.items()
        },
    }
    FILE.write_text(head + yaml.safe_dump(body, sort_keys=False, width=140))


if __name__ == "__main__":
    sys.exit(main())
