"""Every alarm of the templates leads to a page that says what to do."""

import re

from tests.infrastructure.synthesized import TOP, Resource, Synthesized

PAGES = TOP / "docs" / "operations"
PROCEDURES = {
    "README",
    "faults",
    "deploying",
    "delivering",
    "rolling-back",
    "taking-down",
    "re-indexing",
    "recovery",
    "dead-letter-redrive",
    "breaking-glass",
    "switches",
    "experiments",
    "syncing",
    "bulk-jobs",
    "embedding-models",
    "batch-embedding",
    "secrets",
    "security-findings",
}
SECTIONS = ("## First look", "## Usual causes", "## What to do", "## Over when")
NAMED = re.compile(r"See docs/operations/([a-z-]+)\.md$")
LINK = re.compile(r"\]\(([a-z-]+)\.md(#[a-z-]+)?\)")


def runbook(alarm: Resource) -> str:
    named = NAMED.search(alarm.properties["AlarmDescription"])
    assert named, f"{alarm} names no runbook"
    return named[1]


def test_every_alarm_names_a_runbook_that_exists(app: Synthesized) -> None:
    missing = {str(alarm): runbook(alarm) for alarm in app.all("AWS::CloudWatch::Alarm") if not (PAGES / f"{runbook(alarm)}.md").is_file()}
    assert not missing


def test_every_runbook_belongs_to_an_alarm_of_some_environment(everywhere: list[Synthesized]) -> None:
    written = {page.stem for page in PAGES.glob("*.md")}
    assert written == PROCEDURES | {runbook(alarm) for app in everywhere for alarm in app.all("AWS::CloudWatch::Alarm")}


def test_every_runbook_says_where_to_look_what_to_do_and_when_it_is_over() -> None:
    for page in PAGES.glob("*.md"):
        headings = re.findall(r"^## .+$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert page.stem in PROCEDURES or tuple(headings) == SECTIONS, page.name


def test_the_index_lists_every_page() -> None:
    assert {page for page, _ in LINK.findall((PAGES / "README.md").read_text(encoding="utf-8"))} == {
        page.stem for page in PAGES.glob("*.md")
    } - {"README"}


def test_links_between_pages_lead_to_a_heading_that_exists() -> None:
    for page in PAGES.glob("*.md"):
        for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
            text = (PAGES / f"{target}.md").read_text(encoding="utf-8")
            headings = {f"#{heading.lower().replace(' ', '-')}" for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
            assert not anchor or anchor in headings, f"{page.name}: {target}{anchor}"
