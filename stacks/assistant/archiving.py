"""What puts conversations into the archive, and tells people when it comes too late."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
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
        rule = self._schedule()
        self._let_start(rule)
        self._let_report_failures(rule, key)
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

    def _schedule(self) -> events.CfnRule:
        dead_letters = events.CfnRule.DeadLetterConfigProperty(arn=self.function.dead_letters.queue_arn)
        retry = events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=MINUTES_BETWEEN * 60, maximum_retry_attempts=2)
        target = events.CfnRule.TargetProperty(
            id="function", arn=self.function.invoked.function_arn, dead_letter_config=dead_letters, retry_policy=retry
        )
        return events.CfnRule(
            self,
            "Schedule",
            name=f"causeway-{self.shared.environment.name}-{NAME}",
            description="Conversations are archived before their turns expire",
            schedule_expression=f"rate({MINUTES_BETWEEN} minutes)",
            targets=[target],
        )

    def _let_start(self, rule: events.CfnRule) -> None:
        lambda_.CfnPermission(
            self,
            "BySchedule",
            action="lambda:InvokeFunction",
            function_name=self.function.invoked.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )

    def _let_report_failures(self, rule: events.CfnRule, key: kms.Key) -> None:
        """EventBridge encrypts its dead letters. AWS documents no condition for that; the queue's policy names the rule."""
        queue, by_events = self.function.dead_letters, [iam.ServicePrincipal("events.amazonaws.com")]
        from_rule = {"ArnEquals": {"aws:SourceArn": rule.attr_arn}}
        queue.add_to_resource_policy(
            iam.PolicyStatement(principals=by_events, actions=["sqs:SendMessage"], resources=[queue.queue_arn], conditions=from_rule)
        )
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        key.add_to_resource_policy(iam.PolicyStatement(sid="EventsIntoTheQueues", principals=by_events, actions=actions, resources=["*"]))

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
