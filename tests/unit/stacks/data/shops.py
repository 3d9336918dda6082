"""A domain with one of its files, for tests of what such a file may say."""

from pathlib import Path


def shop(folder: Path, file: str, text: str | None) -> str:
    """The name of a domain in the folder. text: of its file; None for a domain without it."""
    (folder / "shop").mkdir()
    (folder / "shop" / "domain.yaml").touch()
    if text is not None:
        (folder / "shop" / file).write_text(text)
    return "shop"
