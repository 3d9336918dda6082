"""What one account has to have before the first deploy: each step with the check that tells whether it is done."""

from stacks.environment import Environment
from stacks.reports.assembly import Assembly
from stacks.reports.preflight.account import account_steps
from stacks.reports.preflight.models import model_steps
from stacks.reports.preflight.places import place_steps
from stacks.reports.preflight.quotas import quota_steps
from stacks.reports.preflight.step import Clients, State, Step

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_MINIMUM = 6
BREAK_GLASS = "perimeter.break_glass_roles names the roles that reach objects from outside the VPC: docs/operations/breaking-glass.md"
OPERATORS = "perimeter.operator_roles names the roles that use keys through services: docs/operations/README.md"


def steps(assembly: Assembly) -> list[Step]:
    """Every step of an environment, in the order to take them."""
    environment = assembly.environment
    return [
        *_bootstrap(environment),
        *place_steps(assembly),
        *model_steps(environment),
        _search_role(),
        *(_role(f"Break-glass role {role}", role, BREAK_GLASS) for role in environment.perimeter.break_glass_roles),
        *(_role(f"Operators' role {role}", role, OPERATORS) for role in environment.perimeter.operator_roles),
        *_secret_of_the_provider(environment),
        *account_steps(environment),
        *quota_steps(assembly),
        _alarms(environment),
        *([] if environment.network.adopt else [_default_group(environment)]),
    ]


def _bootstrap(environment: Environment) -> list[Step]:
    regions = [environment.region, *([environment.data.replica_region] if environment.data.replica_region else [])]
    return [_bootstrap_in(region, environment.account or "ACCOUNT") for region in regions]


def _bootstrap_in(region: str, account: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        version = int(clients("ssm", region).get_parameter(Name=BOOTSTRAP_VERSION)["Parameter"]["Value"])
        return ("done" if version >= BOOTSTRAP_MINIMUM else "missing"), f"bootstrap version {version}"

    return Step(f"CDK bootstrap in {region}", f"cdk bootstrap aws://{account}/{region}", check)


def _search_role() -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        clients("iam", "us-east-1").get_role(RoleName="AWSServiceRoleForAmazonOpenSearchService")
        return "done", "role exists"

    return Step(
        "Service-linked role of OpenSearch", "aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com", check
    )


def _role(name: str, role: str, how: str) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        if role.endswith("*"):
            return "unknown", "only the beginning of its name is known"
        clients("iam", "us-east-1").get_role(RoleName=role.rpartition("/")[2])
        return "done", "role exists"

    return Step(name, how, check)


def _secret_of_the_provider(environment: Environment) -> list[Step]:
    """Of a company's own identity provider, where it speaks OpenID Connect."""
    provider = environment.assistant.identity_provider
    if not provider or not provider.oidc:
        return []
    secret = provider.oidc.secret

    def check(clients: Clients) -> tuple[State, str]:
        clients("secretsmanager", environment.region).describe_secret(SecretId=secret)
        return "done", "secret exists"

    how = f"aws secretsmanager create-secret --name {secret} --secret-string file:///dev/stdin, with what {provider.name} gave its client"
    return [Step(f"The client's secret of the identity provider {provider.name}", how, check)]


def _alarms(environment: Environment) -> Step:
    """Only prod is refused without addresses. A fresh clone has a placeholder there, which is nobody's address."""
    people = ", ".join(environment.foundation.people_to_alarm)

    def check(_: Clients) -> tuple[State, str]:
        if people:
            return "unknown", f"{people} confirm the subscription mail after the first deploy"
        return ("missing" if environment.name == "prod" else "unknown"), "nobody is named"

    how = f"name at least one address in foundation.alarm_emails of environments/{environment.name}.yaml"
    return Step("Someone who hears alarms", how, check, needs_account=False)


def _default_group(environment: Environment) -> Step:
    def check(clients: Clients) -> tuple[State, str]:
        ec2 = clients("ec2", environment.region)
        stack = {"Name": "tag:aws:cloudformation:stack-name", "Values": [f"causeway-{environment.name}-network"]}
        vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs(Filters=[stack])["Vpcs"]]
        if not vpcs:
            return "unknown", "not deployed yet"
        ours = [{"Name": "vpc-id", "Values": vpcs}, {"Name": "group-name", "Values": ["default"]}]
        groups = ec2.describe_security_groups(Filters=ours)["SecurityGroups"]
        rules = sum(len(group["IpPermissions"]) + len(group["IpPermissionsEgress"]) for group in groups)
        return ("missing" if rules else "done"), f"{rules} rules left" if rules else "closed"

    return Step(
        "The VPC's default security group",
        "the deployment closes it; if rules are left, deploy the network stack again, or revoke them",
        check,
    )
