"""Types for which ministack has an API but no CloudFormation handler: created by calling that API."""

from __future__ import annotations

import json

from local.cloud import emulator
from local.cloud.clients import call, camel
from local.cloud.other_accounts import forget_policy, keep_policy
from local.cloud.recipes import Made, Recipe
from local.cloud.recorded import Properties
from local.cloud.security_groups import security_group_rule
from local.settings import ACCOUNT, REGION

VALIDATED = {"ValidateRequestBody": "validateRequestBody", "ValidateRequestParameters": "validateRequestParameters"}


def _guardrail_arguments(properties: Properties) -> Properties:
    texts = {key: value for key, value in properties.items() if key not in ("KmsKeyArn", "CrossRegionConfig")}
    arguments: Properties = camel(texts)
    if "KmsKeyArn" in properties:
        arguments["kmsKeyId"] = properties["KmsKeyArn"]
    if "CrossRegionConfig" in properties:
        arguments["crossRegionConfig"] = {"guardrailProfileIdentifier": properties["CrossRegionConfig"]["GuardrailProfileArn"]}
    return arguments


def _guardrail_made(answer: Properties) -> Made:
    arn = answer["guardrailArn"]
    return arn, {"GuardrailArn": arn, "GuardrailId": answer["guardrailId"], "Version": "DRAFT", "Status": "READY"}


def _make_guardrail(properties: Properties, name: str) -> Made:
    return _guardrail_made(call("bedrock", "create_guardrail", **{"name": name[:50], **_guardrail_arguments(properties)}))


def _change_guardrail(arn: str, properties: Properties) -> Made:
    made = call("bedrock", "update_guardrail", guardrailIdentifier=_last(arn), **_guardrail_arguments(properties))
    call("bedrock", "tag_resource", resourceARN=arn, tags=camel(properties.get("Tags", [])))
    return _guardrail_made(made)


def _make_guardrail_version(properties: Properties, name: str) -> Made:
    guardrail = _last(properties["GuardrailIdentifier"])
    made = call("bedrock", "create_guardrail_version", guardrailIdentifier=guardrail)
    stored = emulator.part("services.bedrock")._guardrail_versions[f"{guardrail}/{made['version']}"]
    stored["Description"] = properties.get("Description", "")
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/{guardrail}"
    return f"{guardrail}|{made['version']}", {"Version": made["version"], "GuardrailId": guardrail, "GuardrailArn": arn}


def _delete_guardrail_version(id: str, properties: Properties) -> None:
    """Does nothing: ministack's delete call would delete the whole guardrail."""
    emulator.part("services.bedrock")._guardrail_versions.pop("/".join(id.split("|")), None)


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def _tag(id: str, properties: Properties) -> None:
    if "Tags" in properties:
        call("ec2", "create_tags", Resources=[id], Tags=properties["Tags"])


def _make_address(properties: Properties, name: str) -> Made:
    made = call("ec2", "allocate_address", Domain="vpc")
    _tag(made["AllocationId"], properties)
    return made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}


def _release_address(address: str, properties: Properties) -> None:
    found = call("ec2", "describe_addresses", PublicIps=[address])["Addresses"]
    call("ec2", "release_address", AllocationId=found[0]["AllocationId"])


def _make_nat_gateway(properties: Properties, name: str) -> Made:
    made = call("ec2", "create_nat_gateway", SubnetId=properties["SubnetId"], AllocationId=properties.get("AllocationId"))
    id = made["NatGateway"]["NatGatewayId"]
    _tag(id, properties)
    return id, {"NatGatewayId": id}


def _make_flow_log(properties: Properties, name: str) -> Made:
    arguments = {key: value for key, value in properties.items() if key not in ("ResourceId", "Tags")}
    id = call("ec2", "create_flow_logs", **arguments, ResourceIds=[properties["ResourceId"]])["FlowLogIds"][0]
    _tag(id, properties)
    return id, {"Id": id}


def _make_validator(properties: Properties, name: str) -> Made:
    flags = {camel_name: properties.get(name) for name, camel_name in VALIDATED.items()}
    id = call("apigateway", "create_request_validator", restApiId=properties["RestApiId"], name=properties.get("Name", name), **flags)["id"]
    return id, {"RequestValidatorId": id}


def _delete_validator(id: str, properties: Properties) -> None:
    call("apigateway", "delete_request_validator", restApiId=properties["RestApiId"], requestValidatorId=id)


def _associate_firewall(properties: Properties, name: str) -> Made:
    call("wafv2", "associate_web_acl", WebACLArn=properties["WebACLArn"], ResourceArn=properties["ResourceArn"])
    return f"{properties['ResourceArn']}|{properties['WebACLArn']}", {}


def _archive_arguments(properties: Properties, name: str) -> Properties:
    pattern = {"EventPattern": json.dumps(properties["EventPattern"])} if "EventPattern" in properties else {}
    return {"ArchiveName": name[:48], **{key: value for key, value in properties.items() if key != "SourceArn"}, **pattern}


def _archive_made(name: str) -> Made:
    return name, {"Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:archive/{name}"}


def _make_archive(properties: Properties, name: str) -> Made:
    arguments = _archive_arguments(properties, name)
    call("events", "create_archive", EventSourceArn=properties["SourceArn"], **arguments)
    return _archive_made(arguments["ArchiveName"])


def _change_archive(name: str, properties: Properties) -> Made:
    call("events", "update_archive", **_archive_arguments(properties, name))
    return _archive_made(name)


def _keep_policy(properties: Properties, name: str) -> Made:
    bus, id = properties["EventBusName"], properties["StatementId"]
    keep_policy(bus, id, properties["Statement"])
    return f"{bus}|{id}", {}


MADE = {
    "AWS::ApiGateway::RequestValidator": Recipe(_make_validator, _delete_validator),
    "AWS::Bedrock::Guardrail": Recipe(
        _make_guardrail, lambda arn, _: call("bedrock", "delete_guardrail", guardrailIdentifier=_last(arn)), _change_guardrail
    ),
    "AWS::Bedrock::GuardrailVersion": Recipe(_make_guardrail_version, _delete_guardrail_version),
    "AWS::EC2::EIP": Recipe(_make_address, _release_address),
    "AWS::EC2::FlowLog": Recipe(_make_flow_log, lambda id, _: call("ec2", "delete_flow_logs", FlowLogIds=[id])),
    "AWS::EC2::NatGateway": Recipe(_make_nat_gateway, lambda id, _: call("ec2", "delete_nat_gateway", NatGatewayId=id)),
    "AWS::EC2::SecurityGroupEgress": security_group_rule("IpPermissionsEgress"),
    "AWS::EC2::SecurityGroupIngress": security_group_rule("IpPermissions"),
    "AWS::Events::Archive": Recipe(_make_archive, lambda name, _: call("events", "delete_archive", ArchiveName=name), _change_archive),
    "AWS::Events::EventBusPolicy": Recipe(_keep_policy, lambda id, _: forget_policy(*id.split("|"))),
    "AWS::WAFv2::WebACLAssociation": Recipe(
        _associate_firewall, lambda _, properties: call("wafv2", "disassociate_web_acl", ResourceArn=properties["ResourceArn"])
    ),
}
