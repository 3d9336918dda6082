"""The actions of one stage: change sets, approval, code, carrying out, rehearsal. None of them is a build.

With approval, the change sets of all stacks are there before it and are what is carried out after it. All of that is one stage, which
CodePipeline runs for one execution at a time: no later execution can put other change sets in their place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_codepipeline as codepipeline

from stacks.delivery.builds import ASSETS, TEMPLATES
from stacks.delivery.names import CHANGES, DEPLOY, PUBLISH, REHEARSE, bootstrapped, role_arn, role_of
from stacks.delivery.settings import StageOf

Action = codepipeline.CfnPipeline.ActionDeclarationProperty
TypeId = codepipeline.CfnPipeline.ActionTypeIdProperty
CHANGE_SET = "causeway-release"
MACHINE = "rehearsal"


@dataclass(frozen=True)
class Deployment:
    """An environment in its account. stacks: name → region, in the order in which they are deployed. region: where most of them are."""

    stage: StageOf
    region: str
    stacks: Mapping[str, str]

    @property
    def regions(self) -> list[str]:
        return sorted({self.region, *self.stacks.values()})


class Actions:
    """Declares the actions of one stage of `pipeline`. topic: where approval is asked for."""

    def __init__(self, pipeline: Stack, deployment: Deployment, *, topic: str) -> None:
        self._pipeline, self._of, self._topic = pipeline, deployment, topic

    def all(self) -> list[Action]:
        return list(self._approved() if self._of.stage.approve else self._one_after_another())

    def _one_after_another(self) -> Iterator[Action]:
        order = count(2)
        yield from self._publish(1)
        for stack in self._of.stacks:
            yield self._prepare(stack, next(order))
            yield self._execute(stack, next(order))
        if self._of.stage.rehearse:
            yield self._rehearse(next(order))

    def _approved(self) -> Iterator[Action]:
        yield from (self._prepare(stack, 1) for stack in self._of.stacks)
        yield self._approve(2)
        yield from self._publish(3)
        for order, stack in enumerate(self._of.stacks, start=4):
            yield self._execute(stack, order)
        if self._of.stage.rehearse:
            yield self._rehearse(4 + len(self._of.stacks))

    def _prepare(self, stack: str, order: int) -> Action:
        account, region = self._of.stage.account, self._of.stacks[stack]
        return self._cloudformation(
            f"{stack}.changes",
            stack,
            CHANGES,
            order,
            {
                "ActionMode": "CHANGE_SET_REPLACE",
                "Capabilities": "CAPABILITY_NAMED_IAM",
                "RoleArn": role_arn(account, bootstrapped(self._pipeline, "cfn-exec-role", account, region)),
                "TemplatePath": f"{TEMPLATES}::{self._of.stage.environment}/{stack}.template.json",
            },
            reads=TEMPLATES,
        )

    def _execute(self, stack: str, order: int) -> Action:
        return self._cloudformation(f"{stack}.deploy", stack, DEPLOY, order, {"ActionMode": "CHANGE_SET_EXECUTE"})

    def _cloudformation(
        self, name: str, stack: str, does: str, order: int, configuration: Mapping[str, str], reads: str | None = None
    ) -> Action:
        settings = {"StackName": stack, "ChangeSetName": CHANGE_SET, **configuration}
        return self._action(name, ("Deploy", "CloudFormation"), order, settings, does=does, region=self._of.stacks[stack], reads=reads)

    def _publish(self, order: int) -> Iterator[Action]:
        """Files whose names are the hashes of what they hold, into the bucket that `cdk bootstrap` made."""
        for region in self._of.regions:
            bucket = bootstrapped(self._pipeline, "assets", self._of.stage.account, region)
            settings = {"BucketName": bucket, "Extract": "true"}
            yield self._action(f"code.{region}", ("Deploy", "S3"), order, settings, does=PUBLISH, region=region, reads=ASSETS)

    def _approve(self, order: int) -> Action:
        name, region = self._of.stage.environment, self._of.region
        link = f"https://{region}.console.aws.amazon.com/cloudformation/home?region={region}#/stacks?filteringText=causeway-{name}-"
        where = f"account {self._of.stage.account}, stacks causeway-{name}-*"
        asked = f"In {where}: read the change set {CHANGE_SET} of each. See docs/operations/delivering.md"
        settings = {"NotificationArn": self._topic, "ExternalEntityLink": link, "CustomData": asked}
        return self._action("approve", ("Approval", "Manual"), order, settings)

    def _rehearse(self, order: int) -> Action:
        stage, region = self._of.stage, self._of.region
        machine = f"arn:aws:states:{region}:{stage.account}:stateMachine:causeway-{stage.environment}-{MACHINE}"
        return self._action("rehearse", ("Invoke", "StepFunctions"), order, {"StateMachineArn": machine}, does=REHEARSE, region=region)

    def _action(
        self,
        name: str,
        kind: tuple[str, str],
        order: int,
        configuration: Mapping[str, Any],
        *,
        does: str | None = None,
        region: str | None = None,
        reads: str | None = None,
    ) -> Action:
        """does: by which role of the stage; without one, the pipeline itself acts."""
        stage = self._of.stage
        return Action(
            name=name,
            action_type_id=TypeId(category=kind[0], owner="AWS", provider=kind[1], version="1"),
            configuration=dict(configuration),
            run_order=order,
            role_arn=role_arn(stage.account, role_of(stage.environment, does)) if does else None,
            region=region,
            input_artifacts=[codepipeline.CfnPipeline.InputArtifactProperty(name=reads)] if reads else None,
        )
