"""The pipeline: source → test → dev → staging → prod. docs/decisions/276-a-pipeline-of-change-sets.md."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import Stack
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.boundary import CEILINGS, Boundaries
from stacks.constructs.findings import Findings, beginning
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.notifications import alarm_topic, logs_key
from stacks.constructs.shared import Telling
from stacks.constructs.trust import service
from stacks.constructs.undelivered import Undelivered
from stacks.delivery.actions import Action, Actions, Deployment, TypeId
from stacks.delivery.artifacts import Artifacts
from stacks.delivery.builds import ASSETS, TEMPLATES, Build, Steps, packaging, tests
from stacks.delivery.names import (
    ALIAS,
    BUCKET,
    CHANGES,
    DEPLOY,
    PIPELINE,
    PUBLISH,
    REHEARSE,
    artifacts,
    artifacts_bucket,
    for_artifacts,
    keys,
    role_arn,
    role_of,
)
from stacks.delivery.role import Limited
from stacks.delivery.settings import Delivery

SOURCE = "Source"
RUNBOOK = "docs/operations/delivering.md"
Pipeline = codepipeline.CfnPipeline


class RegionStack(Stack):
    """Where another region's actions find their artifacts."""

    def __init__(self, scope: Construct, id: str, *, settings: Delivery, region: str) -> None:
        there = cdk.Environment(account=settings.account, region=region)
        super().__init__(scope, id, env=there, termination_protection=settings.protect_data)
        self.artifacts = Artifacts(self, "Artifacts", settings=settings)


