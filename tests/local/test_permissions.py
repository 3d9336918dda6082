"""IAM is enforced: what the roles of the templates do not permit is refused here as on AWS."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local import places, settings
from local.app.aws import client, parameter
from tests.local.conftest import TAKEN_AWAY

ROLE, TAKEN = TAKEN_AWAY
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@contextmanager
def denied_to(role: str, action: str) -> Iterator[None]:
    iam = client("iam")
    iam.put_role_policy(RoleName=role, PolicyName="taken", PolicyDocument=policy({**EVERYTHING, "Effect": "Deny", "Action": action}))
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="taken")


@pytest.fixture(scope="module")
def administrator(deployment) -> Iterator[dict[str, str]]:
    """The keys of a user who may do everything by IAM, from a desk outside the VPC."""
    iam, name = client("iam"), "somebody-with-all-rights"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="everything", PolicyDocument=policy(EVERYTHING))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    yield {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="everything")
    iam.delete_user(UserName=name)


def by(keys: dict[str, str], service: str) -> Any:
    state = settings.read()
    style = Config(s3={"addressing_style": "path"})
    return boto3.client(service, endpoint_url=state.cloud_url, region_name=state.region, config=style, **keys)


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def test_a_function_whose_role_loses_a_right_cannot_use_it_and_the_log_says_who_was_denied_what(bookshop):
    question = "How many days do I have to return a book, and who pays the postage?"
    with denied_to(ROLE, TAKEN):
        assert bookshop.ask(bookshop.ada, question).status in (502, 503)
    assert bookshop.ask(bookshop.ada, question).status == 200
    said = (places.LOGS / "cloud.log").read_text()
    assert f"denied: arn:aws:sts::000000000000:assumed-role/{ROLE}/{ROLE} may not {TAKEN} on" in said


def test_all_rights_of_iam_read_no_document_and_no_key_from_outside_the_vpc(bookshop, administrator):
    bucket, s3 = parameter("data/documents-bucket"), by(administrator, "s3")
    name = client("s3").list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    assert refusal(s3.get_object, Bucket=bucket, Key=name) == "AccessDenied"
    assert refusal(s3.list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert refusal(s3.put_object, Bucket=bucket, Key="raw/x", Body=b"x") == "AccessDenied"
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"]  # who may change a policy can correct it
    key = client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    arn = key["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    assert refusal(by(administrator, "kms").encrypt, KeyId=arn, Plaintext=b"x") == "AccessDeniedException"


def test_a_key_that_nobody_has_and_a_signature_that_is_wrong_are_refused(deployment, administrator):
    stranger = {"aws_access_key_id": "AKIAABCDEFGHIJKLMNOP", "aws_secret_access_key": "x"}
    assert refusal(by(stranger, "dynamodb").list_tables) == "UnrecognizedClientException"
    forged = {**administrator, "aws_secret_access_key": "x"}
    assert "Signature" in refusal(by(forged, "dynamodb").list_tables)
