"""One queue for what the account's rules and schedules could not do, with an alarm from the first message on."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge
from stacks.constructs.queues import dead_letter_queue
from stacks.constructs.shared import Telling


class Undelivered(Construct):
    """Schedules write to it by their roles, rules of EventBridge as the service."""

    def __init__(self, scope: Construct, id: str, *, shared: Telling, rules: str) -> None:
        """rules: how the names of the rules begin."""
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="What the account's rules and schedules could not do")
        self.queue = dead_letter_queue(self, "DeadLetters", key=self.key, topic=shared.alarm_topic)
        why = "Rules and schedules write to it, at which the rule does not look."
        acknowledge(self.queue, ["AwsSolutions-SQS3"], reasons.DEAD_LETTERS, why)
        self._let_report_failures(rules)

    def _let_report_failures(self, rules: str) -> None:
        """AWS documents no condition for keys of dead letters; the queue's policy names the rules."""
        by_events = [iam.ServicePrincipal("events.amazonaws.com")]
        named = Stack.of(self).format_arn(service="events", resource="rule", resource_name=f"{rules}*")
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=by_events,
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": named}},
            )
        )
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(sid="EventsIntoTheQueue", principals=by_events, actions=actions, resources=["*"])
        )
