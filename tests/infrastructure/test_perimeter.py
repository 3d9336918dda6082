"""Who may use buckets and keys from where: every caller the templates make, and those who stole one's credentials."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import Environment as Deployed

from stacks.constructs.perimeter import KEY_CHANGES, KEY_LOOKS, KEY_USES, SIGNING_ACTIONS, key_policy
from stacks.constructs.settings import Perimeter
from stacks.environment import load
from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

OVER_TLS = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
SIGNED = {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false", "s3:authType": "REST-HEADER"}
# Roles that a service assumes and calls by from its own network; code and people never hold their credentials.
BY_SERVICES = {
    "batch-embedding": "bedrock.amazonaws.com",
    "replication": "s3.amazonaws.com",
    "search-snapshots": "es.amazonaws.com",
    "access-logs": "s3.amazonaws.com",
    "replica-access-logs": "s3.amazonaws.com",
    "account-replication": "s3.amazonaws.com",
    "embedding": "sagemaker.amazonaws.com",
    "embedding-small": "sagemaker.amazonaws.com",
    "turns-delivery": "firehose.amazonaws.com",
}
OF_NO_OBJECT = ("s3:GetBucketLocation",)  # it tells the region
# A function outside the VPC, where data goes with its stack; tests of taking down say what it reaches.
EMPTYING = "empty-bucket"
# What each service is documented to send with its use of a key.
SENT = {
    "cloudtrail.amazonaws.com": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/causeway-prod-trail"},
    "config.amazonaws.com": {"aws:SourceAccount": ACCOUNT},
    "events.amazonaws.com": {},
    "cloudwatch.amazonaws.com": {"aws:SourceAccount": ACCOUNT},
    "sns.amazonaws.com": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:notices"},
    "delivery.logs.amazonaws.com": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:*"},
}


class Account:
    """The account after a deploy: its policies, and requests of its principals."""

    def __init__(self, app: Synthesized) -> None:
        self.app, self.resolver = app, Resolver(app)
        (self.vpc,) = [each.id for each in app.all("AWS::EC2::VPC")]
        self.buckets = {self.resolver.arn(each): each for each in app.all("AWS::S3::Bucket")}
        self.keys = {self.resolver.arn(each): each for each in app.all("AWS::KMS::Key")}
        self.policies = {arn: self.resolver.document(key, "KeyPolicy") for arn, key in self.keys.items()}
        for policy in app.all("AWS::S3::BucketPolicy"):
            bucket = app.target(policy.stack, policy.properties["Bucket"])
            assert bucket is not None, policy
            self.policies[self.resolver.arn(bucket)] = self.resolver.document(policy, "PolicyDocument")

    def says(self, request: Request) -> str | None:
        """The verdict of the policy of the bucket or key that the request is about."""
        arn = request.resource.partition("/")[0] if ":s3:" in request.resource else request.resource
        return verdict(self.policies[arn], request)

    def of(self, role: str, **context: str) -> dict[str, str]:
        """The context of a call signed by a role of this account."""
        ours = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{role}", "aws:PrincipalAccount": ACCOUNT}
        return {**OVER_TLS, **SIGNED, **ours, **{key.replace("_", ":"): value for key, value in context.items()}}

    def root(self) -> dict[str, str]:
        """The root user of the account."""
        return {**OVER_TLS, **SIGNED, "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root", "aws:PrincipalAccount": ACCOUNT}

    def inside(self, role: str) -> dict[str, str]:
        return self.of(role, aws_SourceVpc=self.vpc)

    def allowed(self, service: str) -> Iterator[tuple[Resource, Request]]:
        """Each role with a request for each action on a bucket or key of ours that its policies allow; where it comes from is open."""
        for statement in self.app.statements():
            if statement.effect == "Allow":
                for role in self.resolver.roles(statement.policy):
                    for resource in self.resolver.value(statement.policy.stack, list(statement.resources)):
                        for action in (each for each in statement.actions if each.startswith(f"{service}:")):
                            yield from ((role, Request(action, found)) for found in self._ours(resource))

    def _ours(self, resource: str) -> list[str]:
        arn, slash, below = resource.partition("/") if ":s3:" in resource else (resource, "", "")
        return [arn + slash + below.replace("*", "x")] if arn in self.buckets or arn in self.keys else []

    def name(self, role: Resource) -> str:
        return self.resolver.arn(role).partition(":role/")[2]

    def short(self, role: Resource) -> str:
        return self.name(role).removeprefix(f"causeway-{self.app.name}-")

    def access_logs(self) -> set[str]:
        return {arn for arn, each in self.buckets.items() if each.id.startswith("AccessLogs")}

    def archives(self) -> set[str]:
        return {arn for arn, each in self.buckets.items() if each.id.startswith("AccessLogArchive")}

    def bucket(self, id: str) -> str:
        (arn,) = [arn for arn, each in self.buckets.items() if each.id.startswith(id) and not each.stack.endswith("-replica")]
        return arn


@pytest.fixture
def account(app: Synthesized) -> Account:
    return deployed(app)


@cache
def deployed(app: Synthesized) -> Account:
    return Account(app)


def test_functions_use_their_buckets_from_inside(account: Account) -> None:
    seen = set()
    for role, request in account.allowed("s3"):
        if account.short(role) not in BY_SERVICES:
            seen.add(account.short(role))
            assert account.says(replace(request, context=account.inside(account.name(role)))) != "deny", (role, request)
    assert seen >= {"documents", "read-documents", "index-documents"}


def test_stolen_credentials_of_a_function_open_no_bucket_from_outside(account: Account) -> None:
    for role, request in account.allowed("s3"):
        if account.short(role) not in (*BY_SERVICES, EMPTYING) and request.action not in OF_NO_OBJECT:
            for elsewhere in ({}, {"aws_SourceVpc": "vpc-of-another"}):
                context = account.of(account.name(role), **elsewhere)
                assert account.says(replace(request, context=context)) == "deny", (role, request)


def test_nor_does_an_administrator_an_anonymous_or_a_strangers_request(account: Account) -> None:
    strangers = {"aws:PrincipalAccount": "999988887777", "aws:PrincipalArn": "arn:aws:iam::999988887777:role/BreakGlass"}
    for bucket in account.buckets:
        for action, resource in (("s3:GetObject", f"{bucket}/x"), ("s3:PutObject", f"{bucket}/x"), ("s3:ListBucket", bucket)):
            for context in (account.of("Administrator"), OVER_TLS, {**OVER_TLS, **SIGNED, **strangers}):
                assert account.says(Request(action, resource, context)) == "deny", (bucket, action, context)


def test_roles_that_services_assume_work_from_the_services_network(account: Account) -> None:
    for role, request in account.allowed("s3"):
        if account.short(role) in BY_SERVICES:
            (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
            assert trust["Principal"] == {"Service": BY_SERVICES[account.short(role)]}
            assert account.says(replace(request, context=account.of(account.name(role)))) != "deny", (role, request)


def test_only_replication_touches_the_copies_in_the_other_region(prod: Synthesized) -> None:
    account = deployed(prod)
    names = ("incoming", "documents", "artifacts", "archive", "audit", "snapshots", "usage")
    copied = {f"arn:aws:s3:::causeway-prod-{ACCOUNT}-{name}-us-west-2" for name in names}
    records = {f"arn:aws:s3:::causeway-prod-{ACCOUNT}-{name}-us-west-2" for name in ("trail", "configuration")}
    there = {arn for arn, each in account.buckets.items() if each.stack.endswith("-replica")}
    assert copied | records == there - account.access_logs() - account.archives()
    for bucket in copied | records:
        by_s3 = account.of("causeway-prod-account-replication" if bucket in records else "causeway-prod-replication")
        assert account.says(Request("s3:ReplicateObject", f"{bucket}/x", by_s3)) != "deny"
        assert account.says(Request("s3:GetObject", f"{bucket}/x", account.inside("causeway-prod-read-documents"))) == "deny"


@pytest.mark.parametrize("signed", ["POST", "REST-QUERY-STRING"])
def test_from_outside_the_incoming_bucket_takes_what_the_documents_function_has_signed_and_nothing_else(
    account: Account, signed: str
) -> None:
    """By a form or by an address."""
    documents, incoming = f"causeway-{account.app.name}-documents", account.bucket("Incoming")
    sent = Request("s3:PutObject", f"{incoming}/harbour/a.md", account.of(documents, s3_authType=signed))
    assert account.says(sent) != "deny"
    assert account.says(replace(sent, context=account.of(documents))) == "deny"
    for other in ("answers", "read-documents", "index-documents"):
        assert account.says(replace(sent, context=account.of(f"causeway-{account.app.name}-{other}", s3_authType=signed))) == "deny", other
    for action in ("s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:GetObjectVersion", "s3:ListBucket"):
        resource = incoming if action == "s3:ListBucket" else sent.resource
        assert account.says(replace(sent, action=action, resource=resource)) == "deny", action
    for bucket in account.buckets.keys() - {incoming}:
        assert account.says(replace(sent, resource=f"{bucket}/harbour/a.md")) == "deny", bucket


SHOWN = {"s3_authType": "REST-QUERY-STRING", "s3_signatureAge": "299000"}


@pytest.mark.parametrize("signer", ["answers", "answer-stream", "documents"])
def test_from_outside_the_documents_bucket_shows_pictures_that_a_function_has_just_signed_and_nothing_else(
    account: Account, signer: str
) -> None:
    role, bucket = f"causeway-{account.app.name}-{signer}", account.bucket("Documents")
    shown = Request("s3:GetObject", f"{bucket}/pictures/harbour/a/1.b/c.png", account.of(role, **SHOWN))
    assert account.says(shown) != "deny"
    for folder in ("processed", "quarantine", "picturesque", ""):
        assert account.says(replace(shown, resource=f"{bucket}/{folder}/harbour/a/1.b/c.png")) == "deny", folder
    for other in ({"s3_signatureAge": "301000"}, {"s3_authType": "REST-HEADER"}, {"s3_authType": "POST"}):
        assert account.says(replace(shown, context=account.of(role, **{**SHOWN, **other}))) == "deny", other
    for action in ("s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:ListBucket"):
        assert account.says(replace(shown, action=action)) == "deny", action
    for elsewhere in account.buckets.keys() - {bucket}:
        assert account.says(replace(shown, resource=f"{elsewhere}/pictures/harbour/c.png")) == "deny", elsewhere


def test_pictures_signed_by_anybody_else_are_not_shown_outside(account: Account) -> None:
    key = f"{account.bucket('Documents')}/pictures/harbour/a/1.b/c.png"
    for role in ("answer-batch", "read-documents", "index-documents", "agents", "erase"):
        assert account.says(Request("s3:GetObject", key, account.of(f"causeway-{account.app.name}-{role}", **SHOWN))) == "deny", role
    for context in (account.of("Administrator", **SHOWN), OVER_TLS):
        assert account.says(Request("s3:GetObject", key, context)) == "deny"


def test_what_is_signed_by_people_or_strangers_is_taken_from_nowhere_outside(account: Account) -> None:
    strangers = {"aws:PrincipalAccount": "999988887777", "aws:PrincipalArn": "arn:aws:iam::999988887777:role/causeway-prod-documents"}
    for signed in ("POST", "REST-QUERY-STRING"):
        for context in (account.of("Administrator"), {**account.of("x"), **strangers}, OVER_TLS):
            sent = {**context, "s3:authType": signed}
            assert account.says(Request("s3:PutObject", f"{account.bucket('Incoming')}/harbour/a.md", sent)) == "deny", context


def test_the_same_address_works_from_inside_too(account: Account) -> None:
    for signed in ("POST", "REST-QUERY-STRING"):
        inside = account.of(f"causeway-{account.app.name}-documents", s3_authType=signed, aws_SourceVpc=account.vpc)
        assert account.says(Request("s3:PutObject", f"{account.bucket('Incoming')}/harbour/a.md", inside)) != "deny"


def test_s3_delivers_access_logs(account: Account) -> None:
    for arn in account.access_logs():
        for source in (each for each in account.buckets.values() if each.stack == account.buckets[arn].stack):
            if "LoggingConfiguration" in source.properties:
                prefix = source.properties["LoggingConfiguration"]["LogFilePrefix"]
                about = {"aws:SourceArn": account.resolver.arn(source), "aws:SourceAccount": ACCOUNT, "aws:PrincipalIsAWSService": "true"}
                delivery = Request("s3:PutObject", f"{arn}/{prefix}x", {**OVER_TLS, **about}, service="logging.s3.amazonaws.com")
                assert account.says(delivery) == "allow", source


def test_services_that_act_for_us_and_linked_roles_are_not_denied(account: Account) -> None:
    linked = account.of("aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie")
    for bucket in account.buckets:
        for context in (account.of("Administrator", aws_ViaAWSService="true"), linked):
            assert account.says(Request("s3:GetObject", f"{bucket}/x", context)) != "deny", bucket


def test_cloudformation_reaches_everything_from_anywhere(account: Account) -> None:
    role = f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1"
    for arn in (*account.buckets, *account.keys):
        data = Request("kms:Decrypt", arn) if ":kms:" in arn else Request("s3:GetObject", f"{arn}/x")
        assert account.says(replace(data, context=account.of(role))) != "deny", (role, arn)


def test_cloudformation_of_both_regions_uses_the_keys_of_the_copies(prod: Synthesized) -> None:
    """A table's replica is made from the first region with the key of the second."""
    account = deployed(prod)
    for arn in (key for key, each in account.keys.items() if each.stack.endswith("-replica")):
        for region in ("us-east-1", "us-west-2"):
            by_cloudformation = account.of(f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-{region}")
            assert account.says(Request("kms:CreateGrant", arn, by_cloudformation)) != "deny", region


def test_no_environment_spares_a_role_that_nobody_has_made(app: Synthesized) -> None:
    """Whoever may make roles could take the name."""
    assert app.environment.perimeter.break_glass_roles == ()
    made = {each.properties.get("RoleName") for each in app.all("AWS::IAM::Role")}
    spared = json.dumps(app.all("AWS::S3::BucketPolicy")[0].properties)
    name = f"causeway-{app.name}-break-glass"
    assert (f"role/{name}" in spared) == (name in made)


def test_who_breaks_the_glass_reaches_objects_from_outside_and_uses_their_keys(prod: Synthesized) -> None:
    account = deployed(prod)
    by_person = account.of("causeway-prod-break-glass")
    for bucket in account.buckets:
        assert account.says(Request("s3:GetObject", f"{bucket}/x", by_person)) != "deny", bucket
    for key in (arn for arn, each in account.keys.items() if not each.id.startswith("Hmac")):
        assert account.says(Request("kms:Decrypt", key, by_person)) == "allow", key


def test_no_mistake_in_a_policy_locks_the_account_out(account: Account) -> None:
    anyone = account.of("Administrator")
    for bucket in account.buckets:
        for action in ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutLifecycleConfiguration"):
            assert account.says(Request(action, bucket, anyone)) != "deny", bucket
    lost = account.app.environment.people.key_administrator
    way_back = [account.root(), account.of(f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1"), *([] if lost else [anyone])]
    for key in account.keys:
        for action in (*KEY_CHANGES, *KEY_LOOKS):
            for context in way_back:
                assert account.says(Request(action, key, context)) == "allow", (key, action)
        assert all(account.says(Request(action, key, anyone)) == "allow" for action in KEY_LOOKS), key


def administrators(account: Account) -> list[dict[str, str]]:
    """Who may change keys: the role for it where there is one, and whoever else IAM of the account names where there is none."""
    if account.app.environment.people.key_administrator:
        return [account.of(f"causeway-{account.app.name}-key-administrator"), account.root()]
    return [account.of("Administrator"), account.root()]


def test_no_administrator_of_a_key_uses_it_whatever_iam_says(account: Account) -> None:
    """Directly or through any service: the policy of the key lets IAM open it for none of them."""
    others = [
        account.of(role) for role in ("Administrator", "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1", "causeway-other-answers")
    ]
    for key in account.keys:
        for administrator in (*administrators(account), *others):
            for service in ("s3", "dynamodb", "sqs", "lambda", None):
                through = {"kms:ViaService": f"{service}.us-east-1.amazonaws.com", "aws:ViaAWSService": "true"} if service else {}
                for action in (each for each in KEY_USES if each != "kms:DescribeKey"):
                    request = Request(action.replace("*", "WithoutPlaintext"), key, {**administrator, **through})
                    assert account.says(request) != "allow", (key, action, administrator)


def test_no_user_of_a_key_changes_it_whatever_iam_says(account: Account) -> None:
    users = {account.name(role) for role, _ in account.allowed("kms")} | {f"causeway-{account.app.name}-break-glass"}
    assert len(users) > 8
    for key in account.keys:
        for name in users - {f"causeway-{account.app.name}-key-administrator"}:
            for action in KEY_CHANGES:
                assert account.says(Request(action, key, account.of(name))) == "deny", (key, action, name)


def test_where_a_role_administers_keys_no_other_of_the_account_does(prod: Synthesized) -> None:
    account = deployed(prod)
    for key in account.keys:
        for action in KEY_CHANGES:
            assert account.says(Request(action, key, account.of("causeway-prod-key-administrator"))) == "allow", key
            assert account.says(Request(action, key, account.of("Administrator"))) == "deny", key


def test_who_operates_uses_keys_through_services_once_the_environment_names_the_role() -> None:
    stack = Stack(App(), "stack", env=Deployed(account=ACCOUNT, region="us-east-1"))
    named = load("dev").model_copy(update={"perimeter": Perimeter(break_glass_roles=(), operator_roles=("ops/on-call-*",))})
    for environment, expected in ((load("dev"), None), (named, "allow")):
        written = written_out(stack.resolve(key_policy(stack, environment)))
        context = {
            "aws:PrincipalAccount": ACCOUNT,
            "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ops/on-call-7",
            "aws:ViaAWSService": "false",
        }
        through = {**context, "kms:ViaService": "sqs.us-east-1.amazonaws.com"}
        assert verdict(written, Request("kms:Decrypt", "k", through)) == expected
        assert verdict(written, Request("kms:Decrypt", "k", context)) == "deny"


def written_out(value: object) -> Any:
    """A policy of a stack without a synthesis: joins made, the partition named."""
    match value:
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(written_out(each) for each in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case dict():
            return {name: written_out(inner) for name, inner in value.items()}
        case list():
            return [written_out(each) for each in value]
    return value


def test_roles_use_their_keys_through_the_services_that_keep_data_with_them(account: Account) -> None:
    seen = set()
    for role, request in account.allowed("kms"):
        seen.add(account.short(role))
        for service in ("s3", "dynamodb", "sqs", "bedrock", "sagemaker"):
            context = account.of(account.name(role), kms_ViaService=f"{service}.us-east-1.amazonaws.com", aws_ViaAWSService="true")
            assert account.says(replace(request, context=context)) == "allow", (role, request)
    assert len(seen) > 8


def test_stolen_credentials_use_no_key_directly_not_even_from_inside(account: Account) -> None:
    for role, request in (each for each in account.allowed("kms") if each[1].action not in ("kms:DescribeKey", *SIGNING_ACTIONS)):
        for context in (account.of(account.name(role)), account.inside(account.name(role))):
            assert account.says(replace(request, context=context)) == "deny", (role, request)
    for key in account.keys:
        for action in ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"):
            assert account.says(Request(action, key, account.of("Administrator"))) == "deny", key


def test_links_are_signed_and_checked_inside_alone(account: Account) -> None:
    signing = [each for each in account.allowed("kms") if each[1].action in SIGNING_ACTIONS]
    assert {request.action for _, request in signing} == set(SIGNING_ACTIONS)
    for role, request in signing:
        assert account.says(replace(request, context=account.of(account.name(role)))) == "deny", role
        assert account.says(replace(request, context=account.inside(account.name(role)))) == "allow", role


@pytest.mark.parametrize("context", ["aws:lambda:FunctionArn", "aws:states:stateMachineArn", "SourceArn"])
def test_lambda_and_step_functions_decrypt_what_is_theirs_as_our_roles(account: Account, context: str) -> None:
    for role, request in (each for each in account.allowed("kms") if each[1].action not in SIGNING_ACTIONS):
        theirs = {**account.of(account.name(role)), f"kms:EncryptionContext:{context}": "arn:aws:any"}
        assert account.says(replace(request, context=theirs)) == "allow", role


def test_no_such_context_opens_a_document_or_a_row(account: Account) -> None:
    for key in account.keys:
        for context in ("aws:s3:arn", "aws:dynamodb:tableName"):
            data = {**account.of("Administrator"), f"kms:EncryptionContext:{context}": "x"}
            assert account.says(Request("kms:Decrypt", key, data)) == "deny", key


def test_services_use_keys_by_themselves_and_on_grants(account: Account) -> None:
    log_group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/causeway/{account.app.name}/answers"
    on_a_grant = {"aws:PrincipalAccount": "000011112222", "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"}
    for key, resource in account.keys.items():
        assert account.says(Request("kms:Decrypt", key, on_a_grant)) != "deny"
        for statement in account.resolver.document(resource, "KeyPolicy")["Statement"]:
            for service in as_list(statement["Principal"].get("Service", [])):
                sent = SENT.get(service, {"kms:EncryptionContext:aws:logs:arn": log_group})
                about = {"aws:PrincipalIsAWSService": "true", **sent}
                assert account.says(Request("kms:Decrypt", key, about, service=service)) == "allow", (resource, service)


def test_log_delivery_of_another_account_uses_no_key_of_ours(account: Account) -> None:
    theirs = {"kms:EncryptionContext:SourceArn": "arn:aws:logs:us-east-1:999988887777:*", "aws:PrincipalIsAWSService": "true"}
    for key in account.keys:
        for context in (theirs, {"aws:PrincipalIsAWSService": "true"}):
            assert account.says(Request("kms:Decrypt", key, context, service="delivery.logs.amazonaws.com")) != "allow", key


def test_a_grant_is_made_for_a_services_own_resource_and_for_nobody_else(local: Synthesized) -> None:
    account = deployed(local)
    grants = [(role, request) for role, request in account.allowed("kms") if request.action == "kms:CreateGrant"]
    assert [account.short(role) for role, _ in grants] == ["bulk-job", "embedding", "embedding-small"]
    for role, request in grants:
        for_a_disk = account.of(account.name(role), kms_GrantIsForAWSResource="true")
        assert account.says(replace(request, context=for_a_disk)) == "allow"
        assert account.says(replace(request, context=account.of(account.name(role), kms_GrantIsForAWSResource="false"))) == "deny"
        assert account.says(replace(request, action="kms:Decrypt", context=for_a_disk | {"kms:GrantIsForAWSResource": "false"})) == "deny"


@pytest.mark.parametrize(
    "action",
    ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
)
def test_cloudwatch_logs_uses_the_key_of_every_log_group_of_ours(account: Account, action: str) -> None:
    for group in (each for each in account.app.all("AWS::Logs::LogGroup") if "KmsKeyId" in each.properties):
        key = account.app.target(group.stack, group.properties["KmsKeyId"])
        assert key is not None, group
        name = account.resolver.value(group.stack, group.properties["LogGroupName"])
        about = {
            "aws:PrincipalIsAWSService": "true",
            "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}",
        }
        request = Request(f"kms:{action}", account.resolver.arn(key), about, service="logs.us-east-1.amazonaws.com")
        assert account.says(request) == "allow", group
