"""The experiment that runs: a document of AppConfig that goes back when an alarm is raised."""

from collections.abc import Sequence

from aws_cdk import aws_appconfig as appconfig
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.settings import Common
from stacks.constructs.trust import service
from stacks.switches.documents import Application, Document, strategy

BAKE_MINUTES = 10  # in which an alarm still takes back what every function has


class Experiments(Construct):
    """The document `experiments`, and how it is deployed."""

    def __init__(self, scope: Construct, id: str, *, environment: Common, application: Application, minutes: int) -> None:
        """minutes: in which experiments reach functions, a fifth of them after the other; 0: at once."""
        super().__init__(scope, id)
        self._step_by_step = (
            strategy(self, "StepByStep", environment=environment.name, minutes=minutes, growth=20, bake=BAKE_MINUTES)
            if minutes
            else application.at_once
        )
        self._document = Document(self, "Experiments", application=application)

    def reach(self, function: CausewayFunction) -> None:
        self._document.let_read(function, "EXPERIMENTS")

    def roll_back_at(self, alarms: Sequence[cloudwatch.Alarm], boundary: iam.IManagedPolicy) -> None:
        """An experiment that is being deployed is taken back when one of the alarms is raised. No alarm holds switches up."""
        role = self._role(alarms, boundary)
        self._document.environment.monitors = [
            appconfig.CfnEnvironment.MonitorsProperty(alarm_arn=each.alarm_arn, alarm_role_arn=role.role_arn) for each in alarms
        ]

    def places(self) -> dict[str, str]:
        """What the operators' commands look up."""
        return {"experiments": self._document.path, "deploy-step-by-step": self._step_by_step}

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
