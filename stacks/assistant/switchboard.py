"""AppConfig: what operators switch, and the experiment that runs, without a deployment.

Two documents, each in an AppConfig environment of its own: an environment deploys one thing at a time and may have alarms that hold a
deployment up, and neither may stand before a kill. See docs/decisions/198-switches-in-appconfig.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_appconfig as appconfig
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.settings import Common
from stacks.constructs.trust import service

VALIDATORS = Path(__file__).resolve().parent / "validators"
# Nothing is switched off and no experiment runs. These words stay as they are: CloudFormation deploys them once, and would deploy a
# change over whatever operators have switched since.
FIRST_DOCUMENT = "{}"
READ = ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"]


@dataclass(frozen=True)
class Deployed:
    """A document's AppConfig environment and profile."""

    environment: appconfig.CfnEnvironment
    profile: appconfig.CfnConfigurationProfile


class Switchboard(Construct):
    """The AppConfig application `causeway-{env}`, its documents `switches` and `experiments`, and how each is deployed."""

    def __init__(self, scope: Construct, id: str, *, environment: Common, gradual: bool, seconds: int) -> None:
        """gradual: experiments reach functions within ten minutes and not at once. seconds: how old what functions know may be."""
        super().__init__(scope, id)
        self._name, self._seconds = environment.name, seconds
        self._application = appconfig.CfnApplication(self, "Application", name=f"causeway-{environment.name}")
        self.at_once = self._strategy("AtOnce", minutes=0, growth=100, bake=0)
        self.step_by_step = self._strategy("StepByStep", minutes=10, growth=20, bake=10) if gradual else self.at_once
        self.switches = self._document("switches")
        self.experiments = self._document("experiments")

    def give(self, function: CausewayFunction, *, experiments: bool) -> None:
        """Let a function read the documents, and tell it where they are."""
        documents = {"SWITCHES": self.switches} | ({"EXPERIMENTS": self.experiments} if experiments else {})
        for variable, document in documents.items():
            function.function.add_environment(variable, self._path(document))
        function.function.add_environment("SWITCH_SECONDS", str(self._seconds))
        function.allow(READ, [self._arn(document) for document in documents.values()])

    def roll_back_experiments_at(self, alarms: Sequence[cloudwatch.Alarm], boundary: iam.IManagedPolicy) -> None:
        """An experiment that is being deployed is taken back when one of the alarms is raised. No alarm holds switches up."""
        role = self._role(alarms, boundary)
        self.experiments.environment.monitors = [
            appconfig.CfnEnvironment.MonitorsProperty(alarm_arn=each.alarm_arn, alarm_role_arn=role.role_arn) for each in alarms
        ]

    def places(self) -> dict[str, str]:
        """What the operators' commands look up."""
        return {
            "switches": self._path(self.switches),
            "experiments": self._path(self.experiments),
            "deploy-at-once": self.at_once.ref,
            "deploy-step-by-step": self.step_by_step.ref,
        }

    def _strategy(self, id: str, *, minutes: int, growth: int, bake: int) -> appconfig.CfnDeploymentStrategy:
        return appconfig.CfnDeploymentStrategy(
            self,
            id,
            name=f"causeway-{self._name}-{id}",
            deployment_duration_in_minutes=minutes,
            final_bake_time_in_minutes=bake,
            growth_factor=growth,
            growth_type="LINEAR",
            replicate_to="NONE",
        )

    def _document(self, name: str) -> Deployed:
        """A document with its validator, and its first version."""
        scope, application = Construct(self, name.title()), self._application.ref
        environment = appconfig.CfnEnvironment(scope, "Environment", application_id=application, name=name)
        validator = appconfig.CfnConfigurationProfile.ValidatorsProperty(
            type="JSON_SCHEMA", content=(VALIDATORS / f"{name}.json").read_text(encoding="utf-8")
        )
        profile = appconfig.CfnConfigurationProfile(
            scope, "Profile", application_id=application, name=name, location_uri="hosted", type="AWS.Freeform", validators=[validator]
        )
        version = appconfig.CfnHostedConfigurationVersion(
            scope,
            "First",
            application_id=application,
            configuration_profile_id=profile.ref,
            content=FIRST_DOCUMENT,
            content_type="application/json",
        )
        first = appconfig.CfnDeployment(
            scope,
            "FirstDeployment",
            application_id=application,
            environment_id=environment.ref,
            configuration_profile_id=profile.ref,
            configuration_version=version.ref,
            deployment_strategy_id=self.at_once.ref,
        )
        first.add_property_deletion_override("Tags")  # another tag of the app would deploy it again
        return Deployed(environment, profile)

    def _path(self, document: Deployed) -> str:
        return f"{self._application.ref}/{document.environment.ref}/{document.profile.ref}"

    def _arn(self, document: Deployed) -> str:
        name = f"{self._application.ref}/environment/{document.environment.ref}/configuration/{document.profile.ref}"
        return Stack.of(self).format_arn(service="appconfig", resource="application", resource_name=name)

    def _role(self, alarms: Sequence[cloudwatch.Alarm], boundary: iam.IManagedPolicy) -> iam.Role:
        role = iam.Role(
            self,
            "AlarmsRole",
            assumed_by=service(self, "appconfig"),
            description="Looks at the alarms that take an experiment back",
            permissions_boundary=boundary,
        )
        look = iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[each.alarm_arn for each in alarms])
        iam.ManagedPolicy(self, "AlarmsPermissions", description="Look at the alarms", roles=[role], statements=[look])
        return role
