"""The rules of the registered packs, as their installed package has them: what each asks, which controls it names, which types it looks at.

cdk-nag reports findings only, so what a rule looked at and found in order is read from its source: a rule tests
`node instanceof aws_sqs_1.CfnQueue` before it looks any further.
"""

import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

APPLIED = re.compile(r"this\.applyRule\(\{(.*?)\n\s+\}\);", re.DOTALL)
TEXT = re.compile(r"info: (['\"`])(.*?)\1,\n", re.DOTALL)
CALLED = re.compile(r"rule: (\w+?)_1\.(\w+)")
RENAMED = re.compile(r"ruleSuffixOverride: '(\w+)'")
PACK_NAME = re.compile(r"this\.packName = '([^']+)'")
# How a rule's source begins the function that judges; functions beside it look at neighbours of the node.
JUDGES = (
    re.compile(r"defineProperty\(\(node\) => \{(.*?)\n\}, 'name'", re.DOTALL),
    re.compile(r"function \w+\(node\) \{(.*?)\n\}", re.DOTALL),
)
LOOKED_AT = re.compile(r"node instanceof (aws_\w+)_1\.(Cfn\w+)")
CONTROLS = re.compile(r"\(Control IDs?:\s*(.+)$")


@dataclass(frozen=True)
class Rule:
    """id: `Pack-RULE`, as findings have it. name: of the rule's own source, alike in all packs that share it.

    classes: the CDK's classes it looks at, as in `aws_sqs.CfnQueue`.
    """

    id: str
    pack: str
    name: str
    text: str
    controls: tuple[str, ...]
    classes: frozenset[str]

    def looks_at(self, type: str) -> bool:
        """type: of CloudFormation, as in `AWS::SQS::Queue`."""
        return class_of(type) in self.classes


def class_of(type: str) -> str:
    """The CDK's class of a CloudFormation type; of a custom resource none."""
    parts = type.split("::")
    return f"aws_{parts[1].lower()}.Cfn{parts[2]}" if len(parts) == 3 else ""


@cache
def rules() -> Mapping[str, Rule]:
    """Rule id → rule, of every pack of the package."""
    package = next(file for file in files("cdk_nag").joinpath("_jsii").iterdir() if file.name.endswith(".tgz"))
    with package.open("rb") as stream, tarfile.open(fileobj=stream) as archive:
        sources = {each.name.removeprefix("package/lib/"): _read(archive, each) for each in archive if each.name.endswith(".js")}
    looked_at = {path: frozenset(_classes(text)) for path, text in sources.items() if path.startswith("rules/")}
    packs = [text for path, text in sources.items() if path.startswith("packs/")]
    return {rule.id: rule for text in packs for rule in _rules(text, looked_at)}


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    stream = archive.extractfile(member)
    return stream.read().decode().partition("//# sourceMappingURL")[0] if stream else ""


def _classes(source: str) -> Iterator[str]:
    """What a rule tests its node for."""
    judging = next((found[1] for pattern in JUDGES if (found := pattern.search(source))), "")
    for module, name in LOOKED_AT.findall(judging):
        yield f"{module}.{name}"


def _rules(source: str, looked_at: Mapping[str, frozenset[str]]) -> Iterator[Rule]:
    named = PACK_NAME.search(source)
    for applied in APPLIED.findall(source) if named else ():
        text, called, renamed = TEXT.search(applied), CALLED.search(applied), RENAMED.search(applied)
        if named and text and called:
            service, name = called.groups()
            classes = looked_at[f"rules/{service}/{name}.js"]
            suffix = renamed[1] if renamed else name
            yield Rule(f"{named[1]}-{suffix}", named[1], name, text[2], controls_of(text[2]), classes)


def controls_of(text: str) -> tuple[str, ...]:
    """What a rule's text names at its end: `... - (Control IDs: AU-9(2), CP-9b).` A bracket is missing in some."""
    named = CONTROLS.search(text)
    if not named:
        return ()
    listed = named[1].strip().rstrip(".").removesuffix(")").split(",")
    return tuple(each + ")" * (each.count("(") - each.count(")")) for each in (part.strip() for part in listed) if each)
