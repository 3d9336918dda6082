"""Golden questions under load: a machine that a pipeline starts when a release is deployed, and anybody who may start it.

It asks as API Gateway would, past its limits: each question is a user's of its own, in no group. An answer counts when it comes in time
and cites a document.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.assistant.settings import Rehearsal
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import State, StateMachine, choice

PATH = "/v1/answers"
MACHINE = "rehearsal"
AN_HOUR = 3600
FAILED = {"failed": 1}
WITHOUT_ANSWER = " of {} answers failed, came late or cite nothing"


def rehearsal(
    scope: Construct,
    *,
    shared: Shared,
    key: kms.Key,
    settings: Rehearsal,
    questions: Sequence[Mapping[str, str]],
    answers: lambda_.IFunction,
) -> StateMachine:
    """questions: of which each names its tenant. answers: the alias that callers invoke."""
    return StateMachine(
        scope,
        "Rehearsal",
        shared=shared,
        name=MACHINE,
        key=key,
        functions=[answers],
        definition=definition(settings, questions, answers.function_arn),
    )


def definition(settings: Rehearsal, questions: Sequence[Mapping[str, str]], answers: str) -> dict[str, Any]:
    asked = json.dumps([{"tenant": each["tenant"], "question": each["question"]} for each in questions], ensure_ascii=True)
    in_turn = f"$map([0..{settings.questions - 1}], function($i) {{ ($asked := {asked}; $asked[$i % {len(questions)}]) }})"
    too_many = f"$sum($states.input.failed) > {settings.failures}"
    return {
        "Comment": "Golden questions, many at once",
        "QueryLanguage": "JSONata",
        "StartAt": "AskAll",
        "TimeoutSeconds": AN_HOUR,
        "States": {
            "AskAll": {
                "Type": "Map",
                "Items": f"{{% {in_turn} %}}",
                "MaxConcurrency": settings.at_once,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "Ask",
                    "States": {"Ask": _ask(settings, answers), "NoAnswer": {"Type": "Pass", "Output": FAILED, "End": True}},
                },
                "Next": "Judge",
            },
            "Judge": choice(f"{{% {too_many} %}}", "Fallen", "Passed"),
            "Fallen": {
                "Type": "Fail",
                "Error": "AnswersFailed",
                "Cause": f"{{% $string($sum($states.input.failed)) & '{WITHOUT_ANSWER.format(settings.questions)}' %}}",
            },
            "Passed": {"Type": "Succeed"},
        },
    }


def _ask(settings: Rehearsal, answers: str) -> State:
    """What fails in Lambda, or takes too long, is no answer."""
    cited = "$states.result.Payload.statusCode = 200 and $count($parse($states.result.Payload.body).citations) > 0"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": answers, "Payload": _request()},
        "Output": {"failed": f"{{% {cited} ? 0 : 1 %}}"},
        "TimeoutSeconds": settings.seconds,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "NoAnswer"}],
        "End": True,
    }


def _request() -> dict[str, Any]:
    """The event of API Gateway's proxy integration."""
    claims = {"custom:tenant": "{% $states.input.tenant %}", "sub": "{% 'rehearsal-' & $uuid() %}"}
    return {
        "httpMethod": "POST",
        "path": PATH,
        "resource": PATH,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "body": "{% $string({'question': $states.input.question}) %}",
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "{% $uuid() %}",
            "resourcePath": PATH,
            "httpMethod": "POST",
            "authorizer": {"claims": claims},
        },
    }
