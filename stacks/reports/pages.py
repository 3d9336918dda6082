"""What reports that are written as pages share: where they come from, how a page looks and is searched, and where files go."""

import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.sums { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 1rem 0; } .sums b { display: block; font-size: 1.7rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
input { font: inherit; width: 100%; max-width: 24rem; padding: .3rem .5rem; margin: .5rem 0; }
@media print { input { display: none; } }
"""
SEARCH = """
const field = document.querySelector("input");
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\\s+/);
  for (const row of document.querySelectorAll("tbody tr")) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
  for (const part of document.querySelectorAll("section")) part.hidden = field.value && !part.querySelector("tbody tr:not([hidden])");
});
"""


def origin() -> str:
    """The commit that is reported on, and whether files differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return f"commit {git('rev-parse', '--short', 'HEAD')}" + (" with uncommitted changes" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "no commit known: this is no git repository"


def document(title: str, style: str, body: str) -> str:
    """A page that needs nothing else. title: a text. style: beside `STYLE`. body: HTML that may have one search field."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
<style>{STYLE}{style}</style></head><body>
<h1>{escape(title)}</h1>
{body}
<script>{SEARCH}</script></body></html>
"""


def write(folder: str, name: str, contents: Mapping[str, str]) -> list[str]:
    """Write `build/{folder}/{name}.{ending}` for each ending → text, and return the paths, from the top of the repository."""
    place = TOP / "build" / folder
    place.mkdir(parents=True, exist_ok=True)
    for ending, text in contents.items():
        (place / f"{name}.{ending}").write_text(text)
    return [str((place / f"{name}.{ending}").relative_to(TOP)) for ending in contents]
