"""Values of templates as texts, as far as they are known before a deployment."""

import re
from typing import Any

from tests.infrastructure.synthesized import Synthesized

ACCOUNT = "123456789012"
# As long as the names that CloudFormation makes.
LONGEST_GENERATED = 63


def resolved(app: Synthesized, stack: str, value: Any) -> Any:
    """A value of a template with account, region and imports filled in; what only a resource knows becomes a long name."""
    match value:
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return _resolved_function(app, stack, value)
        case dict():
            return {name: resolved(app, stack, inner) for name, inner in value.items()}
        case list():
            return [resolved(app, stack, inner) for inner in value]
    return value


def _resolved_function(app: Synthesized, stack: str, value: dict[str, Any]) -> Any:
    replicated = stack.endswith("-replica") and app.environment.data.replica_region
    region = str(replicated or app.environment.region)
    pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": region, "AWS::URLSuffix": "amazonaws.com"}
    match value:
        case {"Ref": name}:
            return pseudo.get(name, "r" * LONGEST_GENERATED)
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(str(resolved(app, stack, part)) for part in parts)
        case {"Fn::GetAtt": [name, "Arn" | "TopicArn" | "TableArn"]}:
            service = str(app.templates[stack]["Resources"][name]["Type"]).split("::")[1].lower()
            return f"arn:aws:{service}:{region}:{ACCOUNT}:{'r' * LONGEST_GENERATED}"
        case {"Fn::Sub": text} if isinstance(text, str):
            return re.sub(r"\$\{([^}]+)\}", lambda found: pseudo.get(found[1], "r" * LONGEST_GENERATED), text)
        case {"Fn::ImportValue": name}:
            owner = str(name).partition(":")[0]
            outputs = app.templates[owner]["Outputs"].values()
            return resolved(app, owner, next(output["Value"] for output in outputs if output.get("Export", {}).get("Name") == name))
    return "r" * LONGEST_GENERATED
