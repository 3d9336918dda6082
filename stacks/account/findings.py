"""What services find, told to people: rules of EventBridge that publish to the alarm topic in a sentence."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.queues import dead_letter_queue
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service

RUNBOOK = "docs/operations/security-findings.md"


class Findings(Construct):
    """One role by which EventBridge publishes, and one queue for what it could not.

    EventBridge publishes as this role: for its own principal neither aws:SourceAccount in a key's policy nor conditions in a topic's work.
    """

    def __init__(self, scope: Construct, id: str, *, shared: Shared) -> None:
        super().__init__(scope, id)
        self.shared = shared
        self.key = kms.Key(self, "Key", description="Findings that could not be told")
        self.dead_letters = dead_letter_queue(self, "DeadLetters", key=self.key, topic=shared.alarm_topic)
        self.role = self._role()
        self._let_report_failures()

    def tell(self, id: str, *, pattern: Mapping[str, Any], says: str, where: Mapping[str, str], runbook: str = RUNBOOK) -> events.CfnRule:
        """says: the sentence, with `<name>` for each value. where: name of a value → its place in the event."""
        transformer = events.CfnRule.InputTransformerProperty(
            input_paths_map=dict(where), input_template=json.dumps(f"causeway-{self.shared.environment.name}: {says}. See {runbook}")
        )
        return events.CfnRule(
            self,
            id,
            name=f"causeway-{self.shared.environment.name}-finding-{id}",
            description=says.replace("<", "").replace(">", ""),
            event_pattern=dict(pattern),
            targets=[
                events.CfnRule.TargetProperty(
                    id="people",
                    arn=self.shared.alarm_topic.topic_arn,
                    role_arn=self.role.role_arn,
                    input_transformer=transformer,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                )
            ],
        )

    def _role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=service(self, "events"),
            description="Tells people what services found",
            permissions_boundary=self.shared.boundaries.administration,
        )
        iam.ManagedPolicy(
            self,
            "Permissions",
            description="Publish to the alarm topic",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["sns:Publish"], resources=[self.shared.alarm_topic.topic_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.shared.logs_key.key_arn]),
            ],
        )
        return role

    def _let_report_failures(self) -> None:
        """AWS documents no condition for keys of dead letters; the queue's policy names the rules."""
        by_events, stack = [iam.ServicePrincipal("events.amazonaws.com")], Stack.of(self)
        rules = stack.format_arn(service="events", resource="rule", resource_name=f"causeway-{self.shared.environment.name}-finding-*")
        self.dead_letters.add_to_resource_policy(
            iam.PolicyStatement(
                principals=by_events,
                actions=["sqs:SendMessage"],
                resources=[self.dead_letters.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": rules}},
            )
        )
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(sid="EventsIntoTheQueue", principals=by_events, actions=actions, resources=["*"])
        )
