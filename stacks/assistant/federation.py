"""People who come from a company's own identity provider. See docs/decisions/283-an-identity-provider-of-ones-own.md."""

from typing import Any, cast

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.assistant.identity import IdentityProvider
from stacks.constructs.function import CausewayFunction, compact
from stacks.environment import Environment

DIRECTORY = "directory"  # the attribute that holds what the provider says by the claim of its section
TRIGGER_SECONDS = 5  # Cognito waits no longer, and asks three times
PLACES = 10  # sign-ins at the same time: each takes some milliseconds


class Federation(Construct):
    """The provider in the user pool, and the only client by which its users sign in.

    Cognito lets a provider write an attribute only if the client may write it too. So that no user writes it through this client, nobody
    else signs in by it, and its access tokens do not have the scope by which users change attributes.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment, pool: cognito.UserPool, provider: IdentityProvider) -> None:
        super().__init__(scope, id)
        self.pool, self.provider = pool, provider
        self.source = self._source()
        self.client = self._client(environment)

    def _source(self) -> cognito.CfnUserPoolIdentityProvider:
        return cognito.CfnUserPoolIdentityProvider(
            self,
            "Provider",
            user_pool_id=self.pool.user_pool_id,
            provider_name=self.provider.name,
            provider_type="OIDC" if self.provider.oidc else "SAML",
            provider_details=_details(self.provider),
            attribute_mapping={f"custom:{DIRECTORY}": self.provider.claim},
        )

    def _client(self, environment: Environment) -> cognito.UserPoolClient:
        tokens = Duration.minutes(environment.assistant.token_minutes)
        client = self.pool.add_client(
            "ProviderClient",
            user_pool_client_name=f"causeway-{environment.name}-{self.provider.name}",
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.custom(self.provider.name)],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID],
                callback_urls=list(self.provider.callback_urls),
                logout_urls=list(self.provider.sign_out_urls) or None,
            ),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=tokens,
            access_token_validity=tokens,
            refresh_token_validity=Duration.days(1),
            read_attributes=cognito.ClientAttributes().with_custom_attributes("tenant", "tier"),
            write_attributes=cognito.ClientAttributes().with_custom_attributes(DIRECTORY),
        )
        resource = cast(cognito.CfnUserPoolClient, client.node.default_child)
        resource.explicit_auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH"]  # left out, users of the pool could sign in here by SRP
        client.node.add_dependency(self.source)
        return client


def _details(provider: IdentityProvider) -> dict[str, Any]:
    """In Cognito's words. The secret is a reference that CloudFormation resolves when it makes the provider."""
    if saml := provider.saml:
        # Requests are signed. Who comes without having been sent (IDPInit) is not let in: such an answer can be planted on somebody.
        return {"MetadataURL": saml.metadata_url, "RequestSigningAlgorithm": "rsa-sha256", "IDPSignout": "true", "IDPInit": "false"}
    if oidc := provider.oidc:
        return {
            "oidc_issuer": oidc.issuer,
            "client_id": oidc.client_id,
            "client_secret": SecretValue.secrets_manager(oidc.secret).unsafe_unwrap(),
            "authorize_scopes": " ".join(oidc.scopes),
            "attributes_request_method": "GET",
        }
    raise ValueError(f"{provider.name} speaks nothing")


def table(provider: IdentityProvider) -> str:
    """What the function behind the user pool's triggers is told of the provider."""
    return compact({"name": provider.name, "claim": provider.claim, "tenants": provider.tenants, "tier": provider.tier or ""})


def ask_at_sign_in(pool: cognito.UserPool, function: CausewayFunction, *, arrivals: bool) -> None:
    """Let the function say what tokens hold beside attributes. arrivals: it also refuses who comes from an identity provider."""
    pool.add_trigger(cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, function.invoked, cognito.LambdaVersion.V3_0)
    if not arrivals:
        return
    resource = cast(cognito.CfnUserPool, pool.node.default_child)
    arrival = {"LambdaArn": function.invoked.function_arn, "LambdaVersion": "V1_0"}  # the L2 does not know it
    resource.add_property_override("LambdaConfig.InboundFederation", arrival)
