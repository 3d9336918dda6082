"""What a Markdown file says of itself at its top, in YAML between "---" or TOML between "+++"."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from causeway.language.detection import named_language

_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
_TITLE = "title"
_LANGUAGES = ("lang", "language")
_NOTHING = {"", "~", "null", "Null", "NULL"}
_BEFORE = re.compile(r"\A(?:\s|<!--(?:(?!-->).)*-->)*", re.DOTALL)  # blank lines and comments
_TITLE_LINE = re.compile(r"^title\s*[:=][ \t]*(\S.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p|div|hr|li)\b[^<>]*>", re.IGNORECASE)
_MAX_VALUES = 1_000  # values that are read: YAML's aliases can make more of a short text than any memory holds


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """title and language (ISO 639-1) as the file names them, or None. text: a line for every other value, "key: value"."""

    title: str | None = None
    language: str | None = None
    text: str = ""


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a file, and what follows it. What is no sound YAML or TOML is text as it is."""
    lines = _BEFORE.sub("", text, count=1).split("\n")
    mark = lines[0].rstrip()
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in _ENDS.get(mark, ())), None)
    if end is None:
        return FrontMatter(), text
    source = "\n".join(lines[1:end])
    values = _parsed(source, mark)
    matter = FrontMatter(_title_in(source), text=source.strip()) if values is None else _read(values)
    return matter, "\n".join(lines[end + 1 :])


def _title_in(source: str) -> str | None:
    """The title in what does not parse, which most often is a title with a colon in it."""
    found = _TITLE_LINE.search(source)
    return _words(found[1].strip("\"'")) or None if found else None


def _parsed(source: str, mark: str) -> Mapping[str, Any] | None:
    import yaml

    try:
        # The base loader makes no types: 1.10 stays 1.10, and no key is a date.
        values = tomllib.loads(source, parse_float=str) if mark == "+++" else yaml.load(source, Loader=yaml.CBaseLoader) or {}  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _read(values: Mapping[str, Any]) -> FrontMatter:
    """The first title and the first language, whatever their case; everything else is text, a language without a code too."""
    title = language = None
    rest = {}
    for key, value in values.items():
        name = str(key).lower()
        if name == _TITLE and isinstance(value, str) and title is None:
            title = _words(value) or None
        elif name in _LANGUAGES and language is None and (code := named_language(str(value))):
            language = code
        else:
            rest[key] = value
    return FrontMatter(title, language, "\n".join(islice(_lines("", rest), _MAX_VALUES)))


def _lines(name: str, value: Any, depth: int = 0) -> Iterator[str]:
    """ "name: value" of a scalar or a list of scalars; the names of what is nested follow each other."""
    if isinstance(value, dict) and depth < 10:
        for key, inner in value.items():
            yield from _lines(f"{name} {key}".strip(), inner, depth + 1)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for item in value:
            yield from _lines(name, item, depth + 1) if depth < 10 else ()
    else:
        items = value if isinstance(value, list) else [value]
        told = ", ".join(_words(_scalar(item)) for item in items[:_MAX_VALUES])
        if told not in _NOTHING:
            yield f"{name}: {told}"


def _words(text: str) -> str:
    """The text in one line, with a space where it has a tag that breaks the line."""
    return " ".join(_BREAK.sub(" ", text).split())


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
