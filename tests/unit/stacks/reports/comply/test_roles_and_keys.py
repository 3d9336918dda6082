"""What roles may do and who decrypts, read from small templates."""

from typing import Any

import pytest

from stacks.reports.comply.encryption import encryption
from stacks.reports.comply.roles import Totals, roles, totals
from stacks.reports.templates import Templates, within


def policy(statements: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": statements}, **more}}


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


KEY = {"Fn::GetAtt": ["Key", "Arn"]}
BOUNDARY = {"Fn::ImportValue": "base:Boundary"}
TEMPLATES = Templates(
    {
        "base": {
            "Resources": {
                "Boundary": policy([allow(["s3:GetObject", "kms:Decrypt"], "*")]),
                "Everyone": policy([allow("xray:PutTraceSegments", "*")]),
            },
            "Outputs": {
                "A": {"Value": {"Ref": "Boundary"}, "Export": {"Name": "base:Boundary"}},
                "B": {"Value": {"Ref": "Everyone"}, "Export": {"Name": "base:Everyone"}},
            },
        },
        "data": {
            "Resources": {
                "Reader": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "RoleName": "reader",
                        "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"Service": "lambda.amazonaws.com"}}]},
                        "ManagedPolicyArns": [{"Fn::ImportValue": "base:Everyone"}],
                        "PermissionsBoundary": BOUNDARY,
                    },
                },
                "Writer": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"RoleName": "writer", "ManagedPolicyArns": [{"Fn::ImportValue": "base:Everyone"}]},
                },
                "ReaderPolicy": policy(
                    [
                        allow(["s3:GetObject"], {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/raw/*"]]}),
                        allow("kms:Decrypt", KEY),
                        {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"},
                    ],
                    Roles=[{"Ref": "Reader"}],
                ),
                "Key": {
                    "Type": "AWS::KMS::Key",
                    "Properties": {
                        "Description": "Documents",
                        "EnableKeyRotation": True,
                        "KeyPolicy": {
                            "Statement": [
                                {"Effect": "Allow", "Action": "kms:*", "Principal": {"AWS": {"Fn::Join": ["", ["arn:x:", ":root"]]}}},
                                {"Effect": "Allow", "Action": ["kms:Decrypt"], "Principal": {"Service": "events.amazonaws.com"}},
                                {"Effect": "Allow", "Action": ["kms:Sign"], "Principal": {"Service": "sns.amazonaws.com"}},
                                {"Effect": "Deny", "Action": "kms:*", "Principal": {"Service": "ec2.amazonaws.com"}},
                            ]
                        },
                    },
                },
                "Bucket": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {"BucketEncryption": {"Rules": [{"Default": {"KMSMasterKeyID": KEY}}]}},
                },
                "Copied": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {"ReplicationConfiguration": {"Rules": [{"ReplicaKmsKeyID": KEY}]}},
                },
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": "arn:aws:kms:us-east-1:1:key/other"}},
            }
        },
    }
)


def test_a_role_has_the_statements_of_its_own_and_of_shared_policies() -> None:
    reader, writer = roles(TEMPLATES)
    assert [each.actions for each in reader.statements] == [
        ("s3:GetObject",),
        ("kms:Decrypt",),
        ("s3:DeleteObject",),
        ("xray:PutTraceSegments",),
    ]
    assert [each.actions for each in writer.statements] == [("xray:PutTraceSegments",)]
    assert (reader.assumed_by, reader.boundary, writer.boundary) == (("lambda.amazonaws.com",), "base/Boundary", "")


def test_wildcards_are_counted_of_what_is_allowed_and_a_boundary_allows_nothing() -> None:
    reader, _ = roles(TEMPLATES)
    assert [each.wildcards for each in reader.allowed] == [1, 0, 1]
    assert [each.everything for each in reader.allowed] == [False, False, True]
    assert totals(TEMPLATES) == Totals(statements=3, everything=1, with_wildcards=2, actions_with_wildcards=0)


def test_a_key_knows_its_stores_who_decrypts_and_who_administers() -> None:
    found = encryption(TEMPLATES, roles(TEMPLATES))
    (key,) = found.keys
    assert [str(each) for each in key.stores] == ["data/Bucket"]
    assert (key.roles, key.services, key.rotates) == (("reader",), ("events.amazonaws.com",), True)
    assert (key.users, key.administrators) == (("*",), ("*",))


def test_a_key_knows_whom_its_policy_lets_iam_choose_users_and_administrators_from() -> None:
    def arn(role: str) -> dict[str, Any]:
        return {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, f":{role}"]]}

    def by_iam(effect: str, actions: list[str], **conditions: Any) -> dict[str, Any]:
        principal = {"AWS": arn("root")} if effect == "Allow" else {"AWS": "*"}
        return {"Effect": effect, "Action": actions, "Principal": principal, "Condition": conditions}

    used = by_iam("Allow", ["kms:Decrypt"], ArnLike={"aws:PrincipalArn": [arn("role/app-*")]})
    changed = by_iam("Allow", ["kms:PutKeyPolicy"])
    spared = by_iam("Deny", ["kms:PutKeyPolicy"], ArnNotLike={"aws:PrincipalArn": [arn("role/keeper"), arn("root")]})
    for statements, administrators in (([used, changed], ("*",)), ([used, changed, spared], ("role/keeper", "root"))):
        made = {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": statements}}}}
        (key,) = encryption(Templates({"data": {"Resources": made}}), []).keys
        assert (key.users, key.administrators) == (("role/app-*",), administrators)


def test_a_store_without_a_key_of_ours_is_told_and_the_key_of_its_copy_is_none() -> None:
    found = encryption(TEMPLATES, roles(TEMPLATES))
    assert [str(each) for each in found.without] == ["data/Copied"]
    assert [(str(each), key) for each, key in found.elsewhere] == [("data/Queue", "arn:aws:kms:us-east-1:1:key/other")]


def test_a_value_is_one_line_in_which_resources_have_their_stack() -> None:
    joined = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Region"}, {"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}
    assert TEMPLATES.text("data", joined) == "arn:<AWS::Region><data/Bucket>/*"
    assert TEMPLATES.text("data", BOUNDARY) == "<base/Boundary>"
    assert TEMPLATES.text("data", {"Fn::If": ["c", "a", "b"]}) == "{'Fn::If': ['c', 'a', 'b']}"


def of(type: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type, "Properties": properties}


def held(**resources: dict[str, Any]) -> Templates:
    return Templates({"data": {"Resources": resources}})


ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = {"PolicyDocument": {"Statement": allow("s3:*", "*")}}


@pytest.mark.parametrize(
    ("raw", "actions", "resources", "figures"),
    [
        ({"NotAction": "iam:*", "Resource": "*"}, ("* but iam:*",), ("*",), Totals(1, 1, 1, 1)),
        ({"Action": "s3:GetObject", "NotResource": ["a", "b"]}, ("s3:GetObject",), ("* but a, b",), Totals(1, 1, 1, 0)),
        ({"Action": "s3:Get?bject", "Resource": "a"}, ("s3:Get?bject",), ("a",), Totals(1, 0, 1, 1)),
        ({"Action": "s3:G*t", "Resource": ["a"]}, ("s3:G*t",), ("a",), Totals(1, 0, 1, 1)),
        ({"Action": {"Fn::Join": ["", ["s3:", "*"]]}, "Resource": {"Fn::Sub": "${A}*"}}, ("s3:*",), ("${A}*",), Totals(1, 0, 1, 1)),
    ],
)
def test_a_statement_is_read_however_it_is_written(
    raw: dict[str, Any], actions: tuple[str, ...], resources: tuple[str, ...], figures: Totals
) -> None:
    templates = held(Role=of("AWS::IAM::Role", RoleName="one"), Own=policy([{"Effect": "Allow", **raw}], Roles=[{"Ref": "Role"}]))
    (statement,) = roles(templates)[0].statements
    assert (statement.actions, statement.resources) == (actions, resources)
    assert hash(statement)
    assert totals(templates) == figures


@pytest.mark.parametrize(
    ("resources", "name"),
    [
        ({"One": of("AWS::IAM::Role", RoleName="one", Policies=[EVERYTHING])}, "one"),
        ({"One": of("AWS::IAM::Role", RoleName="one", ManagedPolicyArns=[ADMIN])}, "one"),
        ({"One": of("AWS::IAM::User", UserName="eve", ManagedPolicyArns=[ADMIN])}, "eve"),
        ({"One": of("AWS::IAM::Group", GroupName="all", Policies=[EVERYTHING])}, "all"),
        ({"One": of("AWS::IAM::Role", RoleName="one"), "Own": of("AWS::IAM::RolePolicy", RoleName={"Ref": "One"}, **EVERYTHING)}, "one"),
        ({"One": of("AWS::IAM::User", UserName="eve"), "Own": of("AWS::IAM::Policy", Users=[{"Ref": "One"}], **EVERYTHING)}, "eve"),
        ({"Own": of("AWS::IAM::Policy", Roles=["of-another-app"], **EVERYTHING)}, "of-another-app"),
    ],
)
def test_rights_are_counted_wherever_they_stand(resources: dict[str, Any], name: str) -> None:
    templates = held(**resources)
    (holder,) = roles(templates)
    assert (holder.name, [each.everything for each in holder.allowed]) == (name, [True])
    assert totals(templates) == Totals(1, 1, 1, 1)


def test_a_policy_of_aws_is_named_where_its_statements_would_stand() -> None:
    (statement,) = roles(held(One=of("AWS::IAM::Role", ManagedPolicyArns=[ADMIN])))[0].statements
    assert statement.actions == (f"* of {ADMIN}",)


def test_a_trust_policy_names_those_whom_it_allows() -> None:
    statements = [
        {"Effect": "Allow", "Principal": "*"},
        {"Effect": "Allow", "Principal": {"AWS": ["arn:a", "arn:b"]}},
        {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:c"}},
        {"Effect": "Deny", "Principal": {"AWS": "arn:d"}},
    ]
    (role,) = roles(held(One=of("AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": statements})))
    assert role.assumed_by == ("*", "* but arn:c", "arn:a", "arn:b")


ROOT = {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}
STRANGER = "arn:aws:iam::999999999999:root"


def opened_to(statement: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Users and administrators of a key whose policy has one statement more; nobody but the account's keeper changes it."""
    keeper = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/keeper"}, "StringEquals": {"aws:PrincipalAccount": "1"}}
    spared = {"Effect": "Deny", "Action": "kms:Put*", "Principal": "*", "Condition": keeper}
    (key,) = encryption(held(Key=of(KEY_TYPE, KeyPolicy={"Statement": [{"Effect": "Allow", **statement}, spared]})), []).keys
    return key.users, key.administrators


KEY_TYPE = "AWS::KMS::Key"


@pytest.mark.parametrize(
    "action", ["kms:Decrypt", "kms:*", "*", "kms:De*", "KMS:decrypt", ["kms:Encrypt", "kms:CreateGrant"], "kms:ReEncrypt*"]
)
@pytest.mark.parametrize(
    ("principal", "user"),
    [
        ({"Principal": "*"}, "anyone"),
        ({"Principal": {"AWS": ["*"]}}, "anyone"),
        ({"Principal": {"AWS": "*"}, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, "anyone, under conditions"),
        ({"Principal": "*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/a"}}}, "role/a"),
        ({"Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": STRANGER}}}, STRANGER),
        ({"Principal": {"AWS": STRANGER}}, STRANGER),
        ({"Principal": {"AWS": "999999999999"}}, "999999999999"),
        ({"Principal": {"AWS": [ROOT]}}, "*"),
        ({"Principal": {"AWS": "arn:aws:iam::999999999999:role/eve"}}, "arn:aws:iam::999999999999:role/eve"),
        ({"NotPrincipal": {"AWS": STRANGER}}, f"* but {STRANGER}"),
    ],
)
def test_a_key_says_whom_its_policy_opens_it_to(action: Any, principal: dict[str, Any], user: str) -> None:
    assert opened_to({"Action": action, **principal})[0] == (user,)


def test_a_key_that_is_closed_by_what_it_does_not_name_is_open_to_all_else() -> None:
    assert opened_to({"NotAction": "kms:Encrypt", "Principal": {"AWS": STRANGER}}) == ((STRANGER,), (STRANGER, "role/keeper"))
    assert opened_to({"NotAction": "kms:*", "Principal": {"AWS": STRANGER}}) == ((), ("role/keeper",))


def test_who_changes_a_key_is_said_beside_those_whom_a_deny_spares() -> None:
    assert opened_to({"Action": "kms:Put*", "Principal": {"AWS": STRANGER}}) == ((), (STRANGER, "role/keeper"))
    assert opened_to({"Action": "kms:Put*", "Principal": {"AWS": ROOT}}) == ((), ("role/keeper",))


@pytest.mark.parametrize(
    ("store", "told"),
    [
        (of("AWS::DynamoDB::Table", TableName="t"), "without"),
        (of("AWS::Kinesis::Stream", ShardCount=1), "without"),
        (of("AWS::RDS::DBInstance", DBInstanceClass="c"), "without"),
        (of("AWS::S3::Bucket", BucketEncryption={"Rules": [{"Default": {"SSEAlgorithm": "aws:kms"}}]}), "without"),
        (of("AWS::SQS::Queue", KmsMasterKeyId="alias/aws/sqs"), "elsewhere"),
        (of("AWS::Kinesis::Stream", StreamEncryption={"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}), "elsewhere"),
        (
            of(
                "AWS::DynamoDB::GlobalTable",
                Replicas=[{"SSESpecification": {"KMSMasterKeyId": KEY}}, {"SSESpecification": {"KMSMasterKeyId": "alias/aws/dynamodb"}}],
            ),
            "elsewhere",
        ),
        (of("AWS::DynamoDB::GlobalTable", Replicas=[{"SSESpecification": {"KMSMasterKeyId": KEY}}, {"Region": "r"}]), "without"),
        (of("AWS::Kinesis::Stream", StreamEncryption={"EncryptionType": "KMS", "KeyId": KEY}), "key"),
        (of("AWS::KinesisFirehose::DeliveryStream", DeliveryStreamEncryptionConfigurationInput={"KeyARN": KEY}), "key"),
        (of("AWS::CodePipeline::Pipeline", ArtifactStore={"EncryptionKey": {"Id": KEY, "Type": "KMS"}}), "key"),
        (of("AWS::Bedrock::Agent", CustomerEncryptionKeyArn=KEY), "key"),
    ],
)
def test_a_store_is_in_one_of_the_lists_by_each_of_its_keys(store: dict[str, Any], told: str) -> None:
    found = encryption(held(Store=store, Key=of(KEY_TYPE, KeyPolicy={"Statement": []})), [])
    assert [bool(each) for each in (found.without, found.elsewhere)] == [told == "without", told == "elsewhere"]
    assert bool(found.keys[0].stores) == (KEY in [value for _, value in within(store)])


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:De*", "kms:*", "*", {"Fn::Join": ["", ["kms:", "Decrypt"]]}])
def test_a_role_that_decrypts_is_named_by_the_key_or_by_the_pattern(action: Any) -> None:
    for resource, named, patterns in ((KEY, ("one",), ()), ("arn:aws:kms:*:1:key/*", (), (("one", "arn:aws:kms:*:1:key/*"),))):
        templates = held(
            Key=of(KEY_TYPE, KeyPolicy={"Statement": []}),
            One=of("AWS::IAM::Role", RoleName="one", Policies=[{"PolicyDocument": {"Statement": [allow(action, resource)]}}]),
        )
        found = encryption(templates, roles(templates))
        assert (found.keys[0].roles, found.by_pattern) == (named, patterns)


@pytest.mark.parametrize("named", ["arn:aws:kms:eu-west-1:1:alias/ours", {"Ref": "Alias"}])
def test_a_store_may_name_its_key_by_an_alias_of_ours(named: Any) -> None:
    templates = held(
        Key=of(KEY_TYPE, KeyPolicy={"Statement": []}),
        Alias=of("AWS::KMS::Alias", AliasName="alias/ours", TargetKeyId=KEY),
        Queue=of("AWS::SQS::Queue", KmsMasterKeyId=named),
        Other=of("AWS::SQS::Queue", KmsMasterKeyId="arn:aws:kms:eu-west-1:1:alias/not/ours"),
        Bare=of("AWS::SQS::Queue", KmsMasterKeyId={"Ref": "AWS::NoValue"}),
    )
    found = encryption(templates, [])
    assert [str(each) for each in found.keys[0].stores] == ["data/Queue"]
    assert [str(each) for each, _ in found.elsewhere] == ["data/Other"]
    assert [str(each) for each in found.without] == ["data/Bare"]
