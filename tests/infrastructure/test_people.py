"""Who may do what with what matters most: each role of the templates by its own policies and its boundary."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from stacks.constructs.looking import LOOKING, RECORDS
from tests.infrastructure.policies import Request, Resolver, verdict
from tests.infrastructure.resolving import ACCOUNT
from tests.infrastructure.synthesized import Resource, Synthesized


@cache
def documents(app: Synthesized) -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Short name of each role → all statements of its policies, and its boundary."""
    resolver = Resolver(app)
    held: dict[str, list[Any]] = {}
    boundaries = {}
    for role in (each for each in app.all("AWS::IAM::Role") if not each.stack.endswith("-replica")):
        boundary = app.target(role.stack, role.properties["PermissionsBoundary"])
        assert boundary is not None, role
        boundaries[short(app, resolver, role)] = resolver.document(boundary, "PolicyDocument")
        held[short(app, resolver, role)] = []
    for policy in (each for each in app.all("AWS::IAM::ManagedPolicy") if not each.stack.endswith("-replica")):
        for role in resolver.roles(policy):
            held[short(app, resolver, role)] += resolver.document(policy, "PolicyDocument")["Statement"]
    return {name: ({"Statement": statements}, boundaries[name]) for name, statements in held.items()}


def short(app: Synthesized, resolver: Resolver, role: Resource) -> str:
    name = resolver.value(role.stack, role.properties.get("RoleName", f"{role.stack}.{role.id}"))
    return str(name).removeprefix(f"causeway-{app.name}-")


def who(app: Synthesized, action: str, resource: str, **context: Any) -> set[str]:
    """The roles whose policies and boundary both allow a request."""
    asked = Request(action, resource, {key.replace("__", ":").replace("_", "/"): value for key, value in context.items()})
    return {
        name for name, (own, boundary) in documents(app).items() if verdict(own, asked) == "allow" and verdict(boundary, asked) == "allow"
    }


def bucket(app: Synthesized, id: str) -> str:
    (found,) = [each for each in app.all("AWS::S3::Bucket") if each.id.startswith(id) and not each.stack.endswith("-replica")]
    return Resolver(app).arn(found)


def key(app: Synthesized, id: str) -> str:
    (found,) = [each for each in app.all("AWS::KMS::Key") if each.id.startswith(id) and each.stack.endswith("-data")]
    return Resolver(app).arn(found)


TAGGED = {"aws__ResourceTag_application": "causeway", "aws__ResourceTag_environment": "prod"}


def test_uploads_are_read_by_the_readers_and_copied_and_by_nobody_else(prod: Synthesized) -> None:
    readers = who(prod, "s3:GetObject", f"{bucket(prod, 'Incoming')}/harbour/a.md")
    assert readers == {"read-documents", "bulk-job", "sync-bucket", "erase", "break-glass"}


def test_memory_is_decrypted_by_what_converses_and_by_nobody_who_administers(prod: Synthesized) -> None:
    able = who(prod, "kms:Decrypt", key(prod, "ConversationsKey"), **TAGGED)
    counts = {"batches"}  # questions of users, in the table of sessions, which has the same key
    converse = {"answers", "answer-stream", "answer-batch", "agents", "agent-stream", "agent-worker", "teams", "sessions", "reviews"}
    assert able == converse | counts | {"archive-conversations", "erase", "replication", "backup", "break-glass"}


@pytest.mark.parametrize(
    "action",
    [
        *("bedrock:UpdateGuardrail", "bedrock:DeleteGuardrail", "bedrock:CreateGuardrailVersion"),
        *("bedrock:PutEnforcedGuardrailConfiguration", "bedrock:DeleteEnforcedGuardrailConfiguration"),
        *("sagemaker:UpdateModelPackage", "sagemaker:CreateEndpointConfig", "sagemaker:UpdateEndpoint"),
        *("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion"),
        *("cloudtrail:StopLogging", "config:StopConfigurationRecorder", "guardduty:DeleteDetector", "s3:BypassGovernanceRetention"),
        "s3:PutBucketPolicy",
    ],
)
def test_guardrails_models_rights_and_watchers_are_changed_by_deploys_alone(prod: Synthesized, action: str) -> None:
    """No role of the templates has any of these; CloudFormation's, which only CloudFormation assumes, is not in them."""
    for resource in ("*", f"arn:aws:any:us-east-1:{ACCOUNT}:thing/x", bucket(prod, "HistoryTrail"), key(prod, "ConversationsKey")):
        assert not who(prod, action, resource, **TAGGED), action


