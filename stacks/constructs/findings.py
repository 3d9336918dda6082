"""What services find, told to people: rules of EventBridge that publish to the alarm topic in a sentence."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.settings import Common
from stacks.constructs.shared import Telling
from stacks.constructs.trust import service
from stacks.constructs.undelivered import Undelivered

RUNBOOK = "docs/operations/security-findings.md"
CALL = "AWS API Call via CloudTrail"
# A rule in this state hears of calls that only read, as well; others do not.
READS_TOO = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def beginning(environment: Common) -> str:
    """How the name of each rule begins."""
    return f"causeway-{environment.name}-finding-"


def by_others_than(roles: object) -> dict[str, Any]:
    """Who calls, in a pattern: anybody but sessions of these roles. roles: ARNs, or a condition such as a prefix."""

    def issued(condition: object) -> dict[str, Any]:
        return {"sessionContext": {"sessionIssuer": {"arn": [condition]}}}

    return {"$or": [issued({"anything-but": roles}), issued({"exists": False})]}


class Findings(Construct):
    """One role by which EventBridge publishes.

    EventBridge publishes as this role: for its own principal neither aws:SourceAccount in a key's policy nor conditions in a topic's work.
    """

    def __init__(self, scope: Construct, id: str, *, shared: Telling, undelivered: Undelivered) -> None:
        super().__init__(scope, id)
        self.shared, self._undelivered = shared, undelivered
        self.role = self._role()

    def tell(
        self, id: str, *, pattern: Mapping[str, Any], says: str, where: Mapping[str, str], runbook: str = RUNBOOK, reads: bool = False
    ) -> events.CfnRule:
        """says: the sentence, with `<name>` for each value. where: name of a value → its place in the event.

        reads: whether it hears of calls that only read.
        """
        transformer = events.CfnRule.InputTransformerProperty(
            input_paths_map=dict(where), input_template=json.dumps(f"causeway-{self.shared.environment.name}: {says}. See {runbook}")
        )
        return events.CfnRule(
            self,
            id,
            name=f"{beginning(self.shared.environment)}{id}",
            description=re.sub(r"<\w+>", "...", says),
            event_pattern=dict(pattern),
            state=READS_TOO if reads else None,
            targets=[
                events.CfnRule.TargetProperty(
                    id="people",
                    arn=self.shared.alarm_topic.topic_arn,
                    role_arn=self.role.role_arn,
                    input_transformer=transformer,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self._undelivered.queue.queue_arn),
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
