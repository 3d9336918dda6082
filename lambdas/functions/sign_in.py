"""What the user pool asks before it lets somebody in from the company's identity provider, and before it signs a token.

An error refuses: the user pool shows its text. See docs/decisions/283-an-identity-provider-of-ones-own.md.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Json

from causeway.admission.claims import Directory, NoTenant
from causeway.runtime.logs import logger
from causeway.runtime.settings import Settings

NOBODY = Directory("", "", {})  # whose users are refused, as are those of a provider that was there before
ARRIVES = "InboundFederation_ExternalProvider"


class SignInSettings(Settings):
    identity_provider: Json[Directory] = NOBODY


@cache
def directory() -> Directory:
    return SignInSettings.from_environment().identity_provider


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The event with the response filled in, as Cognito's triggers are answered. Raises NoTenant."""
    try:
        return {**event, "response": _response(event["triggerSource"], event["request"])}
    except NoTenant as refusal:
        logger.warning("sign-in refused", extra={"trigger": event["triggerSource"], "reason": str(refusal)})
        raise


def _response(trigger: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    if trigger == ARRIVES:
        directory().arriving(request["providerName"], request["attributes"])
        return {"userAttributesToMap": {}}  # as they are
    claims = directory().claims(request["userAttributes"])
    said = {"idTokenGeneration": {"claimsToAddOrOverride": claims}, "groupOverrideDetails": request.get("groupConfiguration") or {}}
    return {"claimsAndScopeOverrideDetails": said if claims else None}


directory()
