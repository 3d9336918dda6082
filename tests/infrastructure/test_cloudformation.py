"""What CloudFormation and the services behind it would refuse, in every environment: schemas by cfn-lint, limits by hand."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list

# W3005: CDK writes a DependsOn beside the reference that implies it; CloudFormation takes both for one.
# W3010: zones are named in the configuration, so that synth asks no account for them; preflight does.
IGNORED = ["W3005", "W3010"]
NAME_LIMITS = {
    ("AWS::S3::Bucket", "BucketName"): 63,
    ("AWS::IAM::Role", "RoleName"): 64,
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"): 128,
    ("AWS::Lambda::Function", "FunctionName"): 64,
    ("AWS::Lambda::Function", "Description"): 256,
    ("AWS::OpenSearchService::Domain", "DomainName"): 28,
    ("AWS::StepFunctions::StateMachine", "StateMachineName"): 80,
    ("AWS::SageMaker::Endpoint", "EndpointName"): 63,
    ("AWS::Events::Archive", "ArchiveName"): 48,
    ("AWS::Events::Rule", "Name"): 64,
    ("AWS::EventSchemas::Registry", "RegistryName"): 64,
    ("AWS::Bedrock::Guardrail", "Name"): 50,
    ("AWS::Bedrock::Guardrail", "BlockedInputMessaging"): 500,
    ("AWS::Bedrock::Guardrail", "BlockedOutputsMessaging"): 500,
    ("AWS::Bedrock::GuardrailVersion", "Description"): 200,
    ("AWS::CloudWatch::Alarm", "AlarmDescription"): 1024,
    ("AWS::SSM::Parameter", "Value"): 4096,
    ("AWS::Logs::LogGroup", "LogGroupName"): 512,
    ("AWS::WAFv2::WebACL", "Name"): 128,
}
RESOURCES_A_STACK, TEMPLATE_BYTES, EXPORT_NAME = 500, 1_000_000, 255
MANAGED_POLICY, POLICIES_A_ROLE, TRUST_POLICY = 6144, 10, 2048
KEY_POLICY, BUCKET_POLICY, ENDPOINT_POLICY, LOG_POLICY = 32_768, 20_480, 20_480, 5120
LOG_POLICIES_A_REGION = 10
ACCESS_LOG_FORMAT = 3 * 1024


def written(app: Synthesized, resource: Resource, document: Any) -> int:
    """Characters of a policy as the service counts them: without white space."""
    text = resolved(app, resource.stack, document)
    return len(text if isinstance(text, str) else json.dumps(text, separators=(",", ":")))


def policies(app: Synthesized) -> Iterator[tuple[Resource, Any, int]]:
    """Every policy document with the size its service allows."""
    kinds = {
        "AWS::IAM::ManagedPolicy": ("PolicyDocument", MANAGED_POLICY),
        "AWS::IAM::Role": ("AssumeRolePolicyDocument", TRUST_POLICY),
        "AWS::KMS::Key": ("KeyPolicy", KEY_POLICY),
        "AWS::S3::BucketPolicy": ("PolicyDocument", BUCKET_POLICY),
        "AWS::EC2::VPCEndpoint": ("PolicyDocument", ENDPOINT_POLICY),
        "AWS::Logs::ResourcePolicy": ("PolicyDocument", LOG_POLICY),
    }
    for resource in app.all(*kinds):
        name, limit = kinds[resource.type]
        yield resource, resource.properties[name], limit


def test_cloudformation_would_take_every_template(app: Synthesized) -> None:
    """Takes 2 s a stack, so templates that passed are not asked about again while they stay as they are."""
    passed = app.folder / f"passed-cfn-lint-{version('cfn-lint')}-{'-'.join(IGNORED)}"
    if passed.exists():
        return
    found = []
    for stack, template in app.templates.items():
        region = app.environment.data.replica_region if stack.endswith("-replica") else app.environment.region
        matches = lint(json.dumps(template), config=ManualArgs(regions=[str(region)], ignore_checks=IGNORED))
        found += [f"{stack}: {match.rule.id} {match.message} at {'/'.join(map(str, match.path or []))}" for match in matches]
    assert not found, "\n".join(found)
    passed.touch()


def test_step_functions_would_take_every_definition(app: Synthesized) -> None:
    for machine in app.all("AWS::StepFunctions::StateMachine"):
        definition = resolved(app, machine.stack, machine.properties["DefinitionString"])
        properties = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/states", "DefinitionString": definition}
        matches = lint(json.dumps({"Resources": {"Machine": {"Type": machine.type, "Properties": properties}}}))
        assert not [match.message for match in matches], machine


@pytest.mark.parametrize(("wrong", "rule"), [({"Type": "Chioce"}, "E3601"), ({"Type": "Choice", "Default": "One"}, "E3601")])
def test_a_wrong_definition_is_seen(wrong: dict[str, Any], rule: str) -> None:
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "One", "States": {"One": wrong}})
    properties = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/states", "DefinitionString": definition}
    matches = lint(json.dumps({"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}))
    assert rule in {match.rule.id for match in matches}


def test_no_stack_outgrows_cloudformation(app: Synthesized) -> None:
    for stack, template in app.templates.items():
        assert len(template["Resources"]) <= RESOURCES_A_STACK, stack
        assert len(json.dumps(template)) <= TEMPLATE_BYTES, stack
        for output in template.get("Outputs", {}).values():
            assert len(str(output.get("Export", {}).get("Name", ""))) <= EXPORT_NAME, stack


def test_every_policy_fits_into_its_service(app: Synthesized) -> None:
    measured = {str(resource): (written(app, resource, document), limit) for resource, document, limit in policies(app)}
    assert len(measured) > 40
    assert not {name: sizes for name, sizes in measured.items() if sizes[0] > sizes[1]}


def test_no_role_carries_more_policies_than_iam_allows(app: Synthesized) -> None:
    attached = {str(role): len(role.properties.get("ManagedPolicyArns", [])) for role in app.all("AWS::IAM::Role")}
    for policy in app.all("AWS::IAM::ManagedPolicy"):
        for role in policy.properties.get("Roles", []):
            attached[str(app.target(policy.stack, role))] += 1
    assert max(attached.values()) <= POLICIES_A_ROLE


def test_log_groups_need_few_resource_policies_of_the_regions_ten(app: Synthesized) -> None:
    assert len(app.all("AWS::Logs::ResourcePolicy")) <= LOG_POLICIES_A_REGION // 5


def test_every_given_name_and_text_fits(app: Synthesized) -> None:
    for (kind, name), limit in NAME_LIMITS.items():
        for resource in app.all(kind):
            if name in resource.properties:
                text = resolved(app, resource.stack, resource.properties[name])
                assert len(text) <= limit, f"{resource}: {name}={text}"


def test_the_access_log_format_fits_into_a_stage(app: Synthesized) -> None:
    for stage in app.all("AWS::ApiGateway::Stage"):
        assert len(stage.properties["AccessLogSetting"]["Format"]) <= ACCESS_LOG_FORMAT


def test_names_that_are_the_accounts_carry_the_environment(app: Synthesized) -> None:
    """So that two environments fit into one account and region."""
    for kind, name in (*NAME_LIMITS, ("AWS::KMS::Alias", "AliasName"), ("AWS::SSM::Parameter", "Name")):
        for resource in app.all(kind):
            if name.endswith("Name") and name in resource.properties:
                assert app.name in json.dumps(resource.properties[name]), f"{resource}: {name}"


def test_no_two_resources_of_a_region_share_a_name(app: Synthesized) -> None:
    seen: dict[tuple[str, str, str], Resource] = {}
    for resource in app.all(*{kind for kind, _ in NAME_LIMITS}):
        for kind, name in NAME_LIMITS:
            if kind == resource.type and name.endswith("Name") and name in resource.properties:
                place = (kind, str(resource.stack.endswith("-replica")), json.dumps(resource.properties[name]))
                assert place not in seen, f"{resource} and {seen[place]}"
                seen[place] = resource


def test_the_vpcs_functions_and_endpoints_fit_into_their_subnets(app: Synthesized) -> None:
    """A zone's private subnet holds an address for each endpoint, each data and master node, two for each instance, and Lambda's."""
    size, network = app.environment, app.environment.network
    nodes = size.search.data_nodes + size.search.master_nodes
    instances = sum(each.max_instances for each in size.models.embeddings)
    asked = len(network.interface_endpoints) + 3 * nodes + 2 * 2 * instances + 10
    assert all(asked <= subnet.num_addresses - 5 for subnet in network.private_subnets)


def test_every_name_a_custom_resource_answers_to_is_within_the_timeout_of_cloudformation(app: Synthesized) -> None:
    for resource in app.all():
        if resource.type.startswith("Custom::"):
            function = app.target(resource.stack, resource.properties["ServiceToken"])
            assert function is not None, resource
            assert function.properties["Timeout"] < int(resource.properties["ServiceTimeout"]) <= 3600, resource


def test_every_managed_service_is_named_as_its_policies_expect(app: Synthesized) -> None:
    for configuration in app.all("AWS::WAFv2::LoggingConfiguration"):
        for destination in as_list(configuration.properties["LogDestinationConfigs"]):
            assert ":log-group:aws-waf-logs-" in resolved(app, configuration.stack, destination)
