"""The stand-in chat model with tools: it follows the rules of scripts. What it cannot do it says, or refuses as unsupported."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from local.models.handed import data_in, quotes
from local.models.quoting import REFUSAL
from local.models.scripts import Asked, Rule, Wanted
from local.models.serving import Busy, TooMany, Unsupported
from local.models.templates import Missing, Several, filled, in_words
from local.models.turns import FAILED, Call, Exchange, Turn, plain_text, read_turn, value_of
from local.models.vectors import Embed

REFUSALS: Mapping[int, type[Exception]] = {429: TooMany, 503: Busy}
NOTHING = "My script has no rule for this."


@dataclass(frozen=True)
class Acted:
    """What the model says, and the calls it makes. reads, writes: tokens that count beside those of the words."""

    text: str
    calls: Sequence[Call] = ()
    reads: int = 0
    writes: int = 0


def act(request: Mapping[str, Any], rules: Sequence[Rule], embed: Embed) -> Acted:
    """Raises Unsupported, and Busy or TooMany where the script wants it."""
    turn, offered = read_turn(request["messages"]), {each["function"]["name"] for each in request["tools"]}
    rule, values = _chosen([rule for rule in rules if not rule.offered or rule.offered in offered], turn)
    if rule is None:
        return _as_demanded(Acted(NOTHING), request)
    time.sleep(rule.seconds)
    if rule.status in REFUSALS:
        raise REFUSALS[rule.status]("The script refuses every request.")
    followed = _followed(rule, values, turn, offered, embed)
    return _as_demanded(replace(followed, reads=rule.reads, writes=rule.writes), request)


def _chosen(rules: Sequence[Rule], turn: Turn) -> tuple[Rule | None, list[dict[str, Any]]]:
    """The first rule that applies, with its named groups for each place where it does."""
    for rule in rules:
        found = list(re.finditer(rule.when, turn.newest if rule.within == "results" else turn.message, re.IGNORECASE | re.DOTALL))
        if found:
            return rule, [each.groupdict() for each in found]
    return None, []


def _followed(rule: Rule, groups: list[dict[str, Any]], turn: Turn, offered: set[str], embed: Embed) -> Acted:
    try:
        if rule.within == "results":
            return Acted(rule.aside, [call for values in groups for step in rule.steps for call in _calls(step, values, offered)])
        found = {name: _found(wanted, turn) for name, wanted in rule.find.items()}
        values = {"message": turn.message, "data": data_in(turn.message), **groups[0], **found}
        return Following(rule, values, turn, offered).reply(embed)
    except Missing as missing:
        return Acted(str(missing))


def _found(wanted: Wanted, turn: Turn) -> Several:
    here = _all(wanted.pattern, turn.message)
    earlier = next(filter(None, (_all(wanted.pattern, text)[:1] for text in turn.before)), []) if wanted.before else []
    if not here and not earlier:
        raise Missing(wanted.ask)
    return Several(here or earlier)


def _all(pattern: str, text: str) -> list[str]:
    found = re.finditer(pattern, text, re.IGNORECASE)
    return list(dict.fromkeys(each[1] if each.re.groups else each[0] for each in found))


def _calls(step: Sequence[Asked], values: Mapping[str, Any], offered: set[str]) -> Iterator[Call]:
    for asked in step:
        for one in values[asked.each].all if asked.each else (None,):
            given = {**values, asked.each: one} if asked.each else values
            yield _call(asked, given, offered)


def _call(asked: Asked, values: Mapping[str, Any], offered: set[str]) -> Call:
    tool = str(filled(asked.tool, values))
    if tool not in offered and not asked.regardless:
        raise Missing(f"I cannot do that: I have no tool {tool}.")
    if asked.text is not None:
        return Call(tool, asked.text)
    arguments = filled(asked.arguments, values)
    return Call(tool, arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))


@dataclass
class Following:
    """One rule in one turn: how far it is shows in the calls that were made."""

    rule: Rule
    values: dict[str, Any]
    turn: Turn
    offered: set[str]
    done: int = 0

    def reply(self, embed: Embed) -> Acted:
        due, failures = self._due(embed), list[str]()
        for exchange in self.turn.exchanges:
            left = [call for call in due if call not in exchange.calls]
            if len(left) == len(due):  # calls of another rule
                continue
            failures += self._learn(exchange)
            if failures and not self.rule.again:
                return self._failed({**self.values, "reason": " ".join(failures)})
            self.done += not left
            due = left or self._due(embed)
        return Acted(self.rule.aside, due) if due else Acted("\n".join(self._said(embed)))

    def _failed(self, values: Mapping[str, Any]) -> Acted:
        if self.rule.otherwise:
            return Acted("", list(_calls(self.rule.otherwise, values, self.offered)))
        return Acted("\n".join((*self._of_results(), in_words(filled(self.rule.failed, values)))))

    def _due(self, embed: Embed) -> list[Call]:
        """Calls of the next step; none after the last."""
        steps = self.rule.steps
        if not steps or (self.done >= len(steps) and not self.rule.again):
            return []
        claims = {"claims": self._claims(embed)} if self.rule.claims and self.done else {}
        return list(_calls(steps[self.done % len(steps)], {**self.values, **claims, "count": str(self.done + 1)}, self.offered))

    def _claims(self, embed: Embed) -> list[Any]:
        """What each result of the tool says to what it was asked, one behind the other."""
        asked = [each for step in self.rule.steps[: self.done] for each in _calls(step, self.values, self.offered)]
        questions = [" ".join(map(str, json.loads(call.arguments).values())) for call in asked if call.tool == self.rule.claims]
        results = self.values[self.rule.claims].all
        return [claim for question, each in zip(questions, results, strict=True) for claim in quotes(question, str(each), embed)]

    def _learn(self, exchange: Exchange) -> list[str]:
        """Results become values by their tools' names; returns the first sentence of each that failed: the others are for a model."""
        results = [(call.tool, text) for call, text in zip(exchange.calls, exchange.results, strict=True)]
        for tool in {tool for tool, _ in results}:
            values = [value_of(text) for name, text in results if name == tool and not text.startswith(FAILED)]
            if values:
                self.values[tool] = Several(values)
        return list(dict.fromkeys(_first_sentence(text.removeprefix(FAILED)) for _, text in results if text.startswith(FAILED)))

    def _said(self, embed: Embed) -> Iterator[str]:
        if self.rule.quote:
            self.values["quoted"] = quoted(self.turn.message, filled(f"{{{self.rule.quote}}}", self.values), embed)
        for line in self.rule.say.splitlines():
            yield from self._lines(line)

    def _of_results(self) -> Iterator[str]:
        """What is said of the results there are, where another call failed."""
        for line in self.rule.say.splitlines():
            if self._tool_of(line):
                with suppress(Missing):
                    yield from list(self._lines(line))

    def _lines(self, line: str) -> Iterator[str]:
        """A line that names the result of a tool is said for each of its results."""
        tool = self._tool_of(line)
        results = self.values[tool].all if tool else (None,)
        return (in_words(filled(line, {**self.values, tool: one})) for one in results)

    def _tool_of(self, line: str) -> str:
        tools = {asked.tool for step in self.rule.steps for asked in step}
        return next((name for name in re.findall(r"\{(\w+)", line) if name in tools and name in self.values), "")


def _first_sentence(result: str) -> str:
    return re.split(r"(?<=[.!?])\s", plain_text(result), maxsplit=1)[0]


def quoted(message: str, result: Any, embed: Embed) -> str:
    """What of a result answers the message, word for word."""
    return " ".join(each["claim"] for each in quotes(message, str(result), embed)) or REFUSAL


def _as_demanded(acted: Acted, request: Mapping[str, Any]) -> Acted:
    """As `tool_choice` and `parallel_tool_calls` demand. Raises Unsupported where no rule does so."""
    choice, calls = request.get("tool_choice") or "auto", list(acted.calls)
    if choice not in ("auto", "required") and not isinstance(choice, dict):
        raise Unsupported(f"This stand-in has no tool_choice {choice!r}: leave the tools out.")
    if isinstance(choice, dict):
        calls = [call for call in calls if call.tool == choice["function"]["name"]]
    if choice != "auto" and not calls:
        raise Unsupported(f"tool_choice demands a call, and no rule of the scripts makes it here: {json.dumps(choice)}.")
    return replace(acted, calls=calls[:1] if request.get("parallel_tool_calls") is False else calls)
