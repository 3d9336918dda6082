"""The CloudFormation types that this app uses, and how the local AWS serves each of them.

`made` lists those that are created through ministack's own APIs. A type in none of these tables is refused.
For a new type, decide where it belongs, and write in docs/local.md what that means.
"""

from __future__ import annotations

from local.cloud.recorded import Recipe

EMULATED = (
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::AppConfig::Application",
    "AWS::AppConfig::ConfigurationProfile",
    "AWS::AppConfig::Deployment",
    "AWS::AppConfig::DeploymentStrategy",
    "AWS::AppConfig::Environment",
    "AWS::AppConfig::HostedConfigurationVersion",
    "AWS::CloudWatch::Alarm",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::DynamoDB::GlobalTable",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ECR::Repository",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::Logs::ResourcePolicy",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::Scheduler::Schedule",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
)

SAGEMAKER = "arn:aws:sagemaker:{region}:{account}"

RECORDED = {
    "AWS::EC2::NetworkAcl": Recipe("{name}", {"Id": "{name}"}),
    "AWS::EC2::NetworkAclEntry": Recipe(),
    "AWS::EC2::SubnetNetworkAclAssociation": Recipe("{SubnetId}"),
    "AWS::Cognito::LogDeliveryConfiguration": Recipe("{UserPoolId}"),
    "AWS::Cognito::UserPoolRiskConfigurationAttachment": Recipe("{UserPoolId}|{ClientId}"),
    "AWS::EventSchemas::Registry": Recipe("{RegistryName}", {"RegistryName": "{RegistryName}"}),
    "AWS::EventSchemas::Schema": Recipe("{RegistryName}/{SchemaName}", {"SchemaName": "{SchemaName}"}),
    "AWS::SageMaker::EndpointConfig": Recipe(
        SAGEMAKER + ":endpoint-config/{name}", {"EndpointConfigName": "{name}"}, named_by="EndpointConfigName"
    ),
    "AWS::SageMaker::Model": Recipe(SAGEMAKER + ":model/{name}", {"ModelName": "{name}"}, named_by="ModelName"),
    "AWS::SecretsManager::ResourcePolicy": Recipe("{SecretId}"),
    "AWS::WAFv2::LoggingConfiguration": Recipe("{ResourceArn}"),
}