def test_who_breaks_the_glass_mends_objects_and_touches_no_record_of_the_account(prod: Synthesized) -> None:
    documents_of, trail = bucket(prod, "Documents"), bucket(prod, "HistoryTrail")
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert "break-glass" in who(prod, action, f"{documents_of}/raw/harbour/a.md"), action
    for action in ("s3:PutObject", "s3:DeleteObject"):
        for records in (trail, f"arn:aws:s3:::causeway-prod-{ACCOUNT}-trail-us-west-2"):
            assert "break-glass" not in who(prod, action, f"{records}/AWSLogs/x"), action
        assert "break-glass" not in who(prod, action, "arn:aws:s3:::causeway-staging-data-documents/x"), action
    for action in ("dynamodb:GetItem", "lambda:InvokeFunction", "secretsmanager:GetSecretValue", "sts:AssumeRole"):
        assert "break-glass" not in who(prod, action, "*"), action
    anothers = {**TAGGED, "aws__ResourceTag_environment": "staging"}
    assert "break-glass" not in who(prod, "kms:Decrypt", key(prod, "DocumentsKey"), **anothers)


def test_an_auditor_reads_settings_and_no_data(prod: Synthesized) -> None:
    assert "auditor" in who(prod, "cloudtrail:LookupEvents", "*")
    for action in ("s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "logs:GetLogEvents", "logs:FilterLogEvents", "kms:Decrypt"):
        for resource in ("*", f"{bucket(prod, 'Documents')}/raw/a.md", key(prod, "DocumentsKey")):
            assert "auditor" not in who(prod, action, resource, **TAGGED), action
    reads = ("Get", "List", "Describe", "BatchGet", "Lookup")
    assert all(action.split(":")[1].startswith(reads) for action in (*LOOKING, *RECORDS))


def test_keys_are_changed_by_their_administrator_who_uses_none(prod: Synthesized) -> None:
    of_ours, of_another = key(prod, "ConversationsKey"), {**TAGGED, "aws__ResourceTag_environment": "staging"}
    for action in ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:RevokeGrant"):
        assert who(prod, action, of_ours, **TAGGED) == {"key-administrator"}, action
        assert not who(prod, action, of_ours, **of_another), action
    for action in ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:GenerateMac", "kms:TagResource"):
        assert "key-administrator" not in who(prod, action, of_ours, **TAGGED), action
    own, _ = documents(prod)["key-administrator"]
    assert verdict(own, Request("kms:Decrypt", of_ours)) == "deny"  # whatever a key's policy says, which it may write
    for action in ("s3:GetObject", "dynamodb:GetItem", "iam:PutRolePolicy", "sts:AssumeRole", "kms:CreateKey"):
        assert "key-administrator" not in who(prod, action, "*", **TAGGED), action


OF_A_DOCUMENT = {"kms__ViaService": "s3.us-east-1.amazonaws.com", **TAGGED}


def test_who_measures_answers_reads_lines_of_turns_and_no_document_row_or_conversation(prod: Synthesized) -> None:
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/causeway/prod"
    assert "data-scientist" in who(prod, "logs:FilterLogEvents", f"{group}/answers:*")
    assert "data-scientist" in who(prod, "ssm:GetParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/causeway/prod/assistant/switches")
    for parameter in ("causeway/staging/assistant/switches", "theirs"):
        assert "data-scientist" not in who(prod, "ssm:GetParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/{parameter}")
    application = f"arn:aws:appconfig:us-east-1:{ACCOUNT}:application/a1/configurationprofile/b2/hostedconfigurationversion/1"
    for tags, may in ((TAGGED, True), ({**TAGGED, "aws__ResourceTag_environment": "staging"}, False), ({}, False)):
        assert ("data-scientist" in who(prod, "appconfig:GetHostedConfigurationVersion", application, **tags)) == may, tags
    groups = [str(each.properties.get("LogGroupName", "")) for each in prod.all("AWS::Logs::LogGroup")]
    read = {
        each
        for each in groups
        if "data-scientist" in who(prod, "logs:FilterLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{each}:*")
    }
    assert read == {f"/causeway/prod/{name}" for name in ("answer-batch", "answer-stream", "answers", "sessions")}
    for id in ("Documents", "Incoming", "ConversationsArchive", "Audit"):
        assert "data-scientist" not in who(prod, "s3:GetObject", f"{bucket(prod, id)}/processed/harbour/a.md"), id
    for action in ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "lambda:InvokeFunction", "es:ESHttpGet", "sts:AssumeRole"):
        assert "data-scientist" not in who(prod, action, "*"), action
    for each in prod.all("AWS::KMS::Key"):
        for context in (OF_A_DOCUMENT, {**OF_A_DOCUMENT, "kms__ViaService": "dynamodb.us-east-1.amazonaws.com"}):
            assert "data-scientist" not in who(prod, "kms:Decrypt", Resolver(prod).arn(each), **context), each


