"""Prices of AWS by region, from one file with their sources."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("prices.yaml")


class Unpriced(LookupError):
    """Something in the templates or in the load that has no price; the message names it, and the file where it belongs."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(_Part):
    """US dollars for so many (`count`) of a `unit`. offer, of: service and attributes of AWS's price list; if known."""

    usd: float = Field(ge=0)
    count: float = Field(default=1, gt=0)
    unit: str
    offer: str = ""
    of: Mapping[str, str] = {}
    source: str

    @property
    def each(self) -> float:
        """US dollars for one unit."""
        return self.usd / self.count


class Prices(_Part):
    """date: when they were looked up last. regions: by region, then by name."""

    date: date
    regions: Mapping[str, Mapping[str, Price]]

    def of(self, region: str, name: str) -> Price:
        """Raises Unpriced."""
        if region not in self.regions:
            raise Unpriced(
                f"{region}: {FILE.name} has no prices for it, only for {', '.join(sorted(self.regions))}; make prices REGION={region}"
            )
        if name not in self.regions[region]:
            raise Unpriced(f"{name}: {FILE.name} has no price for it in {region}")
        return self.regions[region][name]


def known() -> Prices:
    return Prices.model_validate(yaml.safe_load(FILE.read_text()))
