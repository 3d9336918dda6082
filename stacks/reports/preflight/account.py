"""What an account has once: what the Account stack makes, if this environment owns it, and what has to be there for it."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from stacks.account.settings import AccountWide
from stacks.environment import Environment
from stacks.reports.preflight.step import Clients, State, Step

TAG = "application"


def account_steps(environment: Environment) -> list[Step]:
    """Without the stack, the log role of API Gateway is somebody's to make."""
    wide = environment.account_wide
    if wide is None:
        return [_api_log_role(environment), *([_trail(environment)] if environment.people.break_glass else [])]
    return [
        *([] if wide.api_log_role else [_api_log_role(environment)]),
        *([_linked_role("config", "AWSServiceRoleForConfig")] if wide.config else []),
        *([_linked_role("inspector2", "AWSServiceRoleForAmazonInspector2")] if wide.inspector else []),
        _nothing_there(environment, wide),
        *([_cost_tag()] if wide.cost_anomalies_usd else []),
    ]


def _api_log_role(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        role = clients("apigateway", environment.region).get_account().get("cloudwatchRoleArn")
        return ("done" if role else "missing"), role or "no role set"

    how = "API Gateway console, Settings: a role that may write to CloudWatch Logs; account_wide.api_log_role of one environment makes it"
    return Step("API Gateway's log role", how, check)


def _trail(environment: Environment) -> Step:
    """EventBridge hears of calls only where a trail follows them."""

    def check(clients: Clients) -> tuple[State, str]:
        trails = clients("cloudtrail", environment.region).describe_trails()["trailList"]
        return ("done" if trails else "missing"), ", ".join(trail["Name"] for trail in trails) or "no trail"

    how = "a trail of management events, by a landing zone or account_wide.trail; without one nobody is told who breaks the glass"
    return Step("A trail that tells of assumed roles", how, check)


def _linked_role(service: str, name: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        clients("iam", "us-east-1").get_role(RoleName=name)
        return "done", "role exists"

    how = f"aws iam create-service-linked-role --aws-service-name {service}.amazonaws.com"
    return Step(f"Service-linked role of {service}", how, check)


def _nothing_there(environment: Environment, wide: AccountWide) -> Step:
    """A recorder, a detector or a hub is there once in a region: CloudFormation makes no second one, and the stack would fail."""

    def check(clients: Clients) -> tuple[State, str]:
        stack = f"causeway-{environment.name}-account"
        if _stands(clients, environment.region, stack):
            return "done", f"{stack} has them"
        found = list(_found(clients, environment.region, wide))
        return ("missing" if found else "done"), f"there already: {', '.join(found)}" if found else "nothing there yet"

    how = f"what a landing zone has is switched off in account_wide of environments/{environment.name}.yaml"
    return Step("Account-wide services that others made", how, check)


def _stands(clients: Clients, region: str, stack: str) -> bool:
    try:
        return bool(clients("cloudformation", region).describe_stacks(StackName=stack)["Stacks"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # what CloudFormation says of a stack that does not exist
            return False
        raise


def _found(clients: Clients, region: str, wide: AccountWide) -> list[str]:
    found = []
    if wide.config and clients("config", region).describe_configuration_recorders()["ConfigurationRecorders"]:
        found.append("a recorder of AWS Config (config)")
    if wide.guard_duty and clients("guardduty", region).list_detectors()["DetectorIds"]:
        found.append("a detector of GuardDuty (guard_duty)")
    if wide.security_hub and _answers(lambda: clients("securityhub", region).describe_hub()):
        found.append("Security Hub (security_hub)")
    if wide.macie and _answers(lambda: clients("macie2", region).get_macie_session()):
        found.append("Macie (macie)")
    return found


def _answers(ask: Callable[[], object]) -> bool:
    """Security Hub and Macie refuse while they are off."""
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("InvalidAccessException", "ResourceNotFoundException", "AccessDeniedException"):
            return False
        raise
    return True


def _cost_tag() -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        tags = clients("ce", "us-east-1").list_cost_allocation_tags(TagKeys=[TAG], Status="Active")["CostAllocationTags"]
        return ("done" if tags else "missing"), "active" if tags else "not active"

    how = f"in the account that pays: Billing, Cost allocation tags, activate {TAG}; it can be seen a day after the first deploy"
    return Step(f"Costs by the tag {TAG}", how, check)
