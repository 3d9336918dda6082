"""The section `assistant.identity_provider`: who signs people in, in place of passwords of the user pool."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.constructs.settings import Section, Tenant, refuse

Tier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
Https = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+(:[0-9]{1,5})?(/\S*)?$", max_length=1024)]
# Cognito takes plain HTTP from nowhere but this machine, for tests.
Callback = Annotated[str, StringConstraints(pattern=r"^(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?(/[^\s#]*)?$", max_length=1024)]
Scope = Annotated[str, StringConstraints(pattern=r"^[!#-\[\]-~]+$")]
# As the user pool writes them: names, `/` and what addresses of SAML's attributes have.
ClaimName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/-]+$", max_length=256)]
ClaimValue = Annotated[str, StringConstraints(pattern=r"^[^\[\]\s]([^\[\]\n]*[^\[\]\s])?$", max_length=256)]
TABLE_BYTES = 2000  # of names and values: JSON puts six characters around each pair, and all variables share 4 KB
SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@-]+$", max_length=512)]


class OpenId(Section):
    """A provider that speaks OpenID Connect."""

    issuer: Https
    client_id: Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=255)]
    secret: SecretName = Field(description="name of the client's secret in Secrets Manager; CloudFormation reads it, no template holds it")
    scopes: tuple[Scope, ...] = ("openid",)

    @model_validator(mode="after")
    def it_is_openid(self) -> Self:
        refuse(
            f"assistant.identity_provider.oidc.scopes={', '.join(self.scopes)} leaves out openid: without it nobody is named"
            if "openid" not in self.scopes
            else None
        )
        return self


class Saml(Section):
    """A provider that speaks SAML 2.0. It must sign its assertions."""

    metadata_url: Https = Field(description="Cognito looks there for new certificates, which a file would not bring")


class IdentityProvider(Section):
    """A company's own, to which people are sent to sign in. It says who they are; `tenants` says whose documents they see."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,31}$")] = Field(description="begins the names of its users")
    oidc: OpenId | None = None
    saml: Saml | None = None
    claim: ClaimName = Field(description="of the provider's token or assertion, which only its administrators can set")
    tenants: dict[ClaimValue, Tenant] = Field(min_length=1, max_length=100, description="by values of the claim; who has none is refused")
    tier: Tier | None = Field(default=None, description="of its users; null: they may ask as little as the smallest tier")
    callback_urls: tuple[Callback, ...] = Field(min_length=1, max_length=100, description="where pages get a code for a token")
    sign_out_urls: tuple[Callback, ...] = Field(default=(), max_length=100)
    asks_second_factor: bool = Field(
        default=False, description="whether the provider asks everyone for a second factor, which the user pool cannot see"
    )

    @model_validator(mode="after")
    def it_speaks_one_language(self) -> Self:
        both = "oidc and saml" if self.oidc and self.saml else None if self.oidc or self.saml else "neither oidc nor saml"
        size = len("".join(f"{value}{tenant}" for value, tenant in self.tenants.items()).encode())
        refuse(
            f"assistant.identity_provider has {both}: give the one that the provider speaks" if both else None,
            f"assistant.identity_provider.tenants has {size} bytes, more than the {TABLE_BYTES} that fit beside a function's other "
            "variables; let the provider's claim say less"
            if size > TABLE_BYTES
            else None,
        )
        return self
