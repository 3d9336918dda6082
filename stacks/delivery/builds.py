"""The two builds that run the repository's code. They read the source, write artifacts and logs, and have no other right.

Their steps stand here, in the pipeline's own template: no file of the source says what a build does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.trust import service
from stacks.delivery.artifacts import Artifacts
from stacks.delivery.names import IDENTITY, PIPELINE
from stacks.delivery.role import Limited
from stacks.delivery.settings import Builds

TEMPLATES, ASSETS = "Templates", "Assets"
FOLDER = "build/package"
# Tests and reports ask git which files there are; CodePipeline hands over files alone.
AS_REPOSITORY = [
    "git init --quiet && git add --all",
    'git -c user.name=delivery -c user.email=delivery@localhost commit --quiet --message "$CODEBUILD_RESOLVED_SOURCE_VERSION"',
]
SOURCE_BY_OAUTH = ["HIPAA.Security-CodeBuildProjectSourceRepoUrl", "PCI.DSS.321-CodeBuildProjectSourceRepoUrl"]
WHY = "CodePipeline names the objects of a run."


@dataclass(frozen=True)
class Steps:
    """commands: in bash, from the top of the repository. minutes: after which it is stopped. variables: for the commands.

    artifacts: name → folder that it holds.
    """

    commands: Sequence[str]
    compute: str
    minutes: int
    variables: Mapping[str, str]
    artifacts: Mapping[str, str]

    def spec(self, python: str) -> dict[str, Any]:
        kept = {name: {"base-directory": folder, "files": ["**/*"]} for name, folder in self.artifacts.items()}
        return {
            "version": 0.2,
            "env": {"shell": "bash"},
            "phases": {
                "install": {"runtime-versions": {"python": python}},
                "build": {"commands": ["set -euo pipefail", *AS_REPOSITORY, *self.commands]},
            },
            **({"artifacts": {"secondary-artifacts": kept}} if kept else {}),
        }


def tests() -> Steps:
    """Everything that must hold before a change lands."""
    return Steps(["bash .ci/run"], "BUILD_GENERAL1_LARGE", 90, {}, {})


def packaging(stacks: Mapping[str, Sequence[str]]) -> Steps:
    """Templates and code of each environment. stacks: environment → names of the stacks that the pipeline deploys."""
    return Steps(
        [
            *(f"make synth ENV={environment}" for environment in stacks),
            f".venv/bin/python .ci/package.py {' '.join(stacks)}",
        ],
        "BUILD_GENERAL1_MEDIUM",
        60,
        {"DEPLOYED_STACKS": json.dumps({environment: list(names) for environment, names in stacks.items()}, separators=(",", ":"))},
        {TEMPLATES: f"{FOLDER}/templates", ASSETS: f"{FOLDER}/assets"},
    )


class Build(Construct):
    """One project, its role and its log."""

    def __init__(
        self, scope: Construct, id: str, *, name: str, builds: Builds, steps: Steps, artifacts: Artifacts, logs_key: kms.IKey
    ) -> None:
        """name: of the project without what all begin with."""
        super().__init__(scope, id)
        self.name = f"{PIPELINE}-{name}"
        self.log_group = logs.LogGroup(self, "Log", log_group_name=f"/causeway/delivery/{name}", encryption_key=logs_key)
        self.role = self._role(artifacts, writes=bool(steps.artifacts))
        self.project = self._project(builds, steps, artifacts.key)

    def _role(self, artifacts: Artifacts, *, writes: bool) -> Limited:
        objects = artifacts.bucket.arn_for_objects(f"{PIPELINE}/*")
        reading, writing = ["s3:GetObject", "s3:GetObjectVersion"], ["s3:PutObject"] if writes else []
        role = Limited(
            self,
            "As",
            name=self.name,
            assumed_by=service(self, "codebuild"),
            does=f"Reads the source for the build {self.name}{', writes artifacts' if writes else ''}, and nothing else",
            statements=[
                iam.PolicyStatement(actions=[*reading, *writing], resources=[objects]),
                iam.PolicyStatement(actions=list(IDENTITY), resources=[artifacts.bucket.bucket_arn]),
                iam.PolicyStatement(
                    actions=["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])], resources=[artifacts.key.key_arn]
                ),
                iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self.log_group.log_group_arn]),
            ],
        )
        acknowledge_wildcard(role.policy, objects, reasons.NAMES, WHY)
        return role

    def _project(self, builds: Builds, steps: Steps, key: kms.IKey) -> codebuild.CfnProject:
        project = codebuild.CfnProject
        made = project(
            self,
            "Project",
            name=self.name,
            service_role=self.role.role.role_arn,
            source=project.SourceProperty(type="CODEPIPELINE", build_spec=json.dumps(steps.spec(builds.python), indent=1)),
            artifacts=project.ArtifactsProperty(type="CODEPIPELINE"),
            environment=project.EnvironmentProperty(
                type="LINUX_CONTAINER",
                image=builds.image,
                image_pull_credentials_type="CODEBUILD",
                compute_type=steps.compute,
                privileged_mode=False,
                environment_variables=[
                    project.EnvironmentVariableProperty(name=name, value=value, type="PLAINTEXT") for name, value in steps.variables.items()
                ],
            ),
            encryption_key=key.key_arn,
            logs_config=project.LogsConfigProperty(
                cloud_watch_logs=project.CloudWatchLogsConfigProperty(status="ENABLED", group_name=self.log_group.log_group_name)
            ),
            timeout_in_minutes=steps.minutes,
            queued_timeout_in_minutes=60,
            visibility="PRIVATE",
        )
        made.node.add_dependency(self.role.policy)
        why = "Its source is what CodePipeline hands over."
        acknowledge(made, SOURCE_BY_OAUTH, reasons.NO_REPOSITORY, why)
        return made

    @property
    def arn(self) -> str:
        stack = Stack.of(self)
        return stack.format_arn(service="codebuild", resource="project", resource_name=self.name)
