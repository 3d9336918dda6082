"""Which key encrypts which store, who may decrypt with it, and who may change it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.reports.comply.roles import Role
from stacks.reports.templates import Resource, Templates, many

KEY = "AWS::KMS::Key"
# What keeps data, whether or not it was given a key.
STORES = (
    "AWS::Backup::BackupVault",
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
OF_A_VAULT = "EncryptionKeyArn"
DECRYPTS = ("kms:Decrypt", "kms:*", "*")
OF_AN_ACCOUNT = re.compile(r"^arn:.*?:iam::(?:<[^>]*>|\d*):")  # what the ARN of a role begins with
CHANGES = ("kms:PutKeyPolicy", "kms:*", "*")


@dataclass(frozen=True)
class Key:
    """stores: resources whose properties name the key. roles: that may decrypt by their own policies.

    services: that the key's policy names. users: patterns of the roles that IAM may let use it, by the key's policy; `*` where IAM alone
    decides. administrators: likewise, of who changes the key.
    """

    name: str
    about: str
    rotates: bool
    stores: tuple[Resource, ...]
    roles: tuple[str, ...]
    services: tuple[str, ...]
    users: tuple[str, ...]
    administrators: tuple[str, ...]


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
    statements = many(key.properties["KeyPolicy"]["Statement"])
    decrypting = [each for each in statements if each["Effect"] == "Allow" and _does(each, DECRYPTS)]
    services = {
        templates.text(key.stack, name)
        for each in decrypting
        if isinstance(each.get("Principal"), dict)
        for name in many(each["Principal"].get("Service", []))
    }
    return Key(
        name=str(key),
        about=str(key.properties.get("Description", "")),
        rotates=bool(key.properties.get("EnableKeyRotation")),
        stores=tuple(sorted(stores, key=lambda each: (each.type, str(each)))),
        roles=tuple(sorted(set(roles))),
        services=tuple(sorted(services)),
        users=_named(templates, key, [each for each in decrypting if _of_the_account(templates, key, each)], "ArnLike", "ArnEquals"),
        administrators=_administrators(templates, key, statements),
    )


def _administrators(templates: Templates, key: Resource, statements: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Whom the deny of changes spares, if it spares some alone; else whomever IAM names, if the policy lets it."""
    changes = [each for each in statements if _does(each, CHANGES)]
    if spared := _named(templates, key, [each for each in changes if each["Effect"] == "Deny"], "ArnNotLike"):
        return spared
    return _named(templates, key, [each for each in changes if each["Effect"] == "Allow" and _of_the_account(templates, key, each)])


def _named(templates: Templates, key: Resource, statements: Iterable[Mapping[str, Any]], *operators: str) -> tuple[str, ...]:
    """Names of principals in conditions of these statements; `*` for an allowing statement without one."""
    found: set[str] = set()
    for each in statements:
        conditions = each.get("Condition", {})
        named = [arn for operator in operators for arn in many(conditions.get(operator, {}).get("aws:PrincipalArn", []))]
        if not named and each["Effect"] == "Allow":
            found.add("*")
        found |= {OF_AN_ACCOUNT.sub("", templates.text(key.stack, arn)) for arn in named}
    return tuple(sorted(found))


def _of_the_account(templates: Templates, key: Resource, statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    named = many(principal["AWS"]) if isinstance(principal, dict) and "AWS" in principal else []
    return any(":root" in templates.text(key.stack, each) for each in named)


def _key_values(value: Any) -> Iterator[Any]:
    """What stands at properties such as KmsKeyId, KMSMasterKeyID or KmsKeyArn, and at a vault's EncryptionKeyArn, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == COPIED:
                continue
            if ("kms" in name.lower() or name == OF_A_VAULT) and (isinstance(inner, str) or _is_reference(inner)):
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


def _does(statement: Mapping[str, Any], actions: Iterable[str]) -> bool:
    return bool(set(actions) & set(many(statement.get("Action", []))))
