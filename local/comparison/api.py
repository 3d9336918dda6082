"""Observers of API Gateway, Cognito and WAF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.template import Resource
from local.comparison.words import only, pascal, renamed, tag_list

Client = Callable[[str], Any]
Properties = dict[str, Any]


def rest_api(client: Client, resource: Resource) -> Properties:
    found: Properties = client("apigateway").get_rest_api(restApiId=resource.id)
    return {**pascal({name: value for name, value in found.items() if name != "tags"}), "Tags": tag_list(found.get("tags", {}))}


def resource_path(client: Client, resource: Resource) -> Properties:
    api = resource.properties["RestApiId"]
    found: Properties = client("apigateway").get_resource(restApiId=api, resourceId=resource.id)
    return {**pascal(found), "RestApiId": api}


def method(client: Client, resource: Resource) -> Properties:
    asked = resource.properties
    api, path = asked["RestApiId"], resource.id.split("-")[1]
    found: Properties = client("apigateway").get_method(restApiId=api, resourceId=path, httpMethod=asked["HttpMethod"])
    said = pascal({name: value for name, value in found.items() if name not in VERBATIM})
    integration = found.get("methodIntegration", {})
    return {
        **said,
        **{name[:1].upper() + name[1:]: found.get(name) for name in VERBATIM},
        "RestApiId": api,
        "ResourceId": path,
        "Integration": {**pascal(integration), "IntegrationHttpMethod": integration.get("httpMethod")},
    }


VERBATIM = ("requestModels", "requestParameters", "methodIntegration")


def in_api(operation: str, id: str) -> Callable[[Client, Resource], Properties]:
    """The observer of a part of an API whose get call takes restApiId and one more argument."""

    def observe(client: Client, resource: Resource) -> Properties:
        api = resource.properties["RestApiId"]
        found: Properties = getattr(client("apigateway"), operation)(restApiId=api, **{id: resource.id})
        return {**pascal(found), "RestApiId": api}

    return observe


def gateway_response(client: Client, resource: Resource) -> Properties:
    asked = resource.properties
    found: Properties = client("apigateway").get_gateway_response(restApiId=asked["RestApiId"], responseType=asked["ResponseType"])
    parts = {"ResponseParameters": found.get("responseParameters"), "ResponseTemplates": found.get("responseTemplates")}
    return {**pascal(found), **parts, "RestApiId": asked["RestApiId"]}


def stage(client: Client, resource: Resource) -> Properties:
    api = resource.properties["RestApiId"]
    found: Properties = client("apigateway").get_stage(restApiId=api, stageName=resource.id)
    settings = [
        {"ResourcePath": "/" + path.rsplit("/", 1)[0], "HttpMethod": path.rsplit("/", 1)[1], **pascal(values)}
        for path, values in found.get("methodSettings", {}).items()
    ]
    said = renamed(pascal(found), {"AccessLogSettings": "AccessLogSetting"})
    return {**said, "MethodSettings": settings, "RestApiId": api, "Tags": tag_list(found.get("tags", {}))}


def user_pool(client: Client, resource: Resource) -> Properties:
    found: Properties = client("cognito-idp").describe_user_pool(UserPoolId=resource.id)["UserPool"]
    factors = client("cognito-idp").get_user_pool_mfa_config(UserPoolId=resource.id)
    return {
        **renamed(found, {"Name": "UserPoolName"}),
        "EnabledMfas": ["SOFTWARE_TOKEN_MFA"] if factors.get("SoftwareTokenMfaConfiguration", {}).get("Enabled") else [],
        "Schema": [custom(each) for each in found["SchemaAttributes"] if each["Name"].startswith("custom:")],
    }


def custom(attribute: Properties) -> Properties:
    """A custom attribute under the name that the template uses."""
    return {**attribute, "Name": attribute["Name"].removeprefix("custom:")}


def user_pool_client(client: Client, resource: Resource) -> Properties:
    pool = resource.properties["UserPoolId"]
    found: Properties = client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=resource.id)["UserPoolClient"]
    return {**found, "GenerateSecret": "ClientSecret" in found}


def user_pool_domain(client: Client, resource: Resource) -> Properties:
    found: Properties = client("cognito-idp").describe_user_pool_domain(Domain=resource.id)["DomainDescription"]
    return found


def resource_server(client: Client, resource: Resource) -> Properties:
    pool = resource.properties["UserPoolId"]
    found: Properties = client("cognito-idp").describe_resource_server(UserPoolId=pool, Identifier=resource.id)["ResourceServer"]
    return found


def api_key(client: Client, resource: Resource) -> Properties:
    found: Properties = client("apigateway").get_api_key(apiKey=resource.id)
    return {**pascal(found), "Tags": tag_list(found.get("tags", {}))}


def usage_plan(client: Client, resource: Resource) -> Properties:
    found: Properties = client("apigateway").get_usage_plan(usagePlanId=resource.id)
    said = renamed(pascal(found), {"Name": "UsagePlanName"})
    return {**said, "Tags": tag_list(found.get("tags", {}))}


def usage_plan_key(client: Client, resource: Resource) -> Properties:
    plan, key = resource.properties["UsagePlanId"], resource.properties["KeyId"]
    found: Properties = client("apigateway").get_usage_plan_key(usagePlanId=plan, keyId=key)
    return {"KeyId": found["id"], "KeyType": found["type"], "UsagePlanId": plan}


def firewall(client: Client, resource: Resource) -> Properties:
    name, id, scope = resource.id.split("|")
    found: Properties = client("wafv2").get_web_acl(Name=name, Id=id, Scope=scope)["WebACL"]
    tags = client("wafv2").list_tags_for_resource(ResourceARN=found["ARN"])["TagInfoForResource"]["TagList"]
    return {**found, "Scope": scope, "Tags": tags}


def firewall_association(client: Client, resource: Resource) -> Properties:
    found = client("wafv2").get_web_acl_for_resource(ResourceArn=resource.properties["ResourceArn"])
    return {"ResourceArn": resource.properties["ResourceArn"], "WebACLArn": only([found["WebACL"]])["ARN"]}


OBSERVERS = {
    "AWS::ApiGateway::ApiKey": api_key,
    "AWS::ApiGateway::Authorizer": in_api("get_authorizer", "authorizerId"),
    "AWS::ApiGateway::Deployment": in_api("get_deployment", "deploymentId"),
    "AWS::ApiGateway::GatewayResponse": gateway_response,
    "AWS::ApiGateway::Method": method,
    "AWS::ApiGateway::Model": in_api("get_model", "modelName"),
    "AWS::ApiGateway::RequestValidator": in_api("get_request_validator", "requestValidatorId"),
    "AWS::ApiGateway::Resource": resource_path,
    "AWS::ApiGateway::RestApi": rest_api,
    "AWS::ApiGateway::Stage": stage,
    "AWS::ApiGateway::UsagePlan": usage_plan,
    "AWS::ApiGateway::UsagePlanKey": usage_plan_key,
    "AWS::Cognito::UserPool": user_pool,
    "AWS::Cognito::UserPoolClient": user_pool_client,
    "AWS::Cognito::UserPoolDomain": user_pool_domain,
    "AWS::Cognito::UserPoolResourceServer": resource_server,
    "AWS::WAFv2::WebACL": firewall,
    "AWS::WAFv2::WebACLAssociation": firewall_association,
}
