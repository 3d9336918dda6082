"""python -m docs.dictionary: see the package."""

from docs.dictionary import FILE
from docs.dictionary.page import about, page
from docs.dictionary.templates import Deployed
from stacks.reports.assembly import synthesized
from stacks.reports.comply.__main__ import without_warnings
from stacks.reports.templates import Templates

COMMITTED = "prod"


def main() -> None:
    with without_warnings(), synthesized(COMMITTED) as assembly:
        templates = Templates(assembly.templates())
    FILE.write_text(page(Deployed(templates, COMMITTED)), encoding="utf-8")
    print(f"{about()}; docs/data-dictionary.md has them")


if __name__ == "__main__":
    main()
