"""Who is let in."""

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from local import places
from local.app import people
from local.app.api import call
from local.app.aws import client, parameter
from local.app.people import Person


def decoded(part):
    """A part of a token as a dictionary."""
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def encoded(part):
    """A dictionary, or bytes, as a part of a token."""
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def altered(token, **claims):
    """The token with other claims and the signature it had."""
    head, payload, signature = token.split(".")
    return ".".join((head, encoded({**decoded(payload), **claims}), signature))


def signed(token, **claims):
    """The token with other claims, signed with the key that the deployed user pool signs ID tokens with."""
    head, payload, _ = token.split(".")
    file = places.ACCOUNT / "state" / "cognito-pool-keys" / f"{parameter('assistant/user-pool-id')}-id.pem"
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    content = f"{head}.{encoded({**decoded(payload), **claims})}"
    return f"{content}.{encoded(key.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def unsigned(token):
    """The token's claims under a header which says that nothing signs them."""
    head, payload, _ = token.split(".")
    return f"{encoded({**decoded(head), 'alg': 'none'})}.{payload}."


def of_another_pool(token):
    """The ID token of a user of the same name and tenant in a pool that is not the app's."""
    identity = client("cognito-idp")
    schema = [{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}]
    pool = identity.create_user_pool(PoolName="another", Schema=schema)["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = identity.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
    claims = [{"Name": "custom:tenant", "Value": "harbour"}]
    identity.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=claims, MessageAction="SUPPRESS")
    identity.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Aa1!another-pool", Permanent=True)
    signed_in = _signed_in(pool, app, "Aa1!another-pool")["IdToken"]
    identity.delete_user_pool(UserPoolId=pool)
    return signed_in


def access_token(token):
    """Ada's access token, which says nothing of her tenant."""
    pool, app = parameter("assistant/user-pool-id"), parameter("assistant/user-pool-client-id")
    return _signed_in(pool, app, people.password("ada"))["AccessToken"]


def _signed_in(pool, app, password):
    parameters = {"USERNAME": "ada", "PASSWORD": password}
    answer = client("cognito-idp").admin_initiate_auth(
        UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return answer["AuthenticationResult"]


@pytest.mark.parametrize(
    "token_of",
    [
        lambda token: None,
        lambda token: "not-a-token",
        lambda token: altered(token, **{"custom:tenant": "lantern"}),
        lambda token: token[:-8] + "AAAAAAAA",
        lambda token: signed(token, exp=int(time.time()) - 5),
        unsigned,
        of_another_pool,
        access_token,
    ],
    ids=["no token", "no JWT", "another tenant", "another signature", "expired", "unsigned", "of another pool", "access token"],
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/answers", {"question": "Why?"}),
        ("GET", "/v1/documents", None),
        ("POST", "/v1/documents", {"name": "a.md", "bytes": 1}),
    ],
)
def test_a_caller_without_a_valid_token_is_turned_away(deployment, method, path, body, token_of):
    token = token_of(deployment.ada.token)
    person = Person("eve", "harbour", token) if token else None
    reply = call(method, path, person, body)
    assert reply.status == 401
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert reply.body["type"] == "urn:causeway:problem:not-signed-in"
    assert "Traceback" not in reply.text


def test_a_token_that_the_test_signs_is_as_good_as_the_pools_own_until_it_expires(deployment):
    fresh = Person("ada", "harbour", signed(deployment.ada.token, exp=int(time.time()) + 60))
    assert call("GET", "/v1/documents", fresh).status == 200


def test_an_unknown_path_is_refused_as_a_problem(deployment):
    reply = call("GET", "/v1/secrets", deployment.ada)
    assert reply.status in (403, 404)
    assert reply.body["type"].startswith("urn:causeway:problem:")
