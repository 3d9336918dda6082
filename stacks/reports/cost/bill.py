"""A bill: what stands there every month whether anyone asks or not, and what a stated load adds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stacks.load import Load
from stacks.reports.cost.prices import Price

HOURS = 730.0  # of a month, as AWS computes
DAYS = HOURS / 24

Kind = Literal["fixed", "use"]


@dataclass(frozen=True)
class Line:
    """stack: as in `search`, without the environment's name. resource: a logical id, or the activity of the load. quantity: a month, in
    units of the price. survives: "zone" or "region" for what is only there to outlive its loss, else "".
    """

    kind: Kind
    stack: str
    resource: str
    what: str
    quantity: float
    price: Price
    survives: str = ""

    @property
    def usd(self) -> float:
        """A month."""
        return self.quantity * self.price.each


@dataclass(frozen=True)
class Bill:
    """free: types of resources that cost nothing by themselves, with the reason. told: the load in words, if it is no `Load`."""

    environment: str
    region: str
    load: Load
    lines: tuple[Line, ...]
    free: Mapping[str, str]
    told: str = ""

    def usd(self, kind: Kind | None = None) -> float:
        return sum(line.usd for line in self.lines if kind in (None, line.kind))

    def by_stack(self) -> dict[str, tuple[float, float]]:
        """Fixed and by use, dearest first."""
        sums: dict[str, dict[str, float]] = defaultdict(lambda: {"fixed": 0.0, "use": 0.0})
        for line in self.lines:
            sums[line.stack][line.kind] += line.usd
        ordered = sorted(sums.items(), key=lambda each: -sum(each[1].values()))
        return {stack: (both["fixed"], both["use"]) for stack, both in ordered}

    def by_what(self) -> dict[tuple[str, str], float]:
        """(stack, what) of all lines, dearest first: forty keys of a stack are one."""
        sums: dict[tuple[str, str], float] = defaultdict(float)
        for line in self.lines:
            sums[line.stack, line.what] += line.usd
        return dict(sorted(sums.items(), key=lambda each: -each[1]))

    def of_endpoints(self) -> float:
        """Of it for interface endpoints: what a VPC that has them already would save."""
        return sum(line.usd for line in self.lines if line.what.startswith("interface endpoints"))

    def surviving(self) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for line in self.lines:
            if line.survives:
                sums[line.survives] += line.usd
        return dict(sums)
