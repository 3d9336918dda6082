"""A process is killed anywhere in a turn: nothing is done twice, nothing is lost, and the turn ends."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.agent_kills import figures, judged, moments
from benchmarks.scripted_agents import Script, Turn, World, scripted
from causeway.models.acting import ToolCall

pytestmark = pytest.mark.no_cover  # counting lines would take as long again

GOOD = {"plays": 1, "twice": 0, "lost": 0, "endless": 0, "not kept": 0, "given up": 0}


def a_call(name: str, thing: str) -> ToolCall:
    return ToolCall("of the model", name, {"thing": thing})


WITH_ALL = Script(
    [
        [a_call("look_up", "one"), a_call("start_return", "two"), a_call("write_note", "three")],
        [a_call("start_return", "four"), a_call("start_return", "five")],
        "Done.",
    ],
    [True, False, True],
)


def played(script: Script, due: Iterator[int], seed: int = 0, served: Any = None) -> Counter[str]:
    return judged(script, Turn(script, due, random.Random(seed), served).played())


def test_a_turn_that_nothing_happens_to_does_each_thing_once() -> None:
    found = played(WITH_ALL, iter(()))
    assert {**GOOD, "effects": 3, "kills": 0}.items() <= found.items()


def test_a_turn_survives_one_kill_at_each_of_its_moments() -> None:
    whole = played(WITH_ALL, iter(()))["moments"]
    assert whole > 50
    for moment in range(1, whole + 1):
        found = played(WITH_ALL, iter([moment]))
        assert {**GOOD, "effects": 3, "kills": 1}.items() <= found.items(), f"killed at moment {moment}"


def test_a_turn_survives_a_second_kill_soon_after_each_first_one() -> None:
    kills = 0
    for moment in range(1, played(WITH_ALL, iter(()))["moments"] + 1, 3):
        found = played(WITH_ALL, iter([moment, 1 + moment % 7]))
        assert {**GOOD, "effects": 3}.items() <= found.items(), f"killed at moment {moment}"
        kills += found["kills"]
    assert kills > 40  # after the last moments there is nobody left to kill


def test_random_kills_of_random_turns_do_nothing_twice_and_lose_nothing() -> None:
    kills, _, plays, effects, *bad, _ = figures(kills=60, turns=10)
    assert int(kills) >= 60
    assert int(effects) > int(plays) > 10
    assert bad == ["0"] * 5


def test_a_tool_that_does_not_use_its_key_is_found_to_act_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge sees what goes wrong: the key of `Calling` is what holds a repeated call to one effect."""
    monkeypatch.setattr(World, "_once", lambda self, effect, key: self.done.update([effect]))
    found: Counter[str] = Counter()
    for moment in range(1, 70):
        found.update(played(WITH_ALL, iter([moment])))
    assert found["twice"] > 0


@pytest.mark.parametrize("seed", range(4))
def test_turns_survive_kills_on_tables_as_moto_plays_them(dynamodb: Any, seed: int) -> None:
    script, chance = scripted(seed), random.Random(seed)
    found = played(script, moments(chance, 40), seed, dynamodb)
    assert {**GOOD, "effects": script.effects.total()}.items() <= found.items()
