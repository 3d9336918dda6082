"""The files of a domain that settings are read from: `domains/NAME/FILE`."""

from pathlib import Path
from typing import Any

import yaml

DOMAINS = Path(__file__).resolve().parents[2] / "domains"


def content_of(domain: str | None, file: str, domains: Path = DOMAINS) -> Any:
    """What a file of the domain says; an empty mapping without a domain and where the domain has no such file.

    Raises ValueError when there is no such domain.
    """
    if domain is None:
        return {}
    if not (domains / domain).is_dir():
        known = ", ".join(sorted(each.parent.name for each in domains.glob("*/domain.yaml")))
        raise ValueError(f"there is no domains/{domain}; there are: {known}")
    path = domains / domain / file
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else {}
