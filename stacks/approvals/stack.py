"""Approvals: who decides about a team's outcome is asked by a function, sent a signed link, and decides on a page or by the API."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.agents.tenant_role import Granted, TenantRole
from stacks.approvals.states import Asking
from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.hmac_key import hmac_key
from stacks.constructs.layer import layer
from stacks.constructs.mail import send_mail
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import let_tell_machines
from stacks.data.stack import DataStack
from stacks.environment import Environment

ASK_SECONDS = 60  # several approvers, each with a link and a message
PAGE_SECONDS = 10


class ApprovalsStack(Stack):
    """The key of links, the topic of messages, the function that asks and the function of the page."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, shared: Shared, data: DataStack) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.data = environment, shared, data
        self.key = kms.Key(self, "Key", description="Messages to approvers, the functions' variables and dead letters")
        self.link_key = hmac_key(self, "LinkKey", description="Signs links to approvers", environment=environment, vpc=shared.functions.vpc)
        self.topic = self._topic()
        self.layer = layer(self, "answering", environment)
        self.asks, self.page = self._asks(), self._page()
        self._rows()
        for function in (self.asks, self.page):
            errors(function, shared.alarm_topic)
        self._watch()

    @property
    def asking(self) -> Asking:
        """For the machines that wait."""
        return Asking(self.asks.invoked.function_arn, ASK_SECONDS, self.settings.approvals.hours * 3600)

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(self, "Topic", master_key=self.key)
        for each in self.settings.approvals.mail:
            only = {"tenant": _only(each.tenant), "approver": _only(each.name.casefold())}
            send_mail(topic, each.email, key=self.key, alarms=self.shared.alarm_topic, only=only)
        return topic

    def _asks(self) -> CausewayFunction:
        size, variables = self.settings.approvals, {"APPROVAL_TOPIC": self.topic.topic_arn}
        function = self._function("Asks", "team-approval", ASK_SECONDS, size.ask_concurrency, variables)
        function.allow(["dynamodb:Query"], [self.data.permissions.table.table_arn])
        function.allow(["kms:Decrypt"], [self.data.permissions.key.key_arn])
        function.allow(["kms:GenerateMac"], [self.link_key.key_arn])
        function.allow(["sns:Publish"], [self.topic.topic_arn])
        return function

    def _page(self) -> CausewayFunction:
        function = self._function("Page", "approvals", PAGE_SECONDS, self.settings.approvals.page_concurrency, {})
        self.data.permissions.let_read(function)
        function.allow(["kms:VerifyMac"], [self.link_key.key_arn])
        return function

    def _function(self, id: str, name: str, seconds: int, concurrency: int, variables: Mapping[str, str]) -> CausewayFunction:
        function = CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.layer],
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            variables={**variables, **self.data.permissions.variables(), "LINK_KEY": self.link_key.key_arn},
        )
        let_tell_machines(function)
        return function

    def _rows(self) -> None:
        """The function that asks also writes into the run that it waits."""
        for id, function, actions in (
            ("AskRows", self.asks, ["PutItem", "Query", "UpdateItem"]),
            ("PageRows", self.page, ["PutItem", "Query"]),
        ):
            name, granted = f"{function.name}-rows", [Granted(self.data.runs, actions)]
            TenantRole(self, id, shared=self.shared, name=name, functions=[function], granted=granted)

    def _watch(self) -> None:
        alarm(
            self.asks,
            "WithoutApprover",
            metric=self.asks.counted("ApprovalsWithoutApprover", Duration.minutes(5)),
            threshold=1,
            unit="runs in 5 minutes",
            meaning="A team's run waits for approval, and its tenant has nobody who may approve it",
            topic=self.shared.alarm_topic,
        )


def _only(value: str) -> sns.SubscriptionFilter:
    return sns.SubscriptionFilter.string_filter(allowlist=[value])
