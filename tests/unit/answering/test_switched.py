import json
from collections.abc import Callable
from typing import Any

import pytest

from causeway.answering.assembly import answer_pipeline
from causeway.answering.experiments import Change, Experiment, Plan
from causeway.answering.settings import AnswerSettings
from causeway.answering.switchboard import SwitchboardSettings, switched_pipeline
from causeway.answering.switched import SwitchedPipeline, changed
from causeway.answering.turn import Answer, Turn
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.problems import Problem
from causeway.runtime.switches import Positions
from tests.unit.loopback import Reply, Services

Lines = Callable[[], list[dict[str, Any]]]
QUESTION = "How long may books be returned?"
PLAN = Plan(
    outcome="answered",
    base_rate=0.7,
    smallest_effect=0.05,
    power=0.8,
    significance=0.05,
    users_a=1000,
    users_b=1000,
    started="2026-11-26T07:00:00+00:00",
)


@pytest.fixture
def pipeline(services: Services, monkeypatch: pytest.MonkeyPatch) -> SwitchedPipeline:
    monkeypatch.setenv("FALLBACK_MODELS", "small-model,smaller-model")
    monkeypatch.setenv("ANSWERS_WITHOUT", "model")
    return switched_pipeline(AnswerSettings.from_environment(), SwitchboardSettings.from_environment())


def turn(tenant: str = "harbour", user: str = "ada", **more: Any) -> Turn:
    return Turn("request-1", tenant, QUESTION, Deadline.after(28), user=user, **more)


def experiment(share: float = 0.5, **change: Any) -> Experiment:
    return Experiment(name="shorter", share=share, change=Change(**change), plan=PLAN)


def running(services: Services, **change: Any) -> Experiment:
    made = experiment(**change)
    services.appconfig.documents["experiments"] = {"running": made.model_dump(exclude_none=True)}
    return made


def user_of(made: Experiment, variant: str) -> str:
    return next(user for user in map(str, range(1000)) if made.variant_of("harbour", user) == variant)


def models_asked(services: Services) -> list[str]:
    return [asked.path.split("/")[2] for asked in services.asked["model"]]


def test_answers_that_are_off_are_a_503_that_asks_no_service_and_is_in_the_log(
    pipeline: SwitchedPipeline, services: Services, log_lines: Lines
):
    services.appconfig.documents["switches"] = {"everyone": {"answers": False}}
    with pytest.raises(Problem) as raised:
        pipeline.answer(turn())
    assert (raised.value.status, raised.value.slug, raised.value.retry_after) == (503, "switched-off", 60)
    assert not services.asked
    assert [line["outcome"] for line in log_lines() if line["message"] == "turn"] == ["switched-off"]


def test_a_tenant_that_is_off_gets_no_answer_while_the_others_do(pipeline: SwitchedPipeline, services: Services):
    services.appconfig.documents["switches"] = {"tenants": {"lantern": {"answers": False}}}
    assert pipeline.answer(turn()).outcome == "answered"
    with pytest.raises(Problem):
        pipeline.answer(turn("lantern"))


def test_without_generation_passages_are_quoted_and_no_model_is_asked(pipeline: SwitchedPipeline, services: Services):
    services.appconfig.documents["switches"] = {"everyone": {"generation": False}}
    asked = turn()
    assert pipeline.answer(asked).outcome == "search-only"
    assert asked.degraded == ["model"]
    assert models_asked(services) == []


def test_without_generation_a_domain_that_takes_no_quotes_gets_a_503(services: Services):
    services.appconfig.documents["switches"] = {"everyone": {"generation": False}}
    strict = switched_pipeline(AnswerSettings.from_environment(), SwitchboardSettings.from_environment())
    with pytest.raises(DependencyUnavailable) as raised:
        strict.answer(turn())
    assert raised.value.retry_after == 60


def test_without_the_first_model_the_fallbacks_answer_in_their_order(pipeline: SwitchedPipeline, services: Services):
    services.appconfig.documents["switches"] = {"everyone": {"first_model": False}}
    services.script("model", Reply({}, 503), Reply(services._model(None)))
    asked = turn()
    pipeline.answer(asked)
    assert asked.usage.model == "smaller-model"
    assert set(models_asked(services)) == {"small-model", "smaller-model"}


def test_without_the_first_model_and_without_fallbacks_no_model_is_asked(services: Services):
    settings = AnswerSettings.from_environment()
    assert not changed(settings, Positions(first_model=False), None).generation


