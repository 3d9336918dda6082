import pytest
from pydantic import ValidationError

from causeway.answering.confidence import Confidence as Read
from causeway.answering.confidence import Thresholds as ReadThresholds
from evaluation import basis
from stacks.assistant import confidence
from stacks.assistant.confidence import Confidence, Fit, Thresholds


def test_the_fit_of_the_laptop_holds_for_this_tree():
    evidence = confidence.read("laptop").evidence
    assert evidence is not None
    changed = [name for name, digest in (basis.parts() | basis.checks()).items() if evidence.basis[name] != digest]
    assert not changed, "run: make calibrate DATA=folder"


def test_the_function_reads_the_variable_that_the_stack_writes():
    written = Confidence(fit="laptop", thresholds={"default": Thresholds(answer=0.9, verify=0.2), "returns": Thresholds()})
    read = Read.model_validate_json(written.variable)
    assert read.limits("returns") == ReadThresholds(answer=0.95, verify=0.7)
    assert read.limits("hours") == ReadThresholds(answer=0.9, verify=0.2)
    assert dict(read.weights) == confidence.read("laptop").weights


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"fit": "bedrock"}, "no evidence"),
        ({"fit": "nothing"}, "bedrock, laptop"),
        ({"fit": "laptop", "thresholds": {"returns": {}}}, '"default"'),
        ({"fit": "laptop", "thresholds": {"default": {"answer": 0.5, "verify": 0.6}}}, "above answer"),
    ],
)
def test_an_environment_that_cannot_work_is_refused_with_what_to_change(wrong: dict[str, object], says: str):
    with pytest.raises(ValidationError, match=says):
        Confidence.model_validate(wrong)


def test_a_fit_has_evidence_or_says_why_not():
    with pytest.raises(ValidationError, match="evidence or unmeasured"):
        Fit.model_validate({"intercept": 0, "weights": {"said": 1}})
