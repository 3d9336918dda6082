"""Real documents to measure with: the sample domain's, and the documentation that the locked packages of this environment ship."""

import sysconfig
from pathlib import Path

from benchmarks.measure import ROOT

SMALLEST_BYTES = 1_000
FORMATS = {".md": "Markdown", ".txt": "text", ".html": "HTML"}
PATTERNS = {".md": ("*.md",), ".txt": ("*.txt", "*.rst", "LICENSE*"), ".html": ("*.html",)}


def documents(folder: Path) -> list[Path]:
    """Copies, in folder, of the files of at least 1 kB in each of FORMATS, each content once, in a fixed order."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for suffix in FORMATS:
        for n, content in enumerate(contents(suffix)):
            copies.append(folder / f"{n:04d}{suffix}")
            copies[-1].write_bytes(content)
    return copies


def contents(suffix: str) -> list[bytes]:
    """The distinct contents of one format that are UTF-8, as every reader here expects."""
    packages, samples = Path(sysconfig.get_path("purelib")), ROOT / "domains" / "bookshop" / "documents"
    paths = sorted(samples.rglob(f"*{suffix}"))
    for pattern in PATTERNS[suffix]:
        paths += sorted(packages.rglob(pattern))
    large = (path.read_bytes() for path in paths if path.is_file() and path.stat().st_size >= SMALLEST_BYTES)
    return list(dict.fromkeys(content for content in large if _is_utf8(content)))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
