"""A recorded run, played again: identical while nothing has changed, and the first difference shown once something has."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.agent_replay import CHANGES, LOOP, row, unchanged
from benchmarks.recorded_turns import OWNER, POLICIES, Recording, domain_of, with_instructions

# isort: split
from causeway.agents import settling
from causeway.agents.recorded import Recorded
from causeway.agents.rows import meta_item, step_items
from causeway.agents.steps import Begun, Ended, Replied, Returned
from causeway.models.acting import ActReply, ActRequest, ToolCall
from causeway.models.chat import Usage
from causeway.runtime.deadlines import Deadline
from evaluation.replay import saved
from evaluation.replay.replay import replayed

TURNS = range(60)


@pytest.fixture(scope="module")
def runs() -> list[Recorded]:
    return [Recording(seed).recorded() for seed in TURNS]


def first(runs: list[Recorded], kind: str, **facts: object) -> tuple[int, Recorded]:
    """The first turn with such a step, and its number."""
    return next(
        (seed, run)
        for seed, run in enumerate(runs)
        if any(step.kind == kind and all(getattr(step, name) == value for name, value in facts.items()) for step in run.steps)
    )


def test_turns_with_tools_consents_failures_stops_and_dead_processes_replay_as_they_were(runs: list[Recorded]) -> None:
    _, _, identical, *_ = unchanged(runs)
    assert int(identical) == len(TURNS)
    kinds = {step.kind for run in runs for step in run.steps}
    assert kinds == {"begun", "replied", "running", "returned", "asked", "decided", "ended"}
    assert len({run.steps[-1].stopped for run in runs if isinstance(run.steps[-1], Ended)}) >= 6


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_shown_at_the_step_of_its_first_effect(runs: list[Recorded], name: str) -> None:
    _, _, _, shown, elsewhere, _ = row(name, runs)
    assert int(elsewhere) == 0
    assert int(shown) >= (1 if name == LOOP else 20)


def test_a_changed_prompt_is_shown_in_words_of_before_and_now(runs: list[Recorded]) -> None:
    seed, run = first(runs, "replied")
    difference = replayed(run, with_instructions(domain_of(seed), "Help, and be brief.")).difference
    assert difference
    lines = list(difference.lines())
    assert lines[0] == "step 2: the system prompt sent to the model differs"
    assert [line for line in lines if line.startswith(("  -Help", "  +Help"))] == ["  -Help.", "  +Help, and be brief."]


def test_a_policy_that_no_longer_permits_a_call_is_shown_at_the_call(runs: list[Recorded]) -> None:
    """The record is still visible to it, so that the tool is offered as before."""
    seed, run = first(runs, "asked")
    call = next(step for step in run.steps if step.kind == "asked")
    stricter = POLICIES.replace("resource.owner == principal.name", 'resource.owner == principal.name && resource.kind == "books"')
    difference = replayed(run, domain_of(seed, stricter)).difference
    assert difference
    assert difference.what == "what happens"
    assert difference.step <= run.steps.index(call) + 1
    assert difference.now.endswith("is refused, policy")


def test_words_that_the_loop_says_to_the_model_are_compared(runs: list[Recorded], monkeypatch: pytest.MonkeyPatch) -> None:
    seed, run = first(runs, "returned", reason="repeated")
    at = next(at for at, step in enumerate(run.steps, 1) if isinstance(step, Returned) and step.reason == "repeated")
    monkeypatch.setattr(settling, "REPEATED", "Again?")
    difference = replayed(run, domain_of(seed)).difference
    assert difference
    assert (difference.step, difference.now) == (at, "Again?")
    assert difference.what.startswith("content of call-")


def test_results_are_sent_to_the_model_as_they_were_recorded_even_with_passages_left_out(runs: list[Recorded]) -> None:
    """The record has the result after its screening: screening it again would find nothing, and the model be told of nothing."""
    _, run = first(runs, "returned", withheld=1)
    assert replayed(run, domain_of(runs.index(run))).difference is None


def test_a_run_that_waits_or_was_left_in_the_middle_replays_as_far_as_it_is(runs: list[Recorded]) -> None:
    _, run = first(runs, "decided")
    whole = [at for at, step in enumerate(run.steps) if step.seconds or step.kind == "decided"]  # what is written together is there or not
    assert len(whole) > 5
    for steps in whole:
        found = replayed(replace(run, steps=run.steps[:steps]), domain_of(runs.index(run)))
        assert found.difference is None, f"after {steps} steps: {found.difference}"


def test_a_run_that_was_given_up_replays_to_its_end(runs: list[Recorded]) -> None:
    seed, run = first(runs, "ended", stopped="interrupted")
    found = replayed(run, domain_of(seed))
    assert (found.difference, found.steps) == (None, len(run.steps))
    assert any(
        isinstance(step, Returned) and step.outcome == "unknown"
        for _, each in [first(runs, "returned", outcome="unknown")]
        for step in each.steps
    )


def test_an_agent_that_is_gone_is_a_difference_of_its_first_step(runs: list[Recorded]) -> None:
    found = replayed(replace(runs[0], agent="gone"), domain_of(0)).difference
    assert found
    assert (found.step, found.now) == (2, "there is no agent gone")


def test_a_record_without_what_was_sent_replays_and_says_so(runs: list[Recorded]) -> None:
    seed, run = first(runs, "replied")
    bare = [replace(step, sent=None) if isinstance(step, Replied) else step for step in run.steps]
    found = replayed(replace(run, steps=bare), with_instructions(domain_of(seed), "Help, and be brief."))
    assert found.difference is None
    assert found.unproved == found.requests > 0


class Model:
    def __init__(self, *calls: ToolCall) -> None:
        self._calls = calls

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        return ActReply("" if self._calls else "In other words.", self._calls, "tool_use" if self._calls else "end_turn", Usage())


def an_answered_run() -> Recorded:
    replied = Replied("Hello.", [], "end_turn", Usage(1, 1, "scripted"), 0.0, 0.0)
    return Recorded("0" * 32, OWNER, "service", None, "", 1, [Begun("Hi.", "c0de"), replied, Ended("answered", "Hello.")])


def test_another_model_may_use_other_words_but_decides_alike() -> None:
    run = an_answered_run()
    assert replayed(run, with_instructions(domain_of(1), "Help, and be brief."), Model()).difference is None
    found = replayed(run, domain_of(1), Model(ToolCall("x", "look_up", {"thing": "it"}))).difference
    assert found
    assert (found.step, found.before, found.now) == (2, "an answer", 'call look_up {"thing": "it"}')


def test_a_replay_prints_nothing_and_counts_in_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is a line and a metric in a real turn."""
    run = an_answered_run()
    failed = Ended("model-unavailable", "I stopped: the language model does not answer now. Please try again later.")
    assert replayed(replace(run, steps=[run.steps[0], failed]), domain_of(1)).difference is None
    assert capsys.readouterr().out == ""


def test_a_run_is_read_from_a_file_as_it_was_saved_even_after_it_has_expired(tmp_path: Path, runs: list[Recorded]) -> None:
    run = replace(runs[0], created_at=1)
    file = tmp_path / "run.json"
    file.write_text(saved.written([meta_item(run), *step_items(run, 0)]), encoding="utf-8")
    again = saved.read(file)
    assert replayed(again, domain_of(0)).difference is None
    assert [step.kind for step in again.steps] == [step.kind for step in run.steps]


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"Items": [{}]}), json.dumps({"Items": []})])
def test_a_file_that_holds_no_run_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.json"):
        saved.read(file)
