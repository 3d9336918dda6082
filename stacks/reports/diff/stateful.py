"""What keeps data, or is an address that others hold; and the committed list of where each stands in the templates.

A resource is known to CloudFormation by its stack and logical id, which the CDK makes from the names of constructs: whoever moves a
construct makes a new, empty table beside the old one. stateful.yaml holds the ids, so that such a move is seen when it is reviewed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cfnlint.data.AdditionalSpecs
import yaml
from cfnlint.helpers import load_resource

LIST = Path(__file__).with_name("stateful.yaml")
OF_THE_REGISTRY = load_resource(cfnlint.data.AdditionalSpecs, "StatefulResources.json")["ResourceTypes"]
HOLDS = {
    **dict.fromkeys(OF_THE_REGISTRY, "data"),
    "AWS::ApiGateway::ApiKey": "the key that a partner sends",
    "AWS::ApiGateway::RestApi": "the address that clients call",
    "AWS::Backup::BackupVault": "backups",
    "AWS::Cognito::UserPool": "people and their passwords",
    "AWS::Cognito::UserPoolClient": "the client id that sign-in pages name",
    "AWS::Cognito::UserPoolDomain": "the address that people sign in at",
    "AWS::DynamoDB::GlobalTable": "rows",
    "AWS::DynamoDB::Table": "rows",
    "AWS::ECR::Repository": "images",
    "AWS::EFS::FileSystem": "files",
    "AWS::Events::Archive": "events to play again",
    "AWS::KMS::Key": "what everything under it is read with",
    "AWS::KMS::ReplicaKey": "what everything under it is read with",
    "AWS::Logs::LogGroup": "logs",
    "AWS::OpenSearchService::Domain": "the index of passages",
    "AWS::RDS::DBCluster": "rows",
    "AWS::S3::Bucket": "objects",
    "AWS::SNS::Topic": "subscriptions that people confirmed",
    "AWS::SQS::Queue": "messages that wait",
    "AWS::SecretsManager::Secret": "a secret",
}

Listed = Mapping[str, Mapping[str, list[str]]]


def listed() -> Listed:
    """Stack → type → logical ids, as committed."""
    found: Listed = yaml.safe_load(LIST.read_text())
    return found


def found_in(templates: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Stack → type → logical ids, sorted. templates: by the names of stacks."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for stack, template in sorted(templates.items()):
        for name, resource in sorted(template.get("Resources", {}).items()):
            if resource["Type"] in HOLDS:
                found[stack][resource["Type"]].append(name)
    return {stack: dict(sorted(kinds.items())) for stack, kinds in found.items()}


def together(several: Iterable[Listed]) -> dict[str, dict[str, list[str]]]:
    """The lists of several environments as one."""
    ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in several:
        for stack, kinds in each.items():
            for kind, names in kinds.items():
                ids[stack][kind] |= set(names)
    return {stack: {kind: sorted(names) for kind, names in sorted(kinds.items())} for stack, kinds in sorted(ids.items())}
