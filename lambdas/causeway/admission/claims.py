"""Which tenant a token names for a caller whom no administrator has given one.

See docs/decisions/283-an-identity-provider-of-ones-own.md and 284-partners.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

TENANT, TIER = "custom:tenant", "custom:tier"
KEY = "custom:key"  # the id of the API key whose plan counts a partner's requests
SAID = "custom:directory"  # what the identity provider has said of a user last


class NoTenant(Exception):
    """No tenant can be named for the caller. The text is shown to whoever signs in."""


@dataclass(frozen=True)
class Directory:
    """The company's identity provider.

    name: in the user pool. claim: of its tokens or assertions, by which users have a tenant. tenants: by the claim's values.
    tier: of each of its users whom no administrator has given one; "" for none.
    """

    name: str
    claim: str
    tenants: Mapping[str, str]
    tier: str = ""

    def tenant(self, said: Iterable[object]) -> str:
        """said: what the claim says, in one place or in several. Raises NoTenant unless all of it that is in the table names one tenant."""
        found = {self.tenants[value] for each in said for value in _values(each) if value in self.tenants}
        if len(found) != 1:
            raise NoTenant(
                f"{self.name} names {'several tenants' if found else 'no tenant'} of this service for you; ask its administrators."
            )
        return found.pop()

    def arriving(self, provider: str, attributes: Mapping[str, Any]) -> None:
        """Raises NoTenant for who may not come in: the user pool would keep what it was told before, if the claim is missing now.

        attributes: as the user pool got them from the provider, which may be another: objects by the kind of answer.
        """
        self._refuse_another(provider)
        self.tenant(answer[self.claim] for answer in attributes.values() if isinstance(answer, Mapping) and self.claim in answer)

    def claims(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """What an ID token says beside the user's own attributes. Raises NoTenant for who gets no token.

        attributes: of the user in the pool. A user of the pool itself, whom an administrator has made, gets nothing.
        """
        providers = _providers(attributes)
        if not providers:
            return {}
        for each in providers:
            self._refuse_another(each)
        tenant = self.tenant([attributes.get(SAID, "")])
        if attributes.get(TENANT, tenant) != tenant:
            raise NoTenant(
                f"{self.name} names another tenant for you than the account that you are linked to; ask the administrators of both."
            )
        tier = attributes.get(TIER) or self.tier
        return {TENANT: tenant} | ({TIER: tier} if tier else {})

    def _refuse_another(self, provider: str) -> None:
        if provider != self.name:
            raise NoTenant(f"{provider} is not the identity provider of this service.")


@dataclass(frozen=True)
class Partner:
    """A company whose servers ask. key: id of the API key of its plan."""

    tenant: str
    key: str


def claims_of_partner(partners: Mapping[str, Partner], scopes: Iterable[str]) -> Mapping[str, str]:
    """What the access token of a partner's client says beside its scopes. Raises NoTenant unless one of them is a partner's.

    partners: by scope. scopes: that Cognito grants this client, of those that it may have.
    """
    found = [partners[each] for each in scopes if each in partners]
    if len(found) != 1:
        raise NoTenant("This client is of no partner.")
    return {TENANT: found[0].tenant, KEY: found[0].key}


def _providers(attributes: Mapping[str, str]) -> list[str]:
    """The identity providers that a user comes from or is linked to; none for a user of the pool alone."""
    return [str(each["providerName"]) for each in json.loads(attributes.get("identities") or "[]")]


def _values(said: object) -> list[str]:
    """The user pool writes several values as `[a, b]`, each encoded as in a form; a provider's own answer may be a list."""
    if isinstance(said, list):
        return [str(each) for each in said]
    text = str(said)
    if text.startswith("[") and text.endswith("]"):
        return [unquote_plus(each.strip().strip('"')) for each in text[1:-1].split(",")]
    return [text]
