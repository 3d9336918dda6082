"""Makes the PDF and Word samples from `sources/` into `documents/`: python -m domains.bookshop.maker"""

import sys
from pathlib import Path

from domains.bookshop.maker.blocks import read_source
from domains.bookshop.maker.pdf import make_pdf
from domains.bookshop.maker.word import make_word

DOMAIN = Path(__file__).resolve().parent.parent


def make_all(target: Path) -> list[Path]:
    """Make every binary sample below `target`, in the folders of their sources; returns the files written."""
    made = []
    for path in sorted((DOMAIN / "sources").rglob("*.md")):
        source = read_source(path)
        word = source.settings["layout"] == "word"
        file = (target / path.relative_to(DOMAIN / "sources")).with_suffix(".docx" if word else ".pdf")
        file.parent.mkdir(parents=True, exist_ok=True)
        (make_word if word else make_pdf)(source, file)
        made.append(file)
    return made


if __name__ == "__main__":
    for made in make_all(Path(sys.argv[1]) if len(sys.argv) > 1 else DOMAIN / "documents"):
        print(f"{made.stat().st_size:>8} bytes  {made}")
