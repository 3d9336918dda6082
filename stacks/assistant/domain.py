"""The API under a name of one's own. See docs/decisions/265-a-name-of-ones-own.md."""

from typing import cast

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_route53 as route53

from stacks.assistant.settings import Domain

# TLS 1.2 with forward secrecy, or 1.3; API Gateway's default for regional APIs would take 1.0.
TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
STRICT = "STRICT"  # only requests whose host name is this API's


def serve_at(api: apigateway.RestApi, domain: Domain) -> str:
    """Serve the API at this name alone. Returns the address of its routes, with a slash at the end."""
    made = apigateway.DomainName(
        api,
        "Domain",
        domain_name=domain.name,
        certificate=certificates.Certificate.from_certificate_arn(api, "Certificate", domain.certificate_arn),
        endpoint_type=apigateway.EndpointType.REGIONAL,
        mapping=api,
    )
    resource = cast(apigateway.CfnDomainName, made.node.default_child)
    resource.security_policy, resource.endpoint_access_mode = TLS_POLICY, STRICT
    cast(apigateway.CfnRestApi, api.node.default_child).disable_execute_api_endpoint = True
    if domain.hosted_zone_id:
        _name_it(api, domain, made)
    return f"https://{domain.name}/"


def _name_it(api: apigateway.RestApi, domain: Domain, made: apigateway.DomainName) -> None:
    target = route53.CfnRecordSet.AliasTargetProperty(
        dns_name=made.domain_name_alias_domain_name, hosted_zone_id=made.domain_name_alias_hosted_zone_id
    )
    for kind in ("A", "AAAA"):
        route53.CfnRecordSet(api, f"Record{kind}", name=domain.name, type=kind, hosted_zone_id=domain.hosted_zone_id, alias_target=target)
