"""The function that does a piece of work of a team's run, with moto's table and a model that answers what a test scripts."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore import handlers
from pydantic import ValidationError

from causeway.conversations.keys import Owner
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.teams.errors import Busy, Failed
from causeway.teams.record import TeamRecord
from causeway.teams.run import TeamRun
from tests.unit.functions.agents_line import NAME, ORDER, USER, calls, make_room, module
from tests.unit.functions.test_answers import Context
from tests.unit.loopback import AUDIT, RUNS, Reply, Services

OWNER = Owner("harbour", USER, NAME)
RUN = "0a" * 16
TASK = "My order H-10482 came torn."
CLAIM = {"claim": "Order H-10482 (Rebecca) is delivered.", "confidence": 1.0, "evidence": [ORDER], "caveats": []}
LOOK_UP, HAND_IN = calls(("look_up_order", {"order": ORDER})), calls(("hand_in", {"claims": [CLAIM]}))


def kept() -> TeamRecord:
    return TeamRecord(lambda _: client("dynamodb"), RUNS, Dependency("runs", attempt_seconds=1.0, budget_seconds=30.0))


@pytest.fixture
def model(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Scripts the model's replies; a run of the team `complaint` has begun."""
    make_room()
    hook = ("before-send.dynamodb", services.before_the_table)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", [hook, *handlers.BUILTIN_HANDLERS])
    module("team_role").team.cache_clear()
    kept().begin(TeamRun(RUN, OWNER, "complaint", TASK, 4_000_000_000))
    return lambda *replies: services.script("model", *replies)


def asked(**facts: Any) -> dict[str, Any]:
    run = {"id": RUN, "tenant": "harbour", "user": USER, "name": NAME}
    return {"run": run, "team": "complaint", "step": "work", "role": "orders", "key": "work-1", "input": {}, **facts}


def does(seconds: float = 60, **facts: Any) -> dict[str, Any]:
    return module("team_role").handler(asked(**facts), Context(milliseconds=int(seconds * 1000)))  # type: ignore[no-any-return]


def outcome_of(key: str) -> Any:
    run = kept().read(OWNER, RUN)
    assert run is not None
    return run.piece(key)


def test_a_role_s_work_is_kept_in_the_record_and_no_word_of_it_goes_to_the_machine(model: Callable[..., None]) -> None:
    model(LOOK_UP, HAND_IN)
    answer = does()
    assert (answer["output"], answer["state"], answer["spent"]["model_calls"]) == ({}, "done", 2)
    assert outcome_of("work-1").output == {"claims": [{**CLAIM, "carried": "carried"}]}
    assert does() == answer


def audited() -> list[dict[str, Any]]:
    storage = client("s3")
    kept = storage.list_object_versions(Bucket=AUDIT).get("Versions", [])
    return [json.loads(storage.get_object(Bucket=AUDIT, Key=each["Key"])["Body"].read()) for each in kept]


def test_a_role_s_work_leaves_one_audit_record_without_a_word_of_people(model: Callable[..., None]) -> None:
    model(LOOK_UP, HAND_IN)
    does()
    does()
    (record,) = audited()
    assert (record["agent"], record["tenant"], record["stopped"], record["key"]) == ("complaint/orders", "harbour", "answered", "run")
    assert [step["policy"] for step in record["steps"] if step.get("policy")]
    assert not [word for word in ("torn", "Rebecca") if word in json.dumps(record)]


def test_work_is_not_done_before_its_audit_record_is_written_and_no_model_is_asked_again_for_it(model: Callable[..., None]) -> None:
    model(LOOK_UP, HAND_IN)
    client("s3").delete_bucket(Bucket=AUDIT)
    with pytest.raises(Failed, match="audit rejected"):
        does()
    client("s3").create_bucket(Bucket=AUDIT)
    assert does()["spent"]["model_calls"] == 2
    assert len(audited()) == 1


def test_a_whole_run_ends_with_its_text_in_the_record(model: Callable[..., None]) -> None:
    draft = {"text": "Dear customer, your order is delivered.", "claims": [CLAIM]}
    model(LOOK_UP, HAND_IN, calls(("hand_in", draft)))
    does()
    does(step="verify", role="verify", key="verify", input={"of": {"found": ["work-1"]}})
    does(step="synthesize", role="answer", key="synthesize", input={"of": {"found": ["work-1"], "verdict": "verify"}})
    does(step="end", role="end", key="end", input={"stopped": ""})
    run = kept().read(OWNER, RUN)
    assert run is not None
    assert (run.state, run.stopped, run.outcome and run.outcome["text"]) == ("done", "answered", draft["text"])


def test_a_throttled_model_is_busy_and_nothing_is_lost(model: Callable[..., None]) -> None:
    model(LOOK_UP, *[Reply({}, 429, "ThrottlingException")] * 4)
    with pytest.raises(Busy) as raised:
        does()
    assert "H-10482" not in str(raised.value)
    model(HAND_IN)
    assert does()["spent"]["model_calls"] == 2


def test_another_user_s_run_is_not_found(model: Callable[..., None]) -> None:
    with pytest.raises(Failed):
        does(run={"id": RUN, "tenant": "harbour", "user": "user-2", "name": "bob"})


@pytest.mark.parametrize("facts", [{"key": "../work"}, {"run": {"id": "x", "tenant": "t", "user": "u"}}, {"step": ""}])
def test_an_event_of_another_form_is_refused(model: Callable[..., None], facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        does(**facts)


def test_the_log_has_figures_and_no_words_of_people(model: Callable[..., None], log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    model(LOOK_UP, HAND_IN)
    does()
    lines = log_lines()
    [piece] = [line for line in lines if line.get("message") == "team piece"]
    assert (piece["outcome"], piece["key"], piece["role"], piece["model_calls"]) == ("done", "work-1", "orders", 2)
    assert "Rebecca" not in json.dumps(lines)
