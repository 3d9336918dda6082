"""The bill of one environment, from its templates and its load."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stacks.delivery.application import DeliveryApp
from stacks.environment import Environment
from stacks.load import Load
from stacks.regions import REGIONS
from stacks.reports.assembly import Assembly
from stacks.reports.cost.bill import Bill, Line
from stacks.reports.cost.delivering import delivering, told
from stacks.reports.cost.prices import Price, Prices, Unpriced
from stacks.reports.cost.standing import FREE, Resource, parts
from stacks.reports.cost.using import used

REPLICA = "replica"  # the stack that is in another region


def bill(assembly: Assembly, prices: Prices, load: Load | None = None) -> Bill:
    """load: the environment's own unless another is given. Raises Unpriced with everything that has no price, a line each."""
    settings = assembly.settings
    own = settings.load if isinstance(settings, Environment) else Load()
    lines: list[Line] = []
    unpriced: list[Unpriced] = []
    for each in (*_standing(assembly, prices), *_by_use(assembly, load, prices)):
        if isinstance(each, Unpriced):
            unpriced.append(each)
        else:
            lines.append(each)
    if unpriced:
        raise Unpriced("\n".join(sorted({str(each) for each in unpriced})))
    types = {resource.type for resource in _resources(assembly)}
    free = {name: FREE[name] for name in sorted(types & FREE.keys())}
    return Bill(settings.name, settings.region, load or own, tuple(lines), free, _told(assembly, load))


def _standing(assembly: Assembly, prices: Prices) -> Iterator[Line | Unpriced]:
    for resource in _resources(assembly):
        away, region = resource.stack == REPLICA, _region(assembly, resource.stack)
        try:
            for part in parts(resource):
                price = prices.of(region, part.price)
                survives = "region" if away else part.survives
                yield Line("fixed", resource.stack, resource.logical_id, part.what, part.quantity, price, survives)
        except Unpriced as error:
            yield error


def _region(assembly: Assembly, stack: str) -> str:
    """The pipeline's stack of another region has its name."""
    if stack == REPLICA:
        return str(assembly.environment.data.replica_region)
    return stack if stack in REGIONS else assembly.settings.region


def _told(assembly: Assembly, load: Load | None) -> str:
    return told(assembly.app.settings.load) if isinstance(assembly.app, DeliveryApp) and not load else ""


def _by_use(assembly: Assembly, load: Load | None, prices: Prices) -> Iterator[Line | Unpriced]:
    """Of the pipeline, its releases; without any where a load is given."""
    if isinstance(assembly.app, DeliveryApp):
        yield from () if load else delivering(assembly.app, prices)
    else:
        yield from _used(assembly.environment, load or assembly.environment.load, prices)


def _used(environment: Environment, load: Load, prices: Prices) -> Iterator[Line | Unpriced]:
    ours = _of_models(environment)
    for each in used(environment, load):
        share = each.share
        try:
            price = ours.get(share.price) or prices.of(environment.region, share.price)
            yield Line("use", share.stack, each.activity, share.what, each.quantity, price, "region" if "copies" in share.times else "")
        except Unpriced as error:
            yield error


def _of_models(environment: Environment) -> dict[str, Price]:
    """Of a token of the tier that answers, as the environment's file says."""
    tier, source = environment.models.tiers[environment.models.answer_tier], f"environments/{environment.name}.yaml"
    usd = tier.usd_per_million
    return {
        name: Price(usd=amount, count=1_000_000, unit="tokens", source=source)
        for name, amount in (("answer_input_token", usd.input), ("answer_output_token", usd.output))
    }


def _resources(assembly: Assembly) -> Iterator[Resource]:
    prefix = f"causeway-{assembly.settings.name}-"
    for file in sorted(assembly.folder.glob("*.template.json")):
        stack = file.name.removesuffix(".template.json").removeprefix(prefix)
        yield from _of_template(stack, file)


def _of_template(stack: str, file: Path) -> Iterator[Resource]:
    resources: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text()).get("Resources", {})
    for logical_id, resource in resources.items():
        yield Resource(stack, logical_id, resource["Type"], resource.get("Properties", {}), resources)
