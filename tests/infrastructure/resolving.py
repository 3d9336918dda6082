"""Values of templates as texts, as far as they are known before a deployment."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.infrastructure.synthesized import Resource, Synthesized

ACCOUNT = "123456789012"
# As long as the names that CloudFormation makes.
LONGEST_GENERATED = 63
# What a test calls a resource: by the attribute asked for, `Ref` among them; None leaves it a long name.
Naming = Callable[[Resource, str], str | None]


def resolved(app: Synthesized, stack: str, value: Any, naming: Naming = lambda resource, attribute: None) -> Any:
    """A value of a template with account, region and imports filled in; what only a resource knows is as `naming` says, or long."""
    again = partial(resolved, app, stack, naming=naming)
    match value:
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return _resolved_function(app, stack, value, naming)
        case dict():
            return {name: again(inner) for name, inner in value.items()}
        case list():
            return [again(inner) for inner in value]
    return value


def _resolved_function(app: Synthesized, stack: str, value: dict[str, Any], naming: Naming) -> Any:
    named = _named(app, stack, value, naming)
    if named is not None:
        return named
    replicated = stack.endswith("-replica") and app.environment.data.replica_region
    region = str(replicated or app.environment.region)
    pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": region, "AWS::URLSuffix": "amazonaws.com"}
    match value:
        case {"Ref": name}:
            return pseudo.get(name, "r" * LONGEST_GENERATED)
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(str(resolved(app, stack, part, naming)) for part in parts)
        case {"Fn::GetAtt": [name, "Arn" | "TopicArn" | "TableArn"]}:
            service = str(app.templates[stack]["Resources"][name]["Type"]).split("::")[1].lower()
            return f"arn:aws:{service}:{region}:{ACCOUNT}:{'r' * LONGEST_GENERATED}"
        case {"Fn::Sub": text} if isinstance(text, str):
            return re.sub(r"\$\{([^}]+)\}", lambda found: pseudo.get(found[1], "r" * LONGEST_GENERATED), text)
        case {"Fn::ImportValue": name}:
            return resolved(app, *app.exports[name], naming)
    return "r" * LONGEST_GENERATED


def _named(app: Synthesized, stack: str, value: dict[str, Any], naming: Naming) -> str | None:
    match value:
        case {"Ref": id} | {"Fn::GetAtt": [id, _]} if id in app.templates[stack]["Resources"]:
            return naming(Resource(stack, id, app.templates[stack]["Resources"][id]), value.get("Fn::GetAtt", [id, "Ref"])[1])
    return None
