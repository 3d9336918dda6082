"""Dates and times as Excel shows them. A day is 1, and counts from 1900 or 1904; Excel has a 29 February 1900."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

DATED = frozenset({"date", "elapsed", "noon"})
_DAY = 86_400_000  # milliseconds
_LEAP = 60
_ODD = {0: (1, 0, 5), _LEAP: (2, 29, 2)}  # days that Excel has and the calendar has not: month, day, weekday
_LAST = 2_958_465  # 31 December 9999
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class _Token(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


class _Moment(NamedTuple):
    year: int
    month: int
    day: int
    weekday: int
    milliseconds: int  # of the day


def dated(value: float, tokens: Sequence[_Token], from_1904: bool) -> str | None:
    """A date or time by the tokens of its format; None for a number that is no date."""
    if not 0 <= value <= _LAST:
        return None
    finest = _finest(tokens)
    total = round(value * _DAY / finest) * finest
    moment = _moment(total, from_1904)
    twelve = any(token.kind == "noon" for token in tokens)
    return "".join(_said(tokens, at, token, moment, total, twelve) for at, token in enumerate(tokens))


def _finest(tokens: Sequence[_Token]) -> int:
    """The milliseconds that the format rounds to: a second's, unless it shows parts of one."""
    shares = [len(token.text.partition(".")[2]) for token in tokens if token.kind == "date" and token.text.startswith("s")]
    return int(10 ** (3 - min(max(shares, default=0), 3)))


def _moment(total: int, from_1904: bool) -> _Moment:
    days, milliseconds = divmod(total, _DAY)
    if from_1904:
        found = date(1904, 1, 1) + timedelta(min(days, _LAST - 1_462))
    elif days in _ODD:
        return _Moment(1900, *_ODD[days], milliseconds)
    else:
        found = date(1899, 12, 31 if days < _LEAP else 30) + timedelta(min(days, _LAST))
    return _Moment(found.year, found.month, found.day, found.weekday(), milliseconds)


def _said(tokens: Sequence[_Token], at: int, token: _Token, moment: _Moment, total: int, twelve: bool) -> str:
    text = token.text
    if token.kind == "elapsed":
        return str(total // {"h": 3_600_000, "m": 60_000, "s": 1000}[text[0]]).zfill(len(text))
    if token.kind == "noon":
        half = "AM" if moment.milliseconds < _DAY // 2 else "PM"
        return half if len(text) > 3 else half[0]
    if token.kind == "date":
        if text[0] == "m" and _is_minutes(tokens, at):
            return str(moment.milliseconds // 60_000 % 60).zfill(len(text))
        return _part(text, moment, twelve)
    return text if token.kind != "@" else ""


def _part(text: str, moment: _Moment, twelve: bool) -> str:
    sign, length = text[0], len(text)
    if sign == "y":
        return f"{moment.year:04d}" if length > 2 else f"{moment.year % 100:02d}"
    if sign == "m":
        month = _MONTHS[moment.month - 1]
        return {3: month[:3], 4: month, 5: month[0]}.get(length, str(moment.month).zfill(length))
    if sign == "d":
        day = _DAYS[moment.weekday]
        return {3: day[:3]}.get(length, day) if length > 2 else str(moment.day).zfill(length)
    if sign == "h":
        hours = moment.milliseconds // 3_600_000
        return str((hours % 12 or 12) if twelve else hours).zfill(length)
    whole, _, fraction = text.partition(".")
    seconds = str(moment.milliseconds // 1000 % 60).zfill(len(whole))
    return f"{seconds}.{moment.milliseconds % 1000:03d}"[: len(seconds) + 1 + len(fraction)] if fraction else seconds


def _is_minutes(tokens: Sequence[_Token], at: int) -> bool:
    """Whether an m means minutes: hours are before it, or seconds after it."""
    if len(tokens[at].text) > 2:
        return False
    return _near(reversed(tokens[:at])) == "h" or _near(tokens[at + 1 :]) == "s"


def _near(tokens: Sequence[_Token] | Iterator[_Token]) -> str:
    return next((token.text[0] for token in tokens if token.kind in {"date", "elapsed"}), "")
