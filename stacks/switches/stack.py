"""What operators switch off without a deployment: a stack before all that can be switched."""

from aws_cdk import Stack
from aws_cdk import aws_appconfig as appconfig
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import switches_unread
from stacks.constructs.parameters import publish
from stacks.environment import Environment
from stacks.switches.documents import Application, Document, strategy


class SwitchesStack(Stack):
    """The AppConfig application `causeway-{env}` and its document `switches`. No alarm holds it up, and it is deployed at once."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, alarm_topic: sns.ITopic) -> None:
        super().__init__(scope, id, env=environment.aws)
        self._topic, self._seconds = alarm_topic, environment.assistant.switch_seconds
        self.application = self._application(environment.name)
        self.switches = Document(self, "Switches", application=self.application)
        publish(self, environment.name, {"switches": self.switches.path, "deploy-at-once": self.application.at_once})

    def reach(self, function: CausewayFunction) -> None:
        """Let a function read the switches, and alarm when it cannot."""
        self.switches.let_read(function, "SWITCHES")
        function.tell("SWITCH_SECONDS", str(self._seconds))
        switches_unread(function, self._topic)

    def _application(self, environment: str) -> Application:
        made = appconfig.CfnApplication(self, "Application", name=f"causeway-{environment}")
        return Application(made.ref, strategy(self, "AtOnce", environment=environment, minutes=0, growth=100, bake=0))
