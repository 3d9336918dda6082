"""How Textract tells that it has recognised a document: a topic for each lane, whose notices go to the lane's own queue."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
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

    def __init__(self, scope: Construct, id: str, *, shared: Shared, key: kms.IKey, lanes: Sequence[Lane]) -> None:
        """key: encrypts the lanes' queues, and so what is told to them."""
        super().__init__(scope, id)
        self.shared = shared
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
        topic.add_subscription(subscriptions.SqsSubscription(lane.to_read, raw_message_delivery=True))
        return topic

    def _role(self, key: kms.IKey) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(self.shared.environment, "textract"),
            assumed_by=service(self, "textract"),
            description="Textract tells that a document is recognised",
            permissions_boundary=self.shared.permission_boundary,
        )
        told = iam.ManagedPolicy(self, "Notices", description="Notices of Textract", roles=[role])
        told.add_statements(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn for topic in self.topics.values()]),
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
        )
        return role
