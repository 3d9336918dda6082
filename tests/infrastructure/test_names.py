"""Two environments can live in one account: nothing that has a name there lacks the environment's."""

from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Synthesized

BEGINNINGS = (
    *("causeway-", "/causeway/", "alias/causeway-", "alias/causeway/"),
    *("aws-waf-logs-causeway-", "/aws/vendedlogs/causeway/", "/aws/sagemaker/Endpoints/causeway-"),
)
NAMES = {
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::Bedrock::Guardrail": "Name",
    "AWS::Cognito::UserPool": "UserPoolName",
    "AWS::EventSchemas::Registry": "RegistryName",
    "AWS::Events::Archive": "ArchiveName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::ResourcePolicy": "PolicyName",
    "AWS::OpenSearchService::Domain": "DomainName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SageMaker::Endpoint": "EndpointName",
    "AWS::SSM::Parameter": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::WAFv2::WebACL": "Name",
}


def test_every_name_in_the_account_carries_the_environment(app: Synthesized) -> None:
    named = [each for each in app.all(*NAMES) if NAMES[each.type] in each.properties]
    assert len(named) > len(NAMES)
    for resource in named:
        name = str(resolved(app, resource.stack, resource.properties[NAMES[resource.type]]))
        assert any(name.startswith(f"{start}{app.name}") for start in BEGINNINGS) or name.endswith(f"/{app.name}"), resource


def test_what_can_have_a_name_and_is_not_asked_for_it_has_none(app: Synthesized) -> None:
    others = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::DynamoDB::GlobalTable", "AWS::CloudWatch::Alarm", "AWS::SageMaker::Model")
    for resource in app.all(*others):
        assert not {"QueueName", "TopicName", "TableName", "AlarmName", "ModelName"} & set(resource.properties), resource


def test_what_has_no_name_of_ours_is_named_after_a_stack_that_carries_it(app: Synthesized) -> None:
    assert all(stack.startswith(f"causeway-{app.name}-") for stack in app.templates)


def test_metrics_of_each_environment_lie_in_a_namespace_of_their_own(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        assert function.properties["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == f"causeway-{app.name}", function
    for alarm in app.all("AWS::CloudWatch::Alarm"):
        assert alarm.properties.get("Namespace", "AWS/").startswith(("AWS/", f"causeway-{app.name}")), alarm
