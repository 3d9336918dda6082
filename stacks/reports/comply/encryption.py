"""Which key encrypts which store, who may decrypt with it, and who may change it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from stacks.reports.comply.roles import ALL_BUT, Role, principals
from stacks.reports.diff.stateful import HOLDS
from stacks.reports.templates import Resource, Templates, many

KEY = "AWS::KMS::Key"
# What keeps data, whether or not it was given a key.
ENCRYPTED_BY_NOBODY = ("AWS::ApiGateway::ApiKey", "AWS::ApiGateway::RestApi", "AWS::KMS::Key", "AWS::KMS::ReplicaKey")
STORES = {each for each in HOLDS if each not in ENCRYPTED_BY_NOBODY and not each.startswith("AWS::Cognito::")}
TABLE = "AWS::DynamoDB::GlobalTable"
NOTHING = {"Ref": "AWS::NoValue"}
COPIED = "ReplicationConfiguration"  # of a bucket: its keys are those of the copy
NAME_OF_A_KEY = re.compile("(?i:kms)|EncryptionKeyArn$|^KeyARN$|^EncryptionKey$|^StreamEncryption$")
DECRYPTS = ("kms:Decrypt", "kms:ReEncryptFrom", "kms:CreateGrant")  # the last lets somebody else decrypt
OF_AN_ACCOUNT = re.compile(r"^arn:.*?:iam::(?:<[^>]*>|\d*):")  # what the ARN of a role begins with
ACCOUNT = re.compile(r"\d{12}")  # written out, so it is another one: ours is a reference
CHANGES = ("kms:PutKeyPolicy",)


@dataclass(frozen=True)
class Key:
    """stores: resources whose properties name the key. roles: that may decrypt by their own policies.

    services: that the key's policy names. users: patterns of the roles that IAM may let use it, by the key's policy; `*` where IAM alone
    decides; and whomever else the policy names. administrators: likewise, of who changes the key.
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
    """elsewhere: stores with a key that no template makes, and what they say of it. without: stores that AWS encrypts with its own key.

    by_pattern: roles that may decrypt by a statement that names no single key, and the pattern.
    """

    keys: tuple[Key, ...]
    elsewhere: tuple[tuple[Resource, str], ...]
    without: tuple[Resource, ...]
    by_pattern: tuple[tuple[str, str], ...] = ()


def encryption(templates: Templates, roles: Iterable[Role]) -> Encryption:
    stores: dict[Resource, list[Resource]] = defaultdict(list)
    elsewhere, without = [], []
    for resource in templates.all():
        if resource.type == KEY or resource.type.startswith("AWS::IAM::"):
            continue
        named = list(_key_values(resource.properties))
        keys = [(value, _the_key(templates, resource.stack, value)) for value in named]
        for key in {key for _, key in keys if key}:
            stores[key].append(resource)
        if strange := [value for value, key in keys if not key]:
            elsewhere.append((resource, templates.text(resource.stack, strange[0])))
        elif resource.type in STORES and (not named or _has_a_replica_without(resource)):
            without.append(resource)
    roles = list(roles)
    decrypting = _decrypting(roles)
    every = [_key(templates, each, stores[each], decrypting[each]) for each in templates.all(KEY)]
    return Encryption(tuple(sorted(every, key=lambda each: each.name)), tuple(elsewhere), tuple(without), tuple(_by_pattern(roles)))


def _the_key(templates: Templates, stack: str, value: Any) -> Resource | None:
    """The key of the templates that a value names, itself or by an alias of theirs."""
    found = templates.target(stack, value)
    for alias in templates.all("AWS::KMS::Alias"):
        if found == alias or templates.text(stack, value).endswith(f":{templates.text(alias.stack, alias.properties['AliasName'])}"):
            return templates.target(alias.stack, alias.properties["TargetKeyId"])
    return found if found and found.type == KEY else None


def _has_a_replica_without(resource: Resource) -> bool:
    return resource.type == TABLE and not all(list(_key_values(each)) for each in resource.properties.get("Replicas", []))


def _key(templates: Templates, key: Resource, stores: Iterable[Resource], roles: Iterable[str]) -> Key:
    statements = many(key.properties["KeyPolicy"]["Statement"])
    decrypting = [each for each in statements if each["Effect"] == "Allow" and _does(each, DECRYPTS)]
    services = {
        templates.text(key.stack, name)
        for each in decrypting
        if isinstance(each.get("Principal"), dict)
        for name in many(each["Principal"].get("Service", []))
    }
    users = {
        *_named(templates, key, [each for each in decrypting if _of_the_account(templates, key, each)], "ArnLike", "ArnEquals"),
        *_others(templates, key, decrypting),
    }
    return Key(
        name=str(key),
        about=str(key.properties.get("Description", "")),
        rotates=bool(key.properties.get("EnableKeyRotation")),
        stores=tuple(sorted(stores, key=lambda each: (each.type, str(each)))),
        roles=tuple(sorted(set(roles))),
        services=tuple(sorted(services)),
        users=tuple(sorted(users)),
        administrators=_administrators(templates, key, statements),
    )


