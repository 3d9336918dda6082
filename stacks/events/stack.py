"""The event bus: what happened is published there; its archive, and the registry with a schema for each event."""

from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_eventschemas as eventschemas
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge
from stacks.constructs.parameters import publish
from stacks.constructs.queues import dead_letter_queue
from stacks.constructs.routes import let_events_encrypt, let_send
from stacks.constructs.shared import Shared
from stacks.environment import Environment

SCHEMAS = Path(__file__).resolve().parent / "schemas"  # written by `python -m docs.events`
SOURCE = "causeway"  # of every event of ours


class EventsStack(Stack):
    """Rules stand beside the queues that they fill, in the stacks of those who hear."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, shared: Shared) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.bus_name = f"causeway-{environment.name}"
        self.arn = self.format_arn(service="events", resource="event-bus", resource_name=self.bus_name)
        self.key = self._key()
        self.dead_letters = dead_letter_queue(self, "DeadLetters", key=self.key, topic=shared.alarm_topic)
        self.bus = self._bus()
        self._archive(environment.events.archive_days)
        self._registry()
        publish(self, environment.name, {"bus-name": self.bus_name, "dead-letter-queue-url": self.dead_letters.queue_url})

    def let_publish(self, function: CausewayFunction) -> None:
        """Let a function publish events, and tell it by EVENT_BUS where."""
        function.tell("EVENT_BUS", self.bus_name)
        function.allow(["events:PutEvents"], [self.arn])

    def _key(self) -> kms.Key:
        """EventBridge reads and writes events with it, for this bus alone: see docs/decisions/216."""
        key = kms.Key(self, "Key", description="Events on the bus and in its archive")
        bridge = iam.ServicePrincipal("events.amazonaws.com")
        key.add_to_resource_policy(
            iam.PolicyStatement(sid="BusKnowsItsKey", principals=[bridge], actions=["kms:DescribeKey"], resources=["*"])
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EventsOfTheBus",
                principals=[bridge],
                actions=["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"],
                resources=["*"],
                conditions={"StringEquals": {"kms:EncryptionContext:aws:events:event-bus:arn": self.arn}},
            )
        )
        let_events_encrypt(key)
        return key

    def _bus(self) -> events.CfnEventBus:
        """Events that it cannot encrypt or decrypt go to its dead letters."""
        bus = events.CfnEventBus(
            self,
            "Bus",
            name=self.bus_name,
            description="What happens in Causeway",
            kms_key_identifier=self.key.key_arn,
            dead_letter_config=events.CfnEventBus.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
        )
        let_send(self.dead_letters, self.arn)
        why = "It is the dead-letter queue of the event bus, at which this rule does not look."
        acknowledge(self.dead_letters, ["AwsSolutions-SQS3"], reasons.DEAD_LETTERS, why)
        return bus

    def _archive(self, days: int) -> None:
        events.CfnArchive(
            self,
            "Archive",
            archive_name=self.bus_name,
            description="Events of the bus, to be sent again",
            source_arn=self.bus.attr_arn,
            event_pattern={"source": [SOURCE]},
            kms_key_identifier=self.key.key_arn,
            retention_days=days,
        )

    def _registry(self) -> None:
        registry = eventschemas.CfnRegistry(self, "Registry", registry_name=self.bus_name, description="Events on the bus")
        for file in sorted(SCHEMAS.glob("*.json")):
            schema = eventschemas.CfnSchema(
                self,
                f"Schema-{file.stem.partition('@')[2]}",
                registry_name=self.bus_name,
                schema_name=file.stem,
                type="JSONSchemaDraft4",
                content=file.read_text(encoding="utf-8"),
            )
            schema.add_resource_dependency(registry)
