"""What a tool returned, as a model may read it: data, without sentences that instruct a model, cut to size."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from pydantic_core import to_json, to_jsonable_python

from causeway.language.sentences import Span
from causeway.safety.instructions import instructions_in

NAME = 40  # characters of names of fields, states and dates, which come again and again


@dataclass(frozen=True)
class Result:
    """withheld: passages that instruct a model and were left out. cut: characters left out because the result was too long."""

    text: str
    withheld: int = 0
    cut: int = 0


def result_of(value: Any, most_characters: int) -> Result:
    """value: text, or what JSON can say. Raises TypeError for anything else: how Python shows it is for nobody to read."""
    screen = _Screen()
    plain = to_jsonable_python(value, fallback=_unsayable, inf_nan_mode="null")
    text = screen(plain) if isinstance(plain, str) else to_json(_each_text(plain, screen)).decode()
    return Result(text[:most_characters], screen.withheld, max(0, len(text) - most_characters))


def _unsayable(value: Any) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} is neither text nor what JSON can say: return text, numbers, lists and dicts of them")


class _Screen:
    """Leaves out what instructs a model, and counts it."""

    def __init__(self) -> None:
        self.withheld = 0

    def __call__(self, text: str) -> str:
        spans = _in_name(text) if len(text) <= NAME else instructions_in(text)
        self.withheld += len(spans)
        return "".join(_outside(text, spans)) if spans else text


@lru_cache(maxsize=4096)
def _in_name(text: str) -> Sequence[Span]:
    return instructions_in(text)


def _outside(text: str, spans: Sequence[Span]) -> Iterator[str]:
    start = 0
    for begin, end in spans:
        yield text[start:begin]
        start = end
    yield text[start:]


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text in it changed, names of fields included."""
    match value:
        case str():
            return change(value)
        case dict():
            return {change(name): _each_text(content, change) for name, content in value.items()}
        case list():
            return [_each_text(each, change) for each in value]
        case _:
            return value
