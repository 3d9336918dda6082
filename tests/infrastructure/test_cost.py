"""What the templates as they are cost: everything has a price, and the sums are those of what is there."""

import json
from types import SimpleNamespace
from typing import cast

import pytest

from stacks.application import Causeway
from stacks.load import Load
from stacks.reports.assembly import Assembly
from stacks.reports.cost.bill import HOURS, Bill
from stacks.reports.cost.billing import bill
from stacks.reports.cost.page import page
from stacks.reports.cost.prices import known
from stacks.reports.cost.report import as_json, compared, report
from stacks.reports.cost.using import Usage, activities, factors, usage
from tests.infrastructure.synthesized import Synthesized

IDLE = Load()


def billed(app: Synthesized, load: Load | None = None) -> Bill:
    return bill(Assembly(cast(Causeway, SimpleNamespace(environment=app.environment)), app.folder), known(), load)


def test_every_resource_and_every_activity_of_every_environment_has_a_price(app: Synthesized) -> None:
    made = billed(app)
    assert made.usd("fixed") > 0
    assert {line.stack for line in made.lines} <= {name.removeprefix(f"causeway-{app.name}-") for name in app.templates}


def test_an_environment_without_a_load_has_no_line_for_one(app: Synthesized) -> None:
    assert {line.resource for line in billed(app, IDLE).lines if line.kind == "use"} == {"environment"}


def test_prod_is_priced_by_what_is_there(prod: Synthesized) -> None:
    made, settings = billed(prod), prod.environment
    by_what = {what: usd for (_, what), usd in made.by_what().items()}
    assert by_what["data nodes"] + by_what["data nodes, further zones"] == pytest.approx(settings.search.data_nodes * HOURS * 0.178)
    assert by_what["endpoint instances"] == pytest.approx(HOURS * 1.408)
    keys = sum(usd for (_, what), usd in made.by_what().items() if what == "keys")
    assert keys == len(prod.all("AWS::KMS::Key"))
    assert made.usd() == pytest.approx(sum(fixed + use for fixed, use in made.by_stack().values()))


def test_twice_the_questions_cost_twice_what_questions_cost(prod: Synthesized) -> None:
    once, twice = (billed(prod, Load(questions_a_day=each)) for each in (100, 200))
    of = {name: sum(line.usd for line in made.lines if line.resource == "question") for name, made in (("once", once), ("twice", twice))}
    assert of["twice"] == pytest.approx(2 * of["once"])
    assert once.usd("fixed") == twice.usd("fixed")


def test_what_is_only_there_for_a_zone_or_a_region_is_told(prod: Synthesized, dev: Synthesized) -> None:
    assert {"zone", "region"} <= billed(prod).surviving().keys()
    assert "region" not in billed(dev).surviving()


def test_the_usage_names_only_stacks_factors_and_prices_that_there_are(prod: Synthesized) -> None:
    given: Usage = usage()
    stacks = {name.removeprefix("causeway-prod-") for name in prod.templates}
    shares = [share for every in given.activities.values() for share in every]
    assert {share.stack for share in shares} <= stacks
    assert {name for share in shares for name in share.times} <= factors(prod.environment, prod.environment.load).keys()
    assert given.activities.keys() == activities(IDLE).keys()


def test_text_data_and_page_say_the_same(prod: Synthesized, dev: Synthesized) -> None:
    made, day = billed(prod), known().date
    text, data, html = report(made, day), as_json(made, day), page(made, day, "commit 1234")
    total = f"{made.usd():,.2f}"
    assert total in text
    assert data["usd_a_month"]["all"] == pytest.approx(made.usd(), abs=0.01)
    assert sum(line["usd"] for line in json.loads(json.dumps(data))["lines"]) == pytest.approx(made.usd())
    assert html.count("<tr>") == len(made.lines) + 1
    assert "http" not in html.replace("http-equiv", ""), "the page needs nothing from elsewhere"
    assert total in compared(billed(dev), made)
