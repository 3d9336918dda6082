from benchmarks.scripted_agents import OWNER
from causeway.agents.progress import Progress
from causeway.agents.recorded import Recorded
from causeway.agents.steps import AnyStep, Begun, Ended, Replied, Returned
from causeway.models.acting import ToolCall
from causeway.models.chat import Usage

STEPS: list[AnyStep] = [
    Replied("", [ToolCall("call-1-1", "find", {})], "tool_use", Usage(1, 1, "m"), 0.1, 0.1, seconds=2.0),
    Returned("call-1-1", "done", "here", seconds=1.0),
    Ended("answered", "Here."),
]


def begun() -> Recorded:
    return Recorded("id", OWNER, "service", None, "digest", 0, [Begun("Please.", "code", seconds=0.5)])


def test_progress_that_goes_on_from_what_is_known_is_the_same_as_all_steps_folded_anew() -> None:
    run = begun()
    for step in STEPS:
        assert run.progress == Progress.of(run.steps)
        run = run.after(step).claimed(5).freed()
    assert run.progress == Progress.of([*begun().steps, *STEPS])
    assert run.progress.seconds == 3.5


def test_each_step_is_folded_once(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folded = []
    after = Progress.after
    monkeypatch.setattr(Progress, "after", lambda self, step: folded.append(step) or after(self, step))
    run = begun()
    for step in STEPS:
        run = run.after(step)
        assert run.progress
    assert folded == STEPS