def _administrators(templates: Templates, key: Resource, statements: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Whom the deny of changes spares, if it spares some alone; else whomever IAM names, if the policy lets it. Others whom the policy
    names come on top: the deny is for the account's own."""
    changes = [each for each in statements if _does(each, CHANGES)]
    allowing = [each for each in changes if each["Effect"] == "Allow"]
    spared = _named(templates, key, [each for each in changes if each["Effect"] == "Deny"], "ArnNotLike")
    ours = spared or _named(templates, key, [each for each in allowing if _of_the_account(templates, key, each)])
    return tuple(sorted({*ours, *_others(templates, key, allowing)}))


def _others(templates: Templates, key: Resource, statements: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Principals that allowing statements name, other than services and the account itself."""
    for each in statements:
        principal = each.get("Principal", {})
        persons = {kind: named for kind, named in principal.items() if kind != "Service"} if isinstance(principal, dict) else principal
        for name in principals(templates, key.stack, {**each, "Principal": persons}):
            if name == "*":
                named = _named(templates, key, [each], "ArnLike", "ArnEquals")
                yield from named if named != ("*",) else ["anyone, under conditions" if each.get("Condition") else "anyone"]
            elif not _is_the_account(name):
                yield _short(name)


def _named(templates: Templates, key: Resource, statements: Iterable[Mapping[str, Any]], *operators: str) -> tuple[str, ...]:
    """Names of principals in conditions of these statements; `*` for an allowing statement without one."""
    found: set[str] = set()
    for each in statements:
        conditions = each.get("Condition", {})
        named = [arn for operator in operators for arn in many(conditions.get(operator, {}).get("aws:PrincipalArn", []))]
        if not named and each["Effect"] == "Allow":
            found.add("*")
        found |= {_short(templates.text(key.stack, arn)) for arn in named}
    return tuple(sorted(found))


def _short(arn: str) -> str:
    """Without the account, unless it is another one."""
    return arn if ACCOUNT.search(arn) else OF_AN_ACCOUNT.sub("", arn)


def _of_the_account(templates: Templates, key: Resource, statement: Mapping[str, Any]) -> bool:
    return any(_is_the_account(each) for each in principals(templates, key.stack, statement))


def _is_the_account(principal: str) -> bool:
    return principal.endswith(":root") and not ACCOUNT.search(principal) and not principal.startswith(ALL_BUT)


def _key_values(value: Any) -> Iterator[Any]:
    """What stands at properties such as KmsKeyId, KMSMasterKeyID or a vault's EncryptionKeyArn, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == COPIED:
                continue
            key = inner.get("Id", inner.get("KeyId", inner)) if isinstance(inner, Mapping) else inner
            if NAME_OF_A_KEY.search(name) and (isinstance(key, str) or _is_reference(key)):
                yield key
            else:
                yield from _key_values(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _key_values(each)


def _is_reference(value: Any) -> bool:
    return (
        value != NOTHING
        and isinstance(value, Mapping)
        and len(value) == 1
        and (next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::"))
    )


def _decrypting(roles: Iterable[Role]) -> Mapping[Resource, list[str]]:
    """Key → names of the roles that may decrypt with it, by a statement that names it."""
    found: dict[Resource, list[str]] = defaultdict(list)
    for role in roles:
        for statement in role.allowed:
            if _any_matches(("kms:Decrypt",), statement.actions):
                for resource in statement.named:
                    found[resource].append(role.name)
    return found


def _by_pattern(roles: Iterable[Role]) -> Iterator[tuple[str, str]]:
    for role in roles:
        patterns = {
            resource
            for statement in role.allowed
            if _any_matches(("kms:Decrypt",), statement.actions)
            for resource in statement.resources
            if resource.startswith("*") or (":kms:" in resource and "*" in resource)
        }
        yield from ((role.name, each) for each in sorted(patterns))


def _does(statement: Mapping[str, Any], actions: Iterable[str]) -> bool:
    if "NotAction" in statement:
        return not all(_any_matches([each], many(statement["NotAction"])) for each in actions)
    return _any_matches(actions, many(statement.get("Action", [])))


def _any_matches(actions: Iterable[str], patterns: Iterable[Any]) -> bool:
    """Whether IAM takes one of the patterns for one of the actions, in whatever case."""
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for action in actions for pattern in patterns)
