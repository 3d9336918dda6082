"""CodeDeploy's hook before traffic: asks golden questions of the new versions, and says whether they may have traffic."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field, Json

from causeway.releases.check import Ask, Candidate, Verdict, judge
from causeway.releases.saying import GoldenQuestion, Said, read, unsaid
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected, DependencyUnavailable, Throttled
from causeway.runtime.logs import logger, metrics
from causeway.runtime.settings import Settings

# Rights of a version made a moment ago may still be spreading, so a refusal is no last word.
PATIENT = (Throttled, DependencyUnavailable, DependencyRejected)
ANSWERS = Dependency("answers", attempt_seconds=70.0, budget_seconds=180.0, retries=PATIENT, attempts=6, base_seconds=1.0, cap_seconds=10.0)
DEPLOYMENTS = Dependency("deployments", attempt_seconds=8.0, budget_seconds=60.0, retries=PATIENT, attempts=6, base_seconds=1.0)
SECONDS_TO_REPORT = 90.0  # kept back from the function's timeout


class Hook(BaseModel):
    """What CodeDeploy sends."""

    deployment: str = Field(alias="DeploymentId")
    execution: str = Field(alias="LifecycleEventHookExecutionId")


class ReleaseSettings(Settings):
    candidates: Json[tuple[Candidate, ...]]
    golden_questions: Json[tuple[GoldenQuestion, ...]]


settings = cache(ReleaseSettings.from_environment)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> str:
    """CodeDeploy hears the verdict whatever happens: it would wait for an hour. Returns it."""
    hook = Hook.model_validate(event)
    verdict: Verdict = "refused"
    try:
        verdict = _checked(Deadline.before_end(context, SECONDS_TO_REPORT))
    finally:
        status = "Failed" if verdict == "refused" else "Succeeded"
        logger.info("release checked", extra={"deployment": hook.deployment, "verdict": verdict, "status": status})
        metrics.add_metric(name="ReleasesUnproven", unit=MetricUnit.Count, value=verdict == "unproven")
        _report(hook, status)
    return verdict


def _checked(deadline: Deadline) -> Verdict:
    return judge(settings().candidates, settings().golden_questions, lambda candidate: _ask(candidate.path, deadline))


def _ask(path: str, deadline: Deadline) -> Ask:
    def ask(function: str, question: GoldenQuestion) -> Said:
        try:
            return ANSWERS.call(lambda: _invoke(function, question, path), deadline)
        except DependencyError as error:
            return unsaid(error)

    return ask


def _invoke(function: str, question: GoldenQuestion, path: str) -> Said:
    answer = client("lambda", **ANSWERS.patience).invoke(FunctionName=function, Payload=question.request(path))
    return read(answer["Payload"].read(), answer.get("ExecutedVersion", ""), answer.get("FunctionError"), question)


def _report(hook: Hook, status: str) -> None:
    deployments = client("codedeploy", **DEPLOYMENTS.patience)
    DEPLOYMENTS.call(
        lambda: deployments.put_lifecycle_event_hook_execution_status(
            deploymentId=hook.deployment, lifecycleEventHookExecutionId=hook.execution, status=status
        )
    )
