"""Which key encrypts which store, and who may decrypt with it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.reports.comply.roles import Role
from stacks.reports.templates import Resource, Templates, many

KEY = "AWS::KMS::Key"
# What keeps data, whether or not it was given a key.
STORES = (
    "AWS::DynamoDB::GlobalTable",
    "AWS::Events::Archive",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
COPIED = "ReplicationConfiguration"  # of a bucket: its keys are those of the copy
DECRYPTS = ("kms:Decrypt", "kms:*", "*")


@dataclass(frozen=True)
class Key:
    """stores: resources whose properties name the key. roles: that may decrypt by their own policies.

    services: that the key's policy names. delegates: the key's policy lets the account's IAM policies decide.
    """

    name: str
    about: str
    rotates: bool
    stores: tuple[Resource, ...]
    roles: tuple[str, ...]
    services: tuple[str, ...]
    delegates: bool


@dataclass(frozen=True)
class Encryption:
    """elsewhere: stores with a key that no template makes, and what they say of it. without: stores that AWS encrypts with its own key."""

    keys: tuple[Key, ...]
    elsewhere: tuple[tuple[Resource, str], ...]
    without: tuple[Resource, ...]


def encryption(templates: Templates, roles: Iterable[Role]) -> Encryption:
    stores: dict[Resource, list[Resource]] = defaultdict(list)
    elsewhere, without = [], []
    for resource in templates.all():
        if resource.type == KEY or resource.type.startswith("AWS::IAM::"):
            continue
        named = list(_key_values(resource.properties))
        keys = {found for value in named if (found := templates.target(resource.stack, value)) and found.type == KEY}
        for key in keys:
            stores[key].append(resource)
        if named and not keys:
            elsewhere.append((resource, templates.text(resource.stack, named[0])))
        elif resource.type in STORES and not keys:
            without.append(resource)
    decrypting = _decrypting(roles)
    every = [_key(templates, each, stores[each], decrypting[each]) for each in templates.all(KEY)]
    return Encryption(tuple(sorted(every, key=lambda each: each.name)), tuple(elsewhere), tuple(without))


def _key(templates: Templates, key: Resource, stores: Iterable[Resource], roles: Iterable[str]) -> Key:
    allowed = [each for each in many(key.properties["KeyPolicy"]["Statement"]) if each["Effect"] == "Allow" and _decrypts(each)]
    principals = [each.get("Principal", {}) for each in allowed]
    services = {templates.text(key.stack, name) for each in principals if isinstance(each, dict) for name in many(each.get("Service", []))}
    return Key(
        name=str(key),
        about=str(key.properties.get("Description", "")),
        rotates=bool(key.properties.get("EnableKeyRotation")),
        stores=tuple(sorted(stores, key=lambda each: (each.type, str(each)))),
        roles=tuple(sorted(set(roles))),
        services=tuple(sorted(services)),
        delegates=any(
            isinstance(each, dict) and "AWS" in each and ":root" in templates.text(key.stack, many(each["AWS"])[0]) for each in principals
        ),
    )


def _key_values(value: Any) -> Iterator[Any]:
    """What stands at properties such as KmsKeyId, KMSMasterKeyID or KmsKeyArn, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == COPIED:
                continue
            if "kms" in name.lower() and (isinstance(inner, str) or _is_reference(inner)):
                yield inner
            else:
                yield from _key_values(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _key_values(each)


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and (next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::"))


def _decrypting(roles: Iterable[Role]) -> Mapping[Resource, list[str]]:
    """Key → names of the roles that may decrypt with it, by a statement that names it."""
    found: dict[Resource, list[str]] = defaultdict(list)
    for role in roles:
        for statement in role.allowed:
            if set(DECRYPTS) & set(statement.actions):
                for resource in statement.named:
                    found[resource].append(role.name)
    return found


def _decrypts(statement: Mapping[str, Any]) -> bool:
    return bool(set(DECRYPTS) & set(many(statement.get("Action", []))))