class PipelineStack(Stack):
    """Deployed by an administrator. It has no action that changes itself."""

    def __init__(self, scope: Construct, id: str, *, settings: Delivery, deployments: Sequence[Deployment]) -> None:
        super().__init__(scope, id, env=settings.aws, termination_protection=settings.protect_data)
        self.settings, self.deployments = settings, deployments
        self.logs_key = logs_key(self, settings)
        self.topic = alarm_topic(self, self.logs_key, settings.foundation.people_to_alarm)
        self.artifacts = Artifacts(self, "Artifacts", settings=settings)
        self.test, self.package = self._builds()
        self.role = self._role()
        self.pipeline = self._pipeline()
        self._tell_of_failures()

    @property
    def _elsewhere(self) -> list[str]:
        return sorted({region for each in self.deployments for region in each.regions} - {self.region})

    def _builds(self) -> tuple[Build, Build]:
        stacks: dict[str, list[str]] = {each.stage.environment: list(each.stacks) for each in self.deployments}

        def build(id: str, steps: Steps) -> Build:
            return Build(
                self,
                id,
                name=id.lower(),
                builds=self.settings.builds,
                steps=steps,
                artifacts=self.artifacts,
                logs_key=self.logs_key,
            )

        return build("Test", tests()), build("Package", packaging(stacks))

    def _role(self) -> Limited:
        """It starts builds, assumes the roles of stages and asks for approval; it has no right in any account but this one."""
        repository = {"ForAllValues:StringEquals": {f"{self.settings.source.service}:FullRepositoryId": self.settings.source.repository}}
        objects = [artifacts(self.settings, region) for region in (self.region, *self._elsewhere)]
        moved = [
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[keys(self.settings, region)],
                conditions=for_artifacts(self.settings, region),
            )
            for region in self._elsewhere
        ]
        role = Limited(
            self,
            "As",
            name=f"{PIPELINE}-pipeline",
            assumed_by=service(self, "codepipeline"),
            does="Moves a release from stage to stage",
            statements=[
                iam.PolicyStatement(
                    actions=[f"{self.settings.source.service}:UseConnection"],
                    resources=[self.settings.source.connection_arn],
                    conditions=repository,
                ),
                iam.PolicyStatement(
                    actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
                    resources=[self.test.arn, self.package.arn],
                ),
                iam.PolicyStatement(actions=["sts:AssumeRole"], resources=self._roles_of_stages()),
                iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], resources=objects),
                iam.PolicyStatement(
                    actions=list(BUCKET),
                    resources=[f"arn:aws:s3:::{artifacts_bucket(self.settings, region)}" for region in (self.region, *self._elsewhere)],
                ),
                iam.PolicyStatement(actions=["sns:Publish"], resources=[self.topic.topic_arn]),
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.artifacts.key.key_arn, self.logs_key.key_arn]
                ),
                *moved,
            ],
        )
        why = "CodePipeline names the objects of a run, and a key of another region is known by its account and what it encrypts."
        for arn in (*objects, *(keys(self.settings, region) for region in self._elsewhere)):
            acknowledge_wildcard(role.policy, arn, reasons.NAMES, why)
        return role

    def _roles_of_stages(self) -> list[str]:
        return [
            role_arn(each.stage.account, role_of(each.stage.environment, does))
            for each in self.deployments
            for does in (CHANGES, PUBLISH, DEPLOY, *((REHEARSE,) if each.stage.rehearse else ()))
        ]

    def _pipeline(self) -> codepipeline.CfnPipeline:
        stages = [
            self._stage("source", [self._source()]),
            self._stage("test", [self._build("test", self.test, 1), self._build("package", self.package, 1, (TEMPLATES, ASSETS))]),
            *(self._stage(each.stage.environment, Actions(self, each, topic=self.topic.topic_arn).all()) for each in self.deployments),
        ]
        pipeline = Pipeline(
            self,
            "Pipeline",
            name=PIPELINE,
            pipeline_type="V2",
            execution_mode="SUPERSEDED",
            role_arn=self.role.role.role_arn,
            stages=stages,
            **self._stores(),
        )
        pipeline.node.add_dependency(self.role.policy)
        return pipeline

    def _stores(self) -> dict[str, Any]:
        """Of another region the key is named by its alias, which CodePipeline finds as this account; stages only read there."""

        def store(region: str, key: str) -> codepipeline.CfnPipeline.ArtifactStoreProperty:
            encryption = Pipeline.EncryptionKeyProperty(id=key, type="KMS")
            return Pipeline.ArtifactStoreProperty(type="S3", location=artifacts_bucket(self.settings, region), encryption_key=encryption)

        own = store(self.region, self.artifacts.key.key_arn)
        if not self._elsewhere:
            return {"artifact_store": own}
        there = {region: store(region, f"arn:aws:kms:{region}:{self.settings.account}:{ALIAS}") for region in self._elsewhere}
        stores = {self.region: own, **there}
        return {
            "artifact_stores": [Pipeline.ArtifactStoreMapProperty(region=region, artifact_store=each) for region, each in stores.items()]
        }

    def _stage(self, name: str, actions: Sequence[Action]) -> codepipeline.CfnPipeline.StageDeclarationProperty:
        return Pipeline.StageDeclarationProperty(name=name, actions=list(actions))

    def _source(self) -> Action:
        source = self.settings.source
        return Action(
            name="source",
            action_type_id=TypeId(category="Source", owner="AWS", provider="CodeStarSourceConnection", version="1"),
            configuration={
                "ConnectionArn": source.connection_arn,
                "FullRepositoryId": source.repository,
                "BranchName": source.branch,
                "OutputArtifactFormat": "CODE_ZIP",
                "DetectChanges": "true",
            },
            output_artifacts=[Pipeline.OutputArtifactProperty(name=SOURCE)],
            run_order=1,
        )

    def _build(self, name: str, build: Build, order: int, outputs: Sequence[str] = ()) -> Action:
        return Action(
            name=name,
            action_type_id=TypeId(category="Build", owner="AWS", provider="CodeBuild", version="1"),
            configuration={"ProjectName": build.project.ref},
            input_artifacts=[Pipeline.InputArtifactProperty(name=SOURCE)],
            output_artifacts=[Pipeline.OutputArtifactProperty(name=each) for each in outputs],
            run_order=order,
        )

    def _tell_of_failures(self) -> None:
        undelivered = Undelivered(self, "Undelivered", shared=self._telling, rules=beginning(self.settings))
        Findings(self, "Findings", shared=self._telling, undelivered=undelivered).tell(
            "ReleaseFailed",
            pattern={
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Stage Execution State Change"],
                "detail": {"pipeline": [PIPELINE], "state": ["FAILED"]},
            },
            says="a release failed in the stage <stage>, execution <execution>",
            where={"stage": "$.detail.stage", "execution": "$.detail.execution-id"},
            runbook=RUNBOOK,
        )

    @property
    def _telling(self) -> Telling:
        return Telling(self.settings, self.logs_key, self._boundaries, self.topic)

    @property
    def _boundaries(self) -> Boundaries:
        """The one role here that a policy of its own does not bound is that which tells people."""
        found = self.node.try_find_child("TellingBoundary")
        boundary = found if isinstance(found, iam.ManagedPolicy) else self._telling_boundary(self.logs_key, self.topic)
        return Boundaries(**dict.fromkeys(CEILINGS, boundary))

    def _telling_boundary(self, key: kms.IKey, topic: sns.ITopic) -> iam.ManagedPolicy:
        return iam.ManagedPolicy(
            self,
            "TellingBoundary",
            description="The most that the role can do that tells people of failures",
            statements=[
                iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
            ],
        )
