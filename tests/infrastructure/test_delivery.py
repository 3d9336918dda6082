"""The pipeline: what runs with which rights, what is approved, and that nothing else is carried out."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.application import deployed
from stacks.delivery.application import FILE, DeliveryApp, settings_of
from stacks.delivery.names import PIPELINE
from stacks.environment import InvalidEnvironment, load
from stacks.reports.comply.roles import Role, roles
from stacks.reports.deployer.policy import document
from stacks.reports.templates import Resource, Templates, many
from tests.infrastructure.policies import Request, verdict
from tests.infrastructure.synthesized import Synthesized

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
IDENTITY = {"s3:GetBucketAcl", "s3:GetBucketLocation"}  # "Allow CodeBuild to interact with other AWS services": S3BucketIdentity
BUCKET = {*IDENTITY, "s3:GetBucketVersioning"}  # "Manage the CodePipeline service role" and "Amazon S3 deploy action reference"
LONGEST_POLICY = 6144
MOST_ACTIONS_OF_A_STAGE = 50  # "Quotas in AWS CodePipeline"
RUNS_CODE = {"CodeBuild", "Commands", "Lambda", "Jenkins", "ECRBuildAndPublish"}
# What CloudFormation, S3 and Step Functions do with what an action names; no code of the repository runs in the action.
RUNS_NONE = {"CloudFormation", "S3", "StepFunctions", "Manual"}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("delivery")
    DeliveryApp(outdir=str(folder)).synth()
    return {file.name.split(".")[0]: json.loads(file.read_text()) for file in folder.glob("*.template.json")}


@pytest.fixture(scope="module")
def templates(raw: dict[str, dict[str, Any]]) -> Templates:
    return Templates(raw)


@pytest.fixture(scope="module")
def by_name(templates: Templates) -> dict[str, Role]:
    return {each.name: each for each in roles(templates)}


@pytest.fixture(scope="module")
def stages(templates: Templates) -> dict[str, list[Mapping[str, Any]]]:
    """Name of each stage → its actions."""
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    return {stage["Name"]: stage["Actions"] for stage in pipeline.properties["Stages"]}


def provider(action: Mapping[str, Any]) -> str:
    return str(action["ActionTypeId"]["Provider"])


def approval(actions: list[Mapping[str, Any]]) -> int:
    (order,) = [each["RunOrder"] for each in actions if provider(each) == "Manual"]
    return int(order)


def statements(templates: Templates, role: str) -> dict[str, Any]:
    """All that a role may do, as one policy; texts as AWS will see them where they need no resource of the templates."""
    (found,) = [each for each in templates.all("AWS::IAM::Role") if each.properties.get("RoleName") == role]
    policies = [templates.target(found.stack, each) for each in found.properties["ManagedPolicyArns"]]
    return {"Statement": [one for each in policies if each for one in many(each.properties["PolicyDocument"]["Statement"])]}


def allowed(templates: Templates, role: str, action: str, resource: str, **context: str) -> bool:
    asked = Request(action, resource, {key.replace("__", ":").replace("_", "/"): value for key, value in context.items()})
    known = [
        {**each, "Resource": [one for one in many(each["Resource"]) if isinstance(one, str)]}
        for each in statements(templates, role)["Statement"]
    ]
    return verdict({"Statement": [each for each in known if each["Resource"]]}, asked) == "allow"


def test_builds_read_the_source_and_write_artifacts_and_logs_and_do_nothing_else(templates: Templates, by_name: dict[str, Role]) -> None:
    builds = {f"{PIPELINE}-test": set(), f"{PIPELINE}-package": {"s3:PutObject", "kms:GenerateDataKey"}}
    assert {each.properties["Name"] for each in templates.all("AWS::CodeBuild::Project")} == set(builds)
    for name, writes in builds.items():
        may = {action for statement in by_name[name].allowed for action in statement.actions}
        assert may == {"s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt"} | IDENTITY | LOGS | writes
        assert by_name[name].assumed_by == ("codebuild.amazonaws.com",)
        reached = {one.type for statement in by_name[name].allowed for one in statement.named}
        assert reached == {"AWS::KMS::Key", "AWS::Logs::LogGroup", "AWS::S3::Bucket"}
        folders = [each for statement in by_name[name].allowed for each in statement.resources if "*" in each]
        assert all(each.endswith(f".Arn>/{PIPELINE}/*") or each.endswith(f"/{PIPELINE}/*") for each in folders)


def test_no_build_and_nobody_but_the_pipeline_assumes_a_role_of_a_stage(templates: Templates, by_name: dict[str, Role]) -> None:
    settings = settings_of()
    pipeline = f"arn:aws:iam::{settings.account}:role/{PIPELINE}-pipeline"
    of_stages = [each for each in templates.all("AWS::IAM::Role") if each.stack != "causeway-delivery-pipeline"]
    assert len(of_stages) == 3 * len(settings.stages) + 1
    for role in of_stages:
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": pipeline}}, role
        assert settings.account in json.dumps(statement["Principal"])
    assert by_name[f"{PIPELINE}-pipeline"].assumed_by == ("codepipeline.amazonaws.com",)
    assume = {name for name, role in by_name.items() if any("sts:AssumeRole" in each.actions for each in role.allowed)}
    assert assume == {f"{PIPELINE}-pipeline"}
    (asked,) = [each for each in by_name[f"{PIPELINE}-pipeline"].allowed if "sts:AssumeRole" in each.actions]
    names = {f"arn:aws:iam::{_account(each)}:role/{each.properties['RoleName']}" for each in of_stages}
    assert set(asked.resources) == names


def _account(role: Resource) -> str:
    return {each.environment: each.account for each in settings_of().stages}[role.stack.rpartition("-")[2]]


def test_cloudformations_role_is_handed_on_by_the_roles_of_changes_and_to_cloudformation_alone(
    templates: Templates, by_name: dict[str, Role]
) -> None:
    hands_on = {name for name, role in by_name.items() if any("iam:PassRole" in each.actions for each in role.allowed)}
    assert hands_on == {f"{PIPELINE}-{stage.environment}-changes" for stage in settings_of().stages}
    for name in hands_on:
        for each in statements(templates, name)["Statement"]:
            if "iam:PassRole" in many(each["Action"]):
                assert each["Condition"] == {"StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}}
                assert all(f"cfn-exec-role-{_of(name)}-" in one for one in many(each["Resource"]))


def _of(role: str) -> str:
    return {f"{PIPELINE}-{each.environment}-changes": each.account for each in settings_of().stages}[role]


CLOUDFORMATION = {f"cloudformation:Describe{what}" for what in ("ChangeSet", "StackEvents", "Stacks")}
READ = {"s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt"}
MAY = {
    "changes": {"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "iam:PassRole", "ssm:GetParameters"}
    | CLOUDFORMATION
    | READ,
    "publish": {"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:PutObject"} | READ,
    "deploy": {"cloudformation:ExecuteChangeSet"} | CLOUDFORMATION,
    "rehearse": {"states:DescribeExecution", "states:DescribeStateMachine", "states:StartExecution"},
}


def test_each_role_has_the_rights_of_its_action_and_none_beside(by_name: dict[str, Role]) -> None:
    of_stages = [name for name in by_name if name.rpartition("-")[2] in MAY]
    assert len(of_stages) == 3 * len(settings_of().stages) + 1
    for name in of_stages:
        assert {action for each in by_name[name].allowed for action in each.actions} == MAY[name.rpartition("-")[2]], name
    pipeline = {action for each in by_name[f"{PIPELINE}-pipeline"].allowed for action in each.actions}
    assert pipeline == {
        *("codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild", "codeconnections:UseConnection"),
        *("kms:Decrypt", "kms:GenerateDataKey", "sns:Publish", "sts:AssumeRole"),
        *("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"),
        *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
    }


def test_each_action_acts_by_the_role_that_is_made_for_it(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    modes = {"CHANGE_SET_REPLACE": "changes", "CHANGE_SET_EXECUTE": "deploy"}
    for stage in settings_of().stages:
        for each in stages[stage.environment]:
            mode = each["Configuration"].get("ActionMode")
            does = {"CloudFormation": modes.get(mode), "S3": "publish", "StepFunctions": "rehearse", "Manual": None}[provider(each)]
            assert does or provider(each) == "Manual", each["Name"]
            role = f"arn:aws:iam::{stage.account}:role/{PIPELINE}-{stage.environment}-{does}" if does else None
            assert each.get("RoleArn") == role, each["Name"]
            if does == "changes":
                executor = f"cdk-hnb659fds-cfn-exec-role-{stage.account}-{each['Region']}"
                assert each["Configuration"]["RoleArn"] == f"arn:aws:iam::{stage.account}:role/{executor}", each["Name"]


def test_what_roles_reach_is_of_their_own_environment(templates: Templates, by_name: dict[str, Role]) -> None:
    for stage in settings_of().stages:
        begin, account = f"{PIPELINE}-{stage.environment}", stage.account
        others = f"arn:aws:cloudformation:us-east-1:{account}:stack/theirs/1"
        assert not allowed(templates, f"{begin}-changes", "cloudformation:CreateChangeSet", others)
        assert not allowed(templates, f"{begin}-deploy", "cloudformation:ExecuteChangeSet", others)
        assert allowed(templates, f"{begin}-publish", "s3:PutObject", f"arn:aws:s3:::cdk-hnb659fds-assets-{account}-us-east-1/a.zip")
        assert not allowed(templates, f"{begin}-publish", "s3:PutObject", f"arn:aws:s3:::causeway-{stage.environment}-data-documents/a.zip")
    machines = "arn:aws:states:us-east-1:333333333333:stateMachine:causeway-staging"
    assert allowed(templates, f"{PIPELINE}-staging-rehearse", "states:StartExecution", f"{machines}-rehearsal")
    assert not allowed(templates, f"{PIPELINE}-staging-rehearse", "states:StartExecution", f"{machines}-erasure")
    (told,) = [each for each in by_name[f"{PIPELINE}-pipeline"].allowed if "sns:Publish" in each.actions]
    assert [each.type for each in told.named] == ["AWS::SNS::Topic"]
    assert "*" not in told.resources


def test_who_prepares_changes_carries_none_out_and_who_carries_out_prepares_none(templates: Templates) -> None:
    for stage in settings_of().stages:
        stack = f"arn:aws:cloudformation:us-east-1:{stage.account}:stack/causeway-{stage.environment}-data/1"
        for does, may, may_not in (("changes", "CreateChangeSet", "ExecuteChangeSet"), ("deploy", "ExecuteChangeSet", "CreateChangeSet")):
            role = f"{PIPELINE}-{stage.environment}-{does}"
            assert allowed(templates, role, f"cloudformation:{may}", stack)
            assert not allowed(templates, role, f"cloudformation:{may_not}", stack)
            for action in ("UpdateStack", "CreateStack", "DeleteStack", "SetStackPolicy"):
                assert not allowed(templates, role, f"cloudformation:{action}", stack)


def test_a_role_of_one_stage_reaches_nothing_of_another(templates: Templates, by_name: dict[str, Role]) -> None:
    accounts = {stage.environment: stage.account for stage in settings_of().stages}
    for stage, own in accounts.items():
        others = [account for name, account in accounts.items() if name != stage]
        for name in (each for each in by_name if each.startswith(f"{PIPELINE}-{stage}-")):
            assert not [account for account in others if account in json.dumps(statements(templates, name))]
            named = json.dumps(statements(templates, name))
            assert own in named


def test_no_file_of_the_source_says_what_a_build_does(templates: Templates) -> None:
    for project in templates.all("AWS::CodeBuild::Project"):
        spec = json.loads(project.properties["Source"]["BuildSpec"])
        assert spec["phases"]["build"]["commands"], project
        assert project.properties["Source"]["Type"] == project.properties["Artifacts"]["Type"] == "CODEPIPELINE"


def test_builds_have_no_privileges_no_secrets_and_an_image_with_a_version(templates: Templates) -> None:
    for project in templates.all("AWS::CodeBuild::Project"):
        environment = project.properties["Environment"]
        assert environment["PrivilegedMode"] is False
        assert not environment["Image"].endswith(":latest")
        assert ":" in environment["Image"]
        assert {each["Name"] for each in environment.get("EnvironmentVariables", [])} <= {"DEPLOYED_STACKS"}
        assert "VpcConfig" not in project.properties
        assert project.properties["Visibility"] == "PRIVATE"


def test_builds_are_logged_end_and_hand_on_what_our_key_encrypts(templates: Templates) -> None:
    for project in templates.all("AWS::CodeBuild::Project"):
        log, key = project.properties["LogsConfig"]["CloudWatchLogs"], templates.target(project.stack, project.properties["EncryptionKey"])
        group = templates.target(project.stack, log["GroupName"])
        assert (log["Status"], group.type if group else None) == ("ENABLED", "AWS::Logs::LogGroup"), project
        assert (key.id if key else "").startswith("ArtifactsKey"), project
    minutes = {each.properties["Name"]: each.properties["TimeoutInMinutes"] for each in templates.all("AWS::CodeBuild::Project")}
    assert minutes == {f"{PIPELINE}-test": 90, f"{PIPELINE}-package": 60}
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    stores = {each["Region"]: each["ArtifactStore"] for each in pipeline.properties["ArtifactStores"]}
    for region, store in stores.items():
        assert store["Location"] == f"{PIPELINE}-artifacts-{settings_of().account}-{region}"
        assert store["EncryptionKey"]["Type"] == "KMS"
    own = templates.target(pipeline.stack, stores["us-east-1"]["EncryptionKey"]["Id"])
    assert (own.id if own else "").startswith("ArtifactsKey")
    assert stores["us-west-2"]["EncryptionKey"]["Id"] == f"arn:aws:kms:us-west-2:{settings_of().account}:alias/causeway-delivery-artifacts"


def test_after_the_tests_no_action_runs_code_of_the_repository(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    names = list(stages)
    assert names == ["source", "test", *(stage.environment for stage in settings_of().stages)]
    for name in names[2:]:
        assert {provider(each) for each in stages[name]} <= RUNS_NONE, name
    assert {provider(each) for each in stages["test"]} == {"CodeBuild"} <= RUNS_CODE


def test_what_is_deployed_has_passed_the_tests(templates: Templates, stages: dict[str, list[Mapping[str, Any]]]) -> None:
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    built = {each["Name"]: templates.target(pipeline.stack, each["Configuration"]["ProjectName"]) for each in stages["test"]}
    assert {name: project.properties["Name"] if project else None for name, project in built.items()} == {
        "test": f"{PIPELINE}-test",
        "package": f"{PIPELINE}-package",
    }
    commands = json.loads(built["test"].properties["Source"]["BuildSpec"])["phases"]["build"]["commands"] if built["test"] else []
    assert commands[0] == "set -euo pipefail"
    assert commands[-1] == "bash .ci/run"


def test_before_approval_prod_is_asked_what_would_change_and_nothing_is_done_there(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    approved = approval(stages["prod"])
    before = [each for each in stages["prod"] if each["RunOrder"] < approved]
    assert before
    assert {each["Configuration"]["ActionMode"] for each in before} == {"CHANGE_SET_REPLACE"}
    assert {each["RoleArn"].rpartition("-")[2] for each in before} == {"changes"}
    beside = [each for name in ("source", "test", "dev", "staging") for each in stages[name]]
    prod = next(stage.account for stage in settings_of().stages if stage.environment == "prod")
    assert not [each["Name"] for each in beside if prod in json.dumps(each)]


def test_what_is_carried_out_is_what_was_approved(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    """All of it is one stage, which CodePipeline runs for one execution at a time, and carrying out reads no artifact."""
    approved = approval(stages["prod"])
    prepared = {each["Configuration"]["StackName"]: each for each in stages["prod"] if each["RunOrder"] < approved}
    done = [each for each in stages["prod"] if each["RunOrder"] > approved and provider(each) == "CloudFormation"]
    assert [each["Configuration"]["StackName"] for each in done] == list(prepared)
    for each in done:
        assert each["Configuration"] == {
            "StackName": each["Configuration"]["StackName"],
            "ChangeSetName": prepared[each["Configuration"]["StackName"]]["Configuration"]["ChangeSetName"],
            "ActionMode": "CHANGE_SET_EXECUTE",
        }
        assert not each.get("InputArtifacts")


def test_prod_is_deployed_when_staging_has_passed_its_rehearsal(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    last = max(stages["staging"], key=lambda each: int(each["RunOrder"]))
    assert provider(last) == "StepFunctions"
    assert last["Configuration"]["StateMachineArn"].endswith(":stateMachine:causeway-staging-rehearsal")
    assert list(stages).index("staging") < list(stages).index("prod")


def test_a_run_makes_templates_and_code_from_the_source_and_from_nothing_else(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    made = {one["Name"]: each for actions in stages.values() for each in actions for one in each.get("OutputArtifacts", [])}
    assert set(made) == {"Source", "Templates", "Assets"}
    assert provider(made["Source"]) == "CodeStarSourceConnection"
    assert made["Templates"] == made["Assets"]
    for action in stages["test"]:
        assert [each["Name"] for each in action["InputArtifacts"]] == ["Source"]
    for name in (stage.environment for stage in settings_of().stages):
        assert {one["Name"] for each in stages[name] for one in each.get("InputArtifacts", [])} == {"Templates", "Assets"}


def test_no_action_changes_the_pipeline_and_no_deploy_reaches_its_roles(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    named = [each["Configuration"]["StackName"] for actions in stages.values() for each in actions if "StackName" in each["Configuration"]]
    assert named
    assert not [each for each in named if each.startswith(PIPELINE)]
    cloudformation = json.loads(json.dumps(document(load("prod"))))
    bounded = {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/causeway-prod-functions-boundary"}
    for action in ("AttachRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole"):
        for name, said in ((f"{PIPELINE}-prod-deploy", None), ("causeway-prod-answers", "allow")):
            asked = Request(f"iam:{action}", f"arn:aws:iam::123456789012:role/{name}", bounded)
            assert verdict(cloudformation, asked) == said, (action, name)


def test_each_role_is_bounded_by_its_own_policy(templates: Templates) -> None:
    for role in templates.all("AWS::IAM::Role"):
        boundary = templates.target(role.stack, role.properties["PermissionsBoundary"])
        assert boundary is not None
        assert boundary.type == "AWS::IAM::ManagedPolicy"
        attached = [templates.target(role.stack, each) for each in role.properties.get("ManagedPolicyArns", [])]
        assert not role.properties.get("Policies")
        assert attached == [boundary] or boundary.id.startswith("TellingBoundary"), role


def test_no_policy_is_longer_than_iam_takes(templates: Templates) -> None:
    for policy in templates.all("AWS::IAM::ManagedPolicy"):
        assert len(json.dumps(policy.properties["PolicyDocument"], separators=(",", ":"))) < LONGEST_POLICY, policy


def test_artifacts_are_encrypted_kept_for_a_month_and_read_by_roles_of_stages_by_name(templates: Templates) -> None:
    buckets = [each for each in templates.all("AWS::S3::Bucket") if "artifacts" in str(each.properties.get("BucketName"))]
    assert len(buckets) == 2, "one in each region that prod has"
    for bucket in buckets:
        (encryption,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert {rule["ExpirationInDays"] for rule in bucket.properties["LifecycleConfiguration"]["Rules"]} == {30}
        assert all(bucket.properties["PublicAccessBlockConfiguration"].values()), bucket
        assert len(bucket.properties["PublicAccessBlockConfiguration"]) == 4, bucket
    for policy in templates.all("AWS::S3::BucketPolicy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow" and "AWS" in statement["Principal"]:
                assert set(many(statement["Action"])) == {"s3:GetObject", "s3:GetObjectVersion"}
                assert json.dumps(statement["Resource"]).count(f"/{PIPELINE}/*") == len(many(statement["Resource"]))
                readers = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
                assert all(each.endswith(("-changes", "-publish")) for each in readers)


def test_the_key_of_artifacts_opens_for_roles_of_stages_alone_and_through_s3(templates: Templates) -> None:
    for key in templates.all("AWS::KMS::Key"):
        for statement in key.properties["KeyPolicy"]["Statement"]:
            if statement.get("Sid") == "StagesRead":
                assert statement["Action"] == "kms:Decrypt"
                assert statement["Condition"]["StringEquals"]["kms:ViaService"].startswith("s3.")
                readers = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
                assert all(each.endswith(("-changes", "-publish")) for each in readers)


def test_who_moves_files_may_look_at_the_bucket_and_list_nothing(templates: Templates, stages: dict[str, list[Mapping[str, Any]]]) -> None:
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    stores = [each["ArtifactStore"]["Location"] for each in pipeline.properties["ArtifactStores"]]
    moved = {f"{PIPELINE}-pipeline": {name for name in stores if isinstance(name, str)}}
    for action in [each for actions in stages.values() for each in actions if provider(each) == "S3"]:
        moved.setdefault(action["RoleArn"].rpartition("/")[2], set()).add(action["Configuration"]["BucketName"])
    assert set(moved) == {f"{PIPELINE}-pipeline", *(f"{PIPELINE}-{each.environment}-publish" for each in settings_of().stages)}
    for role, buckets in moved.items():
        assert buckets
        for bucket in buckets:
            assert {each for each in BUCKET if allowed(templates, role, each, f"arn:aws:s3:::{bucket}")} == BUCKET
            assert not allowed(templates, role, "s3:ListBucket", f"arn:aws:s3:::{bucket}")


def test_one_release_at_a_time_goes_through_and_comes_from_one_repository(templates: Templates) -> None:
    """Side by side, a second release could put its change sets in the place of those that somebody has approved."""
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    assert (pipeline.properties["PipelineType"], pipeline.properties["ExecutionMode"]) == ("V2", "SUPERSEDED")
    (source,) = pipeline.properties["Stages"][0]["Actions"]
    of_pipeline = statements(templates, f"{PIPELINE}-pipeline")["Statement"]
    (use,) = [each for each in of_pipeline if any(name.endswith(":UseConnection") for name in many(each["Action"]))]
    assert use["Resource"] == source["Configuration"]["ConnectionArn"]
    assert source["Configuration"]["BranchName"] == "main"
    # In calls that are about no repository the key is absent, which ForAllValues lets through: a denial of all others stops the source.
    ((operator, keys),) = use["Condition"].items()
    assert operator == "ForAllValues:StringEquals"
    assert list(keys.values()) == [source["Configuration"]["FullRepositoryId"]]


def test_change_sets_may_name_roles_and_expand_nothing(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    asked = [
        each["Configuration"].get("Capabilities") for actions in stages.values() for each in actions if provider(each) == "CloudFormation"
    ]
    assert set(asked) == {"CAPABILITY_NAMED_IAM", None}


def test_every_stage_that_fails_is_told(templates: Templates) -> None:
    (rule,) = templates.all("AWS::Events::Rule")
    assert rule.properties["EventPattern"] == {
        "source": ["aws.codepipeline"],
        "detail-type": ["CodePipeline Stage Execution State Change"],
        "detail": {"pipeline": [PIPELINE], "state": ["FAILED"]},
    }
    assert rule.properties.get("State", "ENABLED") == "ENABLED"
    (target,) = rule.properties["Targets"]
    topic = templates.target(rule.stack, target["Arn"])
    assert (topic.type if topic else None) == "AWS::SNS::Topic"
    assert "delivering.md" in rule.properties["Targets"][0]["InputTransformer"]["InputTemplate"]


def test_people_are_asked_for_approval(templates: Templates, stages: dict[str, list[Mapping[str, Any]]]) -> None:
    (pipeline,) = templates.all("AWS::CodePipeline::Pipeline")
    (asked,) = [each["Configuration"] for each in stages["prod"] if provider(each) == "Manual"]
    topic = templates.target(pipeline.stack, asked["NotificationArn"])
    assert (topic.type if topic else None) == "AWS::SNS::Topic"
    assert "account 444455556666, stacks causeway-prod-*" in asked["CustomData"]


def test_the_pipeline_keeps_to_the_limits_of_codepipeline(stages: dict[str, list[Mapping[str, Any]]]) -> None:
    for name, actions in stages.items():
        assert len(actions) <= MOST_ACTIONS_OF_A_STAGE, name
        assert len({each["Name"] for each in actions}) == len(actions)
        assert max(len(each["Name"]) for each in actions) <= 100


def test_the_pipeline_deploys_each_stack_of_an_environment_after_those_that_it_needs(app: Synthesized) -> None:
    order = list(deployed(app.environment))
    assert set(order) == set(app.templates)
    manifest = json.loads((app.folder / "manifest.json").read_text())["artifacts"]
    for name in order:
        needed = [each for each in manifest[name].get("dependencies", []) if manifest[each]["type"] == "aws:cloudformation:stack"]
        assert all(order.index(each) < order.index(name) for each in needed), name
        assert manifest[name]["environment"].rpartition("/")[2] == deployed(app.environment)[name]


def test_no_template_needs_more_of_cloudformation_than_the_pipeline_says(app: Synthesized) -> None:
    assert not [name for name, template in app.templates.items() if "Transform" in template]
    assert not list(app.all("AWS::CloudFormation::Stack", "AWS::CloudFormation::Macro"))


def _with(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    values: dict[str, Any] = yaml.safe_load(FILE.read_text())
    for key, value in changes.items():
        place: Any = values
        *path, last = key.split(".")
        for part in path:
            place = place[int(part)] if part.isdigit() else place[part]
        place[last] = value
    return values


REFUSED = {
    "stages.2.approve": (False, "stages.prod.approve=false: prod is deployed when a person has seen the change sets"),
    "stages.2.account": ("222222222222", "stages.prod.account=222222222222 is that of dev too"),
    "account": ("444455556666", "stages.prod.account=444455556666 is that of the pipeline too"),
    "stages.0.environment": ("prod", "name each environment once, in the order"),
    "stages.0.rehearse": (True, "stages.dev.rehearse=true needs assistant.rehearsal in environments/dev.yaml"),
    "alarm_emails": ([], "alarm_emails is empty"),
    "builds.image": ("python:latest", "builds.image"),
    "builds.python": ("3.10", "the app runs on 3.11 to 3.14"),
    "region": ("eu-west-1", "is of another account or region than the pipeline's"),
    "source.repository": ("causeway", "source.repository"),
    "log_retention_days": (366, "log_retention_days"),
    "stages.0.account": ("١" * 12, "is not of the form"),
    "stages.0.secret": ("x", "unknown key"),
}


@pytest.fixture(params=sorted(REFUSED))
def refused(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    value, why = REFUSED[request.param]
    file = tmp_path / "delivery.yaml"
    file.write_text(yaml.safe_dump(_with({request.param: value})))
    return file, why


def test_what_cannot_work_is_refused_with_a_sentence(refused: tuple[Path, str]) -> None:
    file, why = refused
    with pytest.raises(InvalidEnvironment) as caught:
        DeliveryApp(file=file)
    assert why in str(caught.value)
