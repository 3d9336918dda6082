"""Messages to approvers: a topic of SNS, whose subscriptions choose by tenant and approver."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from causeway.approvals.approval import Approval
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MOMENT = "%d %B %Y, %H:%M UTC"
MESSAGE = """{approver}, the team {team} has finished a task of {owner}, and its outcome needs your decision:

{task}

See the outcome, and approve or reject it:
{address}

The link is for you alone and good until {until}. Whoever has it can decide in your name: do not forward it.
Without a decision until then the outcome is not released."""


class Notices:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "notices"."""

    def __init__(self, sns: "SNSClient", topic: str, dependency: Dependency) -> None:
        """sns: a client that has the patience of `dependency`. topic: ARN."""
        self._sns, self._topic, self._dependency = sns, topic, dependency

    def send(self, approval: Approval, approver: str, address: str) -> None:
        """address: of the page, with the approver's link."""
        subject = f"{'Reminder: your' if approval.reminded_at else 'Your'} decision about a task of the team {approval.team}"
        attributes: dict[str, Any] = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (("tenant", approval.owner.tenant), ("approver", approver))
        }
        message = message_of(approval, approver, address)
        self._dependency.call(
            lambda: self._sns.publish(TopicArn=self._topic, Subject=subject[:99], Message=message, MessageAttributes=attributes)
        )


def message_of(approval: Approval, approver: str, address: str) -> str:
    until = datetime.fromtimestamp(approval.until, UTC).strftime(MOMENT)
    owner = approval.owner.name
    return MESSAGE.format(approver=approver, team=approval.team, owner=owner, task=approval.task, address=address, until=until)
