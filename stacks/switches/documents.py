"""Documents that AppConfig deploys without a deployment of the app: see docs/decisions/198-switches-in-appconfig.md."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_appconfig as appconfig
from constructs import Construct

from stacks.constructs.function import CausewayFunction

VALIDATORS = Path(__file__).resolve().parent / "validators"
# Nothing is switched off and no experiment runs. These words stay as they are: CloudFormation deploys them once, and would deploy a
# change over whatever operators have switched since.
FIRST_DOCUMENT = "{}"
READ = ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"]


@dataclass(frozen=True)
class Application:
    """An application of AppConfig, and how it deploys at once. Both by their ids."""

    id: str
    at_once: str


class Document(Construct):
    """A document with an AppConfig environment, its validator, and its first version."""

    def __init__(self, scope: Construct, id: str, *, application: Application) -> None:
        """id: in lower case it names the document, its environment and the file of its validator."""
        super().__init__(scope, id)
        self._application, self._name = application, id.lower()
        self.environment = appconfig.CfnEnvironment(self, "Environment", application_id=application.id, name=self._name)
        self._profile = self._checked_profile()
        self._deploy_first()

    @property
    def path(self) -> str:
        """Ids of application, environment and profile."""
        return f"{self._application.id}/{self.environment.ref}/{self._profile.ref}"

    def let_read(self, function: CausewayFunction, variable: str) -> None:
        """Let a function read the document, and tell it by `variable` where that is."""
        function.tell(variable, self.path)
        name = f"{self._application.id}/environment/{self.environment.ref}/configuration/{self._profile.ref}"
        function.allow(READ, [Stack.of(self).format_arn(service="appconfig", resource="application", resource_name=name)])

    def _checked_profile(self) -> appconfig.CfnConfigurationProfile:
        validator = appconfig.CfnConfigurationProfile.ValidatorsProperty(
            type="JSON_SCHEMA", content=(VALIDATORS / f"{self._name}.json").read_text(encoding="utf-8")
        )
        return appconfig.CfnConfigurationProfile(
            self,
            "Profile",
            application_id=self._application.id,
            name=self._name,
            location_uri="hosted",
            type="AWS.Freeform",
            validators=[validator],
        )

    def _deploy_first(self) -> None:
        version = appconfig.CfnHostedConfigurationVersion(
            self,
            "First",
            application_id=self._application.id,
            configuration_profile_id=self._profile.ref,
            content=FIRST_DOCUMENT,
            content_type="application/json",
        )
        first = appconfig.CfnDeployment(
            self,
            "FirstDeployment",
            application_id=self._application.id,
            environment_id=self.environment.ref,
            configuration_profile_id=self._profile.ref,
            configuration_version=version.ref,
            deployment_strategy_id=self._application.at_once,
        )
        first.add_property_deletion_override("Tags")  # another tag of the app would deploy it again


def strategy(scope: Construct, id: str, *, environment: str, minutes: int, growth: int, bake: int) -> str:
    """The id of a way to deploy. environment: the app's, by name."""
    made = appconfig.CfnDeploymentStrategy(
        scope,
        id,
        name=f"causeway-{environment}-{id}",
        deployment_duration_in_minutes=minutes,
        final_bake_time_in_minutes=bake,
        growth_factor=growth,
        growth_type="LINEAR",
        replicate_to="NONE",
    )
    return made.ref