def test_without_reranking_the_searchs_order_stays(services: Services):
    settings = AnswerSettings.from_environment().model_copy(update={"rerank_model": "cohere.rerank-v3-5:0"})
    assert changed(settings, Positions(), None).rerank_model
    assert changed(settings, Positions(reranking=False), None).rerank_model == ""
    assert changed(settings, Positions(), Change(reranking="off")).rerank_model == ""


def test_a_switch_acts_both_ways_while_the_process_lives(pipeline: SwitchedPipeline, services: Services):
    outcomes = []
    for position in (True, False, True):
        services.appconfig.documents["switches"] = {"everyone": {"generation": position}}
        outcomes.append(pipeline.answer(turn()).outcome)
    assert outcomes == ["answered", "search-only", "answered"]


def test_answers_go_on_while_appconfig_fails_and_the_failure_is_counted(
    pipeline: SwitchedPipeline, services: Services, log_lines: Lines, capsys: pytest.CaptureFixture[str]
):
    services.appconfig.failing = 500
    assert pipeline.answer(turn()).outcome == "answered"
    failed = [line for line in log_lines() if line["message"] == "dependency failed"]
    assert {(line["dependency"], line["kind"]) for line in failed} == {("switches", "unavailable")}
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["dependency"] for line in counted if "DependencyFailed" in line] == ["switches", "switches"]


def test_a_variant_is_answered_by_its_settings_and_the_other_by_the_environments(pipeline: SwitchedPipeline, services: Services):
    made = running(services, model="fallback", max_output_tokens=100, top_k=3)
    for variant, model, tokens, top_k in (("a", "test-model", 700, 5), ("b", "small-model", 100, 3)):
        asked = turn(user=user_of(made, variant))
        pipeline.answer(asked)
        assert (asked.variant, asked.usage.model, asked.top_k) == (variant, model, top_k)
        assert services.asked["model"][-1].body["inferenceConfig"]["maxTokens"] == tokens


def test_a_number_of_passages_that_the_request_names_is_not_changed(pipeline: SwitchedPipeline, services: Services):
    made = running(services, top_k=3)
    asked = turn(user=user_of(made, "b"), top_k=7, top_k_asked=True)
    pipeline.answer(asked)
    assert asked.top_k == 7


def test_every_log_line_and_a_metric_name_the_variant(
    pipeline: SwitchedPipeline, services: Services, log_lines: Lines, capsys: pytest.CaptureFixture[str]
):
    made = running(services, temperature=0.5)
    services.script("model", Reply({}, 503))
    pipeline.answer(turn(user=user_of(made, "b")))
    lines = log_lines()
    assert {line["message"] for line in lines} >= {"turn", "fallback", "dependency failed"}
    assert {(line["experiment"], line["variant"]) for line in lines} == {("shorter", "b")}
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ExperimentTurns" in line]
    assert [(line["experiment"], line["variant"], line["outcome"]) for line in counted] == [("shorter", "b", "search-only")]


def test_the_next_question_of_the_same_call_keeps_nothing_of_the_variant(pipeline: SwitchedPipeline, services: Services, log_lines: Lines):
    made = running(services, temperature=0.5)
    pipeline.answer(turn(user=user_of(made, "b")))
    services.appconfig.documents["experiments"] = {}
    pipeline.answer(turn(user=user_of(made, "b")))
    first, second = (line for line in log_lines() if line["message"] == "turn")
    assert first["variant"] == "b"
    assert "variant" not in second


def test_nobody_gets_a_variant_where_experiments_are_off(pipeline: SwitchedPipeline, services: Services):
    made = running(services, top_k=3)
    services.appconfig.documents["switches"] = {"everyone": {"experiments": False}}
    asked = turn(user=user_of(made, "b"))
    pipeline.answer(asked)
    assert (asked.experiment, asked.variant, asked.top_k) == ("", "", 5)


def test_one_pipeline_is_made_for_each_combination_and_kept(services: Services):
    made: list[AnswerSettings] = []

    def make(settings: AnswerSettings) -> Any:
        made.append(settings)
        return answer_pipeline(settings)

    usual = switched_pipeline(AnswerSettings.from_environment(), SwitchboardSettings.from_environment())
    pipeline = SwitchedPipeline(AnswerSettings.from_environment(), make, usual._switches, usual._experiments, lambda _: None)  # type: ignore[arg-type]
    for position in (True, False, True, False):
        services.appconfig.documents["switches"] = {"everyone": {"generation": position}}
        try:
            result: Answer | None = pipeline.answer(turn())
        except DependencyUnavailable:
            result = None
        assert (result is not None) == position
    assert [settings.generation for settings in made] == [True, False]
