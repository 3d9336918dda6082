"""The rehearsal of a release: golden questions, many at once, to the function that answers."""

from collections.abc import Mapping
from typing import Any

import pytest

from stacks.assistant.golden import golden_questions
from stacks.assistant.rehearsal import definition
from stacks.assistant.settings import Rehearsal
from stacks.reports.templates import Templates
from tests.infrastructure.synthesized import Resource, Synthesized


@pytest.fixture
def machine(synthesized_staging: Synthesized) -> Resource:
    (found,) = [each for each in synthesized_staging.all("AWS::StepFunctions::StateMachine") if each.stack.endswith("-assistant")]
    return found


@pytest.fixture
def synthesized_staging(everywhere: list[Synthesized]) -> Synthesized:
    (staging,) = [each for each in everywhere if each.name == "staging"]
    return staging


def states() -> Mapping[str, Any]:
    asked = [{"tenant": "harbour", "question": "When?"}, {"tenant": "lantern", "question": "Who?"}]
    made: Mapping[str, Any] = definition(Rehearsal(questions=30, at_once=4, failures=2, seconds=20), asked, "arn:answers:live")["States"]
    return made


def test_staging_asks_the_alias_that_callers_invoke_and_may_do_nothing_else(synthesized_staging: Synthesized, machine: Resource) -> None:
    written = Templates(synthesized_staging.templates).document(machine.stack, machine.properties["DefinitionString"])
    asked = written["States"]["AskAll"]["ItemProcessor"]["States"]["Ask"]["Arguments"]["FunctionName"]
    alias = synthesized_staging.target(machine.stack, asked)
    assert alias is not None
    assert alias.type == "AWS::Lambda::Alias"
    questions = {each["question"] for each in golden_questions(synthesized_staging.environment.data.domain)}
    assert all(question in written["States"]["AskAll"]["Items"] for question in questions)


def test_each_question_is_anothers_and_so_many_are_asked_at_once() -> None:
    every = states()["AskAll"]
    assert every["Items"].startswith("{% $map([0..29], ")
    assert every["MaxConcurrency"] == 4
    claims = every["ItemProcessor"]["States"]["Ask"]["Arguments"]["Payload"]["requestContext"]["authorizer"]["claims"]
    assert claims == {"custom:tenant": "{% $states.input.tenant %}", "sub": "{% 'rehearsal-' & $uuid() %}"}


def test_an_answer_counts_when_it_comes_in_time_and_cites_a_document() -> None:
    ask = states()["AskAll"]["ItemProcessor"]["States"]["Ask"]
    assert ask["TimeoutSeconds"] == 20
    assert ask["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "NoAnswer"}]
    assert "statusCode = 200 and $count($parse($states.result.Payload.body).citations) > 0" in ask["Output"]["failed"]


def test_more_failures_than_allowed_fail_the_release() -> None:
    judge = states()["Judge"]
    assert judge["Choices"] == [{"Condition": "{% $sum($states.input.failed) > 2 %}", "Next": "Fallen"}]
    assert states()["Fallen"]["Type"] == "Fail"