def test_where_the_environment_says_so_data_scientists_read_documents_and_still_no_conversation(everywhere: list[Synthesized]) -> None:
    (staging,) = [each for each in everywhere if each.name == "staging"]
    named = "arn:aws:s3:::causeway-staging-data-documents7e5b-x"
    assert "data-scientist" in who(staging, "s3:GetObject", f"{named}/processed/harbour/a.md")
    for elsewhere in (f"{named}/quarantine/a.md", "arn:aws:s3:::causeway-staging-data-incoming1ed1-x/processed/a.md"):
        assert "data-scientist" not in who(staging, "s3:GetObject", elsewhere), elsewhere
    anything = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/x"
    of_it = {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": named}
    own, boundary = documents(staging)["data-scientist"]
    for context, expected in (
        (of_it, "allow"),
        ({**of_it, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::causeway-staging-data-conversationsarchive-x"}, None),
        ({**of_it, "kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}, None),
    ):
        assert verdict(own, Request("kms:Decrypt", anything, context)) == expected, context
    assert verdict(boundary, Request("kms:Decrypt", anything, of_it)) == "allow"


def trust(app: Synthesized, name: str) -> Mapping[str, Any]:
    (role,) = [each for each in app.all("AWS::IAM::Role") if each.properties.get("RoleName") == f"causeway-{app.name}-{name}"]
    assert role.properties["MaxSessionDuration"] <= 3600
    document: Mapping[str, Any] = Resolver(app).value(role.stack, role.properties["AssumeRolePolicyDocument"])
    return document


FRESH = {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "120"}


def callers() -> Iterator[tuple[str, str, dict[str, str], bool]]:
    """Role, user, what is known of the session, whether it may."""
    folders = {"break-glass": "break-glass", "auditor": "auditors", "secret-setter": "secret-setters"}
    folders |= {"key-administrator": "key-administrators", "data-scientist": "data-scientists", "analyst": "finance"}
    for role, folder in folders.items():
        yield role, f"{folder}/ada", FRESH, True
        yield role, f"{folder}/ada", {}, False
        yield role, f"{folder}/ada", {"aws:MultiFactorAuthPresent": "false"}, False
        yield role, f"{folder}/ada", {**FRESH, "aws:MultiFactorAuthAge": "7200"}, False
        yield role, "ada", FRESH, False


@pytest.mark.parametrize(("role", "user", "session", "may"), list(callers()))
def test_a_person_assumes_a_role_by_name_and_second_factor(
    prod: Synthesized, role: str, user: str, session: dict[str, str], may: bool
) -> None:
    context = {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/{user}", **session}
    assert verdict(trust(prod, role), Request("sts:AssumeRole", "", context)) == ("allow" if may else None)


def test_every_role_that_persons_assume_is_among_those_that_are_tried(prod: Synthesized) -> None:
    assumed = {
        str(each.properties.get("RoleName")).removeprefix("causeway-prod-")
        for each in prod.all("AWS::IAM::Role")
        for statement in each.properties["AssumeRolePolicyDocument"]["Statement"]
        if ":root" in json.dumps(statement["Principal"]) and "aws:PrincipalArn" not in statement["Condition"].get("ArnEquals", {})
    }
    assert assumed == {role for role, *_ in callers()}


def test_persons_have_roles_where_data_is_protected(app: Synthesized) -> None:
    names = {each.properties.get("RoleName") for each in app.all("AWS::IAM::Role")}
    made = {f"causeway-{app.name}-{role}" for role in ("break-glass", "auditor", "secret-setter", "key-administrator", "data-scientist")}
    assert (made <= names) == app.environment.protect_data
