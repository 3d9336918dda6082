"""python -m docs.dictionary: see the package. The columns of the table of turns are written first, since templates read them."""

from docs.dictionary import FILE, columns
from docs.dictionary.page import about, page
from docs.dictionary.templates import Deployed
from stacks.reports.assembly import synthesized
from stacks.reports.comply.__main__ import without_warnings
from stacks.reports.templates import Templates

COMMITTED = "prod"


def main() -> None:
    columns.FILE.write_text(columns.text(), encoding="utf-8")
    with without_warnings(), synthesized(COMMITTED) as assembly:
        templates = Templates(assembly.templates())
    FILE.write_text(page(Deployed(templates, COMMITTED)), encoding="utf-8")
    print(f"{about()}; docs/data-dictionary.md has them")


if __name__ == "__main__":
    main()
