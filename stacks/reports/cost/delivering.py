"""What the pipeline costs a month: minutes of builds and of actions, by the releases of `delivery.yaml`."""

from collections.abc import Iterator

from stacks.delivery.application import DeliveryApp
from stacks.delivery.settings import Releases
from stacks.reports.cost.bill import Line
from stacks.reports.cost.prices import Prices

STACK = "pipeline"
# Assumed, until a pipeline has run: minutes of the tests and of packaging, and of one action of a stage.
TEST_MINUTES, PACKAGE_MINUTES, ACTION_MINUTES = 25, 12, 2


def told(load: Releases) -> str:
    return f"{load.releases_a_month} releases a month, {load.releases_to_prod_a_month} of them to prod"


def delivering(app: DeliveryApp, prices: Prices) -> Iterator[Line]:
    """Raises Unpriced. CodePipeline takes nothing for an approval."""
    load, region = app.settings.load, app.settings.region
    before = sum(2 * len(each.stacks) + 2 for each in app.deployments if not each.stage.approve)
    in_prod = sum(2 * len(each.stacks) + 2 for each in app.deployments if each.stage.approve)
    actions = ACTION_MINUTES * (load.releases_a_month * before + load.releases_to_prod_a_month * in_prod)
    builds = load.releases_a_month * (TEST_MINUTES + PACKAGE_MINUTES)
    for what, price, minutes in (
        ("builds, tests", "build_minute BUILD_GENERAL1_LARGE", load.releases_a_month * TEST_MINUTES),
        ("builds, templates and code", "build_minute BUILD_GENERAL1_MEDIUM", load.releases_a_month * PACKAGE_MINUTES),
        ("actions", "pipeline_minute", actions + builds),
    ):
        if minutes:
            yield Line("use", STACK, "release", what, minutes, prices.of(region, price))
