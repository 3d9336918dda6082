"""The sample users: created in the deployed user pool as an administrator does it, signed in as any user is."""

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local import places
from local.app.aws import client, parameter
from local.app.domain import User
from local.console import Trouble

PASSWORDS = places.STATE / "users.json"
RENEWED_BEFORE = 300.0  # seconds before a token expires


@dataclass(frozen=True)
class Person:
    """A user who is signed in: `token` is the ID token from which the API takes the tenant."""

    name: str
    tenant: str
    token: str = field(repr=False)


class SignIn:
    """Signs users in, and again before their token expires."""

    def __init__(self, authenticate: Callable[[User], tuple[str, float]], now: Callable[[], float] = time.monotonic) -> None:
        """authenticate: a user's ID token and the seconds for which it is valid. now: a clock, in seconds."""
        self._authenticate, self._now = authenticate, now
        self._known: dict[User, tuple[float, Person]] = {}

    def __call__(self, user: User) -> Person:
        """The user with a token that is valid for some minutes at least."""
        until, person = self._known.get(user, (0.0, None))
        if person is None or self._now() > until - RENEWED_BEFORE:
            token, seconds = self._authenticate(user)
            person = Person(user.name, user.tenant, token)
            self._known[user] = (self._now() + seconds, person)
        return person


def create(user: User) -> None:
    """The user in the deployed pool, with the password of this machine."""
    ensure(user, password(user.name), client("cognito-idp"), parameter("assistant/user-pool-id"))


def ensure(user: User, secret: str, identity: Any, pool: str) -> None:
    """The user in the pool, with a permanent password, and tenant and tier as claims.

    A user keeps the tenant for life, as on AWS: one of that name and another tenant is deleted first.
    """
    tier = {"Name": "custom:tier", "Value": user.tier}
    claims = [{"Name": "custom:tenant", "Value": user.tenant}, {"Name": "email", "Value": f"{user.name}@example.com"}, tier]
    tenant = _tenant_of(user.name, identity, pool)
    if tenant not in (None, user.tenant):
        identity.admin_delete_user(UserPoolId=pool, Username=user.name)
    if tenant != user.tenant:
        identity.admin_create_user(
            UserPoolId=pool, Username=user.name, UserAttributes=claims, TemporaryPassword=secret, MessageAction="SUPPRESS"
        )
    else:
        identity.admin_update_user_attributes(UserPoolId=pool, Username=user.name, UserAttributes=[tier])
    identity.admin_set_user_password(UserPoolId=pool, Username=user.name, Password=secret, Permanent=True)


def id_of(name: str) -> str:
    """The user's id in the deployed pool, the token's `sub`. Raises Trouble when there is no such user."""
    identity = client("cognito-idp")
    try:
        attributes = identity.admin_get_user(UserPoolId=parameter("assistant/user-pool-id"), Username=name)["UserAttributes"]
    except identity.exceptions.UserNotFoundException:
        raise Trouble(f"There is no user {name} in the user pool.") from None
    return next(str(each["Value"]) for each in attributes if each["Name"] == "sub")


def _tenant_of(name: str, identity: Any, pool: str) -> str | None:
    """The tenant of the pool's user, None when there is no such user."""
    try:
        attributes = identity.admin_get_user(UserPoolId=pool, Username=name)["UserAttributes"]
    except identity.exceptions.UserNotFoundException:
        return None
    return next((str(each["Value"]) for each in attributes if each["Name"] == "custom:tenant"), "")


def _authenticate(user: User) -> tuple[str, float]:
    """ID token and the seconds for which it is valid. Raises Trouble when the pool does not let the user in."""
    answer = client("cognito-idp").admin_initiate_auth(
        UserPoolId=parameter("assistant/user-pool-id"),
        ClientId=parameter("assistant/user-pool-client-id"),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.name, "PASSWORD": password(user.name)},
    )
    if "AuthenticationResult" not in answer:
        raise Trouble(f"{user.name} cannot sign in: the user pool asks for {answer.get('ChallengeName')}.")
    result = answer["AuthenticationResult"]
    return result["IdToken"], float(result["ExpiresIn"])


sign_in = SignIn(_authenticate)


def password(name: str) -> str:
    """The user's password on this machine, made at first use."""
    known: dict[str, str] = json.loads(PASSWORDS.read_text()) if PASSWORDS.exists() else {}
    if name not in known:
        known[name] = f"Aa1!{secrets.token_urlsafe(18)}"
        PASSWORDS.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(PASSWORDS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file)
    return known[name]
