"""What the user pool asks before it lets somebody in from the company's identity provider, and before it signs a token.

An error refuses: the user pool shows its text. See docs/decisions/283-an-identity-provider-of-ones-own.md and 284-partners.md.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, Json

from causeway.admission.claims import Directory, NoTenant, Partner, claims_of_partner
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings

NOBODY = Directory("", "", {})  # whose users are refused, as are those of a provider that was there before
ARRIVES = "InboundFederation_ExternalProvider"
OF_A_CLIENT = "TokenGeneration_ClientCredentials"


class SignInSettings(Settings):
    """partners: by the scope of their tokens; JSON, as is the provider."""

    identity_provider: Json[Directory] = NOBODY
    partners: Json[Mapping[str, Partner]] = Field(default_factory=dict)


@cache
def settings() -> SignInSettings:
    return SignInSettings.from_environment()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The event with the response filled in, as Cognito's triggers are answered. Raises NoTenant."""
    try:
        return {**event, "response": _response(event["triggerSource"], event["request"])}
    except NoTenant as refusal:
        logger.warning("sign-in refused", extra={"trigger": event["triggerSource"], "reason": str(refusal)})
        raise


def _response(trigger: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    if trigger == OF_A_CLIENT:
        claims = claims_of_partner(settings().partners, request["scopes"])
        return {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": claims}}}
    directory = settings().identity_provider
    if trigger == ARRIVES:
        directory.arriving(request["providerName"], request["attributes"])
        return {"userAttributesToMap": {}}  # as they are
    claims = directory.claims(request["userAttributes"])
    said = {"idTokenGeneration": {"claimsToAddOrOverride": claims}, "groupOverrideDetails": request.get("groupConfiguration") or {}}
    return {"claimsAndScopeOverrideDetails": said if claims else None}


settings()
