"""What puts conversations into the archive, and tells people when it comes too late."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.schedule import run_every
from stacks.constructs.shared import Shared
from stacks.data.conversations import Conversations

MINUTES_BETWEEN, SECONDS = 15, 600
TOO_LATE = Duration.hours(2)  # the first turns expire hours later
NAME = "archive-conversations"


class Archiving(Construct):
    """One function by a schedule. One at a time: two would overwrite each other's archives."""

    def __init__(
        self, scope: Construct, id: str, *, shared: Shared, conversations: Conversations, key: kms.Key, layer: lambda_.ILayerVersion
    ) -> None:
        super().__init__(scope, id)
        self.shared, self.conversations = shared, conversations
        self.function = self._function(key, layer)
        why = "Conversations are archived before their turns expire"
        run_every(MINUTES_BETWEEN, self.function, self, shared=shared, key=key, why=why)
        self._alarm_when_late()

    def _function(self, key: kms.Key, layer: lambda_.ILayerVersion) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Archiver",
            shared=self.shared,
            name=NAME,
            key=key,
            layers=[layer],
            timeout=Duration.seconds(SECONDS),
            concurrency=1,
            variables={name: value for name, value in self.conversations.variables().items() if name != "REMEMBERING"},
        )
        archive = ["DeleteObject", "GetObject", "PutObject"]
        self.conversations.allow(function, memory=["Query", "UpdateItem"], sessions=["GetItem"], archive=archive)
        self.conversations.allow_index(function)
        return function

    def _alarm_when_late(self) -> None:
        alarm(
            self,
            "Late",
            metric=self.function.counted("ArchiveLateSeconds", Duration.minutes(2 * MINUTES_BETWEEN), "Maximum"),
            threshold=TOO_LATE.to_seconds(),
            unit="seconds",
            meaning="Conversations are not archived in time; their turns expire some hours later",
            topic=self.shared.alarm_topic,
        )
