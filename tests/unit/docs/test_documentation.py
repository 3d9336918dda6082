"""What the documentation points at is there, and every page can be found."""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
DOCS = TOP / "docs"
PAGES = [TOP / "README.md", TOP / "domains" / "README.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def test_every_link_leads_to_a_file_of_the_repository() -> None:
    broken = {
        f"{page.relative_to(TOP)}: {link}"
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    }
    assert not broken


def test_the_index_lists_every_page_and_every_decision() -> None:
    listed = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))}
    assert {*DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md")} - {DOCS / "README.md"} <= listed


def test_a_decision_is_called_in_the_index_by_its_number_and_title() -> None:
    named = {f"# {number} {title}" for number, title in re.findall(r"^- \[(\d+)\]\(\S+\) (.+)$", (DOCS / "README.md").read_text(), re.M)}
    assert {page.read_text().partition("\n")[0] for page in (DOCS / "decisions").glob("*.md")} == named
