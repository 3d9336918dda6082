import json

import pytest
from pydantic import BaseModel, ValidationError, field_validator

from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.problems import of_dependency, of_validation


class Body(BaseModel):
    question: str
    top_k: int


def test_a_problem_of_validation_names_every_field_and_repeats_no_value():
    try:
        Body.model_validate({"top_k": "secret"})
    except ValidationError as error:
        body = json.loads(of_validation(error).body("r-1"))
    assert {fault["field"] for fault in body["errors"]} == {"question", "top_k"}
    assert body["request_id"] == "r-1"
    assert "secret" not in json.dumps(body)


class Named(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def _never(cls, name: str) -> str:
        raise ValueError("must end in .md")


def test_a_rule_of_our_own_is_told_in_its_own_words():
    with pytest.raises(ValidationError) as refused:
        Named(name="a")
    assert of_validation(refused.value).detail == "name: must end in .md"


def test_each_failure_of_each_dependency_has_its_own_type():
    failures = (Throttled, DependencyUnavailable, DependencyRejected)
    types = {of_dependency(failure(name, "reason")).type for name in ("embedding", "search", "model", "registry") for failure in failures}
    assert len(types) == 12


def test_what_may_pass_says_when_to_come_back():
    for failure in (Throttled, DependencyUnavailable):
        problem = of_dependency(failure("search", "10.0.10.7 refused"))
        assert problem.status == 503
        assert int(problem.response_headers()["Retry-After"]) > 0


def test_the_reason_of_a_failure_stays_inside():
    problem = of_dependency(DependencyRejected("model", "arn:aws:bedrock:secret"))
    assert problem.status == 502
    assert "arn" not in problem.body("r")
