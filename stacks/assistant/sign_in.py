"""Who may sign in, and how."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.constructs.nag import acknowledge
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
    """People are invited, not let in: an administrator makes each user and sets the tenant, once."""
    required = environment.assistant.second_factor == "required"
    pool = cognito.UserPool(
        scope,
        "Users",
        user_pool_name=f"causeway-{environment.name}",
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(username=True),
        sign_in_case_sensitive=False,
        custom_attributes={"tenant": cognito.StringAttribute(mutable=False, min_len=1, max_len=64)},
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
        acknowledge(
            pool, ["AwsSolutions-COG2"], "assistant.second_factor=optional: this environment holds sample documents and no customer's."
        )
    return pool


def sign_in_client(pool: cognito.UserPool, environment: Environment) -> cognito.UserPoolClient:
    """Signs in by SRP, or on a server with its own IAM permission; it may read the tenant and write nothing of it."""
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
        .with_custom_attributes("tenant")
        .with_standard_attributes(email=True, preferred_username=True),
        write_attributes=cognito.ClientAttributes().with_standard_attributes(preferred_username=True),
    )
