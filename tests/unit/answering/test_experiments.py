import json

import pytest
from pydantic import ValidationError

from causeway.answering.experiments import Change, Experiment, Experiments
from causeway.answering.settings import AnswerSettings
from tests.unit.answering.test_switched import experiment


def test_a_user_keeps_the_variant_and_another_experiment_divides_users_anew():
    made, other = experiment(top_k=3), experiment(top_k=3).model_copy(update={"name": "other"})
    users = [str(number) for number in range(2000)]
    first = [made.variant_of("harbour", user) for user in users]
    assert first == [Experiment.model_validate_json(made.model_dump_json(exclude_none=True)).variant_of("harbour", user) for user in users]
    agreeing = sum(a == other.variant_of("harbour", user) for a, user in zip(first, users, strict=True))
    assert 900 < agreeing < 1100


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5])
def test_as_many_users_get_variant_b_as_its_share_says(share: float):
    made = experiment(share, top_k=3)
    found = sum(made.variant_of("harbour", str(user)) == "b" for user in range(20_000)) / 20_000
    assert found == pytest.approx(share, abs=0.011)


def test_users_of_two_tenants_are_two_users():
    made = experiment(top_k=3)
    same = sum(made.variant_of("harbour", str(user)) == made.variant_of("lantern", str(user)) for user in range(2000))
    assert 900 < same < 1100
    assert made.variant_of("a", "b\0c") in ("a", "b")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "name at least one setting"),
        ({"top_k": None}, "name at least one setting"),
        ({"top_k": 21}, "less than or equal to 20"),
        ({"top_k": "3"}, "valid integer"),
        ({"temperature": 2}, "less than or equal to 1"),
        ({"guardrail_id": "none"}, "Extra inputs"),
        ({"instructions_in_documents": "quoted"}, "Extra inputs"),
        ({"model": "another"}, "fallback"),
    ],
)
def test_a_change_of_nothing_of_something_unknown_or_out_of_range_is_refused(change: dict[str, object], said: str):
    with pytest.raises(ValidationError, match=said):
        Change.model_validate_json(json.dumps(change))


def test_what_a_variant_may_change_is_a_setting_of_answers_or_known_to_the_switched_pipeline():
    assert set(Change.model_fields) - set(AnswerSettings.model_fields) == {"top_k", "model", "reranking"}


def test_no_experiment_runs_by_default():
    assert Experiments.model_validate_json("{}").running is None
