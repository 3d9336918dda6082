"""How Textract tells that it has recognised a document: a topic for each lane, whose notices go to the lane's own queue."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service
from stacks.ingestion.lanes import Lane

GIVEN_UP = 10


class Textract(Construct):
    """topics: by the name of the lane. role: with which Textract publishes to them, and does nothing else."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, key: kms.Key, lanes: Sequence[Lane], dead_letters: sqs.Queue) -> None:
        """key: encrypts the lanes' queues, and so what is told to them."""
        super().__init__(scope, id)
        self.shared, self.dead_letters = shared, dead_letters
        self._let_topics_encrypt(key)
        self.topics = {lane.name: self._topic(lane, key) for lane in lanes}
        self.role = self._role(key)

    def let_pass(self, function: CausewayFunction) -> None:
        """Let the function name the role to Textract."""
        function.allow(["iam:PassRole"], [self.role.role_arn], {"StringEquals": {"iam:PassedToService": "textract.amazonaws.com"}})

    def watch(self, function: CausewayFunction) -> None:
        """function: which asks Textract."""
        alarm(
            self,
            "GivenUp",
            metric=function.counted("TextractGivenUp", Duration.hours(1)),
            threshold=GIVEN_UP,
            unit="documents in an hour",
            meaning="Textract does not recognise documents that it should; Tesseract does",
            topic=self.shared.alarm_topic,
        )

    def _topic(self, lane: Lane, key: kms.IKey) -> sns.Topic:
        topic = sns.Topic(self, f"{lane.name.capitalize()}Topic", master_key=key)
        sns.CfnSubscription(
            self,
            f"{lane.name.capitalize()}Notices",
            topic_arn=topic.topic_arn,
            protocol="sqs",
            endpoint=lane.to_read.queue_arn,
            raw_message_delivery=True,
            redrive_policy={"deadLetterTargetArn": self.dead_letters.queue_arn},
        )
        for queue in (lane.to_read, self.dead_letters):
            _let_send(queue, topic)
        return topic

    def _let_topics_encrypt(self, key: kms.Key) -> None:
        """By hand: CDK's own grant names the topic, which needs the key."""
        topics = Stack.of(self).format_arn(service="sns", resource="*")
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="NoticesIntoTheQueues",
                principals=[iam.ServicePrincipal("sns.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"ArnLike": {"aws:SourceArn": topics}},
            )
        )

    def _role(self, key: kms.IKey) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(self.shared.environment, "textract"),
            assumed_by=service(self, "textract"),
            description="Textract tells that a document is recognised",
            permissions_boundary=self.shared.boundaries.jobs,
        )
        told = iam.ManagedPolicy(self, "Notices", description="Notices of Textract", roles=[role])
        told.add_statements(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn for topic in self.topics.values()]),
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
        )
        return role


def _let_send(queue: sqs.Queue, topic: sns.Topic) -> None:
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("sns.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
        )
    )
