import botocore.session
import pytest
from botocore.stub import Stubber

from local.app import people
from local.app.domain import User
from local.app.people import Person, SignIn

ADA = User("ada", "harbour")


def test_a_person_is_never_shown_with_the_token():
    assert "ey.secret" not in repr(Person("ada", "harbour", "ey.secret"))


class Pool:
    """Hands out numbered tokens that are valid for an hour."""

    def __init__(self):
        self.given, self.now = 0, 0.0

    def authenticate(self, user):
        self.given += 1
        return f"{user.name}-{self.given}", 3600.0


def test_a_user_signs_in_once_and_again_before_the_token_expires():
    pool = Pool()
    sign_in = SignIn(pool.authenticate, lambda: pool.now)
    assert sign_in(ADA) == sign_in(ADA) == Person("ada", "harbour", "ada-1")
    pool.now = 3290.0
    assert sign_in(ADA).token == "ada-1"
    pool.now = 3310.0
    assert sign_in(ADA).token == "ada-2"


def test_users_of_one_name_in_two_tenants_are_two():
    sign_in = SignIn(Pool().authenticate)
    assert sign_in(ADA).token != sign_in(User("ada", "north")).token


@pytest.fixture
def identity():
    """A client of which every call is expected: (client, stubber)."""
    client = botocore.session.get_session().create_client("cognito-idp", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


TIER = {"Name": "custom:tier", "Value": "prime"}


def expect_user(stubber, tenant):
    attributes = [{"Name": "sub", "Value": "1"}, {"Name": "custom:tenant", "Value": tenant}]
    stubber.add_response("admin_get_user", {"Username": "ada", "UserAttributes": attributes}, {"UserPoolId": "p", "Username": "ada"})


def expect_creation(stubber, tenant):
    claims = [{"Name": "custom:tenant", "Value": tenant}, {"Name": "email", "Value": "ada@example.com"}, TIER]
    created = {"UserPoolId": "p", "Username": "ada", "UserAttributes": claims, "TemporaryPassword": "secret", "MessageAction": "SUPPRESS"}
    stubber.add_response("admin_create_user", {}, created)


def expect_password(stubber):
    stubber.add_response("admin_set_user_password", {}, {"UserPoolId": "p", "Username": "ada", "Password": "secret", "Permanent": True})


def test_a_user_is_created_with_the_tenant_and_the_tier(identity):
    client, stubber = identity
    stubber.add_client_error("admin_get_user", "UserNotFoundException")
    expect_creation(stubber, "harbour")
    expect_password(stubber)
    people.ensure(ADA, "secret", client, "p")


def test_a_user_who_is_there_already_is_kept_and_has_the_tier(identity):
    client, stubber = identity
    expect_user(stubber, "harbour")
    stubber.add_response("admin_update_user_attributes", {}, {"UserPoolId": "p", "Username": "ada", "UserAttributes": [TIER]})
    expect_password(stubber)
    people.ensure(ADA, "secret", client, "p")


def test_a_user_whom_another_domain_puts_into_another_tenant_is_created_anew(identity):
    client, stubber = identity
    expect_user(stubber, "harbour")
    stubber.add_response("admin_delete_user", {}, {"UserPoolId": "p", "Username": "ada"})
    expect_creation(stubber, "north")
    expect_password(stubber)
    people.ensure(User("ada", "north"), "secret", client, "p")
