"""The sample users: made in the deployed user pool as an administrator would, signed in as anyone is."""

import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import cache

from local import places
from local.app.aws import client, parameter
from local.app.domain import Domain, User
from local.console import Trouble

PASSWORDS = places.STATE / "users.json"


@dataclass(frozen=True)
class Person:
    """A user who is signed in: `token` is the ID token that the API reads the tenant from."""

    name: str
    tenant: str
    token: str = field(repr=False)


def create(user: User) -> None:
    """The user with a password for good and the tenant as a claim; one who is there already is left alone."""
    identity = client("cognito-idp")
    pool = parameter("assistant/user-pool-id")
    claims = [{"Name": "custom:tenant", "Value": user.tenant}, {"Name": "email", "Value": f"{user.name}@example.com"}]
    secret = password(user.name)
    with contextlib.suppress(identity.exceptions.UsernameExistsException):
        identity.admin_create_user(
            UserPoolId=pool, Username=user.name, UserAttributes=claims, TemporaryPassword=secret, MessageAction="SUPPRESS"
        )
    identity.admin_set_user_password(UserPoolId=pool, Username=user.name, Password=secret, Permanent=True)


@cache
def sign_in(name: str) -> Person:
    """Raises Trouble when the sample domain has no such user."""
    user = Domain.read().user(name)
    answer = client("cognito-idp").admin_initiate_auth(
        UserPoolId=parameter("assistant/user-pool-id"),
        ClientId=parameter("assistant/user-pool-client-id"),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password(name)},
    )
    if "AuthenticationResult" not in answer:
        raise Trouble(f"{name} cannot sign in: the user pool asks for {answer.get('ChallengeName')}.")
    return Person(user.name, user.tenant, answer["AuthenticationResult"]["IdToken"])


def password(name: str) -> str:
    """The user's password on this machine, made at first use."""
    known = json.loads(PASSWORDS.read_text()) if PASSWORDS.exists() else {}
    if name not in known:
        known[name] = f"Aa1!{secrets.token_urlsafe(18)}"
        PASSWORDS.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(PASSWORDS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file)
    return known[name]
