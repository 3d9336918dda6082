"""Who may sign in, and how."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.assistant.federation import DIRECTORY
from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge, acknowledge_setting, shared_rule
from stacks.environment import Environment

PASSWORDS = cognito.PasswordPolicy(
    min_length=14,
    require_digits=True,
    require_lowercase=True,
    require_symbols=True,
    require_uppercase=True,
    temp_password_validity=Duration.days(3),
    password_history_size=12,
)


def user_pool(scope: Construct, environment: Environment) -> cognito.UserPool:
    """People are invited, not let in: an administrator makes each user with a tenant for life and a tier that limits questions."""
    required = environment.assistant.second_factor == "required"
    pool = cognito.UserPool(
        scope,
        "Users",
        user_pool_name=f"causeway-{environment.name}",
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(username=True),
        sign_in_case_sensitive=False,
        custom_attributes={
            "tenant": cognito.StringAttribute(mutable=False, min_len=1, max_len=64),
            "tier": cognito.StringAttribute(mutable=True, min_len=1, max_len=32),
            DIRECTORY: cognito.StringAttribute(mutable=True, max_len=2048),  # always, since no attribute of a pool can be taken away
        },
        password_policy=PASSWORDS,
        mfa=cognito.Mfa.REQUIRED if required else cognito.Mfa.OPTIONAL,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        feature_plan=cognito.FeaturePlan.PLUS,
        standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
        account_recovery=cognito.AccountRecovery.NONE,
        deletion_protection=environment.protect_data,
        removal_policy=environment.removal_policy_of_protected,
    )
    if not required:
        why = "people may sign in without an authenticator app here; prod must require one."
        acknowledge_setting(pool, ["AwsSolutions-COG2"], environment, "assistant.second_factor", reasons.SMALLER_THAN_PROD, why)
    return pool


def sign_in_client(pool: cognito.UserPool, environment: Environment) -> cognito.UserPoolClient:
    """Signs in by SRP, or on a server with its own IAM permission; it may read tenant and tier, and write neither."""
    tokens = Duration.minutes(environment.assistant.token_minutes)
    return pool.add_client(
        "Client",
        user_pool_client_name=f"causeway-{environment.name}",
        auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
        disable_o_auth=True,
        generate_secret=False,
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        id_token_validity=tokens,
        access_token_validity=tokens,
        refresh_token_validity=Duration.days(1),
        read_attributes=cognito.ClientAttributes()
        .with_custom_attributes("tenant", "tier")
        .with_standard_attributes(email=True, preferred_username=True),
        write_attributes=cognito.ClientAttributes().with_standard_attributes(preferred_username=True),
    )


def sign_in_address(scope: Construct, pool: cognito.UserPool, prefix: str) -> cognito.CfnUserPoolDomain:
    """Where people are sent to sign in, and where codes and secrets are exchanged for tokens."""
    return cognito.CfnUserPoolDomain(scope, "SignInAddress", domain=prefix, user_pool_id=pool.user_pool_id)


def act_on_risks(scope: Construct, pool: cognito.UserPool) -> cognito.CfnUserPoolRiskConfigurationAttachment:
    """What threat protection does at which risk; without this, full function judges and does nothing.

    A sign-in with a high risk of takeover is blocked. At a lower risk, a user who has a second factor must use it.
    """
    risk = cognito.CfnUserPoolRiskConfigurationAttachment
    stop = risk.AccountTakeoverActionTypeProperty(event_action="BLOCK", notify=False)
    ask = risk.AccountTakeoverActionTypeProperty(event_action="MFA_IF_CONFIGURED", notify=False)
    return risk(
        scope,
        "Risks",
        user_pool_id=pool.user_pool_id,
        client_id="ALL",
        account_takeover_risk_configuration=risk.AccountTakeoverRiskConfigurationTypeProperty(
            actions=risk.AccountTakeoverActionsTypeProperty(high_action=stop, medium_action=ask, low_action=ask)
        ),
        compromised_credentials_risk_configuration=risk.CompromisedCredentialsRiskConfigurationTypeProperty(
            actions=risk.CompromisedCredentialsActionsTypeProperty(event_action="BLOCK"),
            event_filter=["SIGN_IN", "PASSWORD_CHANGE"],
        ),
    )


def log_sign_ins(scope: Construct, pool: cognito.UserPool, environment: Environment) -> cognito.CfnLogDeliveryConfiguration:
    """Every sign-in with its risk goes to a log group: who, from where, with what result."""
    # An L1: Cognito delivers to no group that has a key of ours, which the L2 would be given.
    group = logs.CfnLogGroup(
        scope,
        "SignIns",
        log_group_name=f"/aws/vendedlogs/causeway/{environment.name}/sign-ins",
        retention_in_days=environment.foundation.log_retention_days,
    )
    group.apply_removal_policy(environment.removal_policy)
    why = "Cognito delivers user activity only to a log group without a key of the customer's; CloudWatch encrypts it with its own."
    acknowledge(group, shared_rule("CloudWatchLogGroupEncrypted"), reasons.SERVICE_WRITES, why)
    delivery = cognito.CfnLogDeliveryConfiguration
    return delivery(
        scope,
        "SignInLog",
        user_pool_id=pool.user_pool_id,
        log_configurations=[
            delivery.LogConfigurationProperty(
                event_source="userAuthEvents",
                log_level="INFO",
                cloud_watch_logs_configuration=delivery.CloudWatchLogsConfigurationProperty(
                    log_group_arn=Stack.of(scope).format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=group.ref,
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                ),
            )
        ],
    )
