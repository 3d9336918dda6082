"""What a deploy makes of every resource, from the templates before and after."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stacks.reports.diff.replacement import ANSWERED_BY_CODE, Path, imports, references, rules, same, values
from stacks.reports.diff.stateful import HOLDS
from stacks.reports.templates import within

Templates = Mapping[str, Mapping[str, Any]]
Kind = Literal["added", "removed", "replaced", "perhaps replaced", "changed", "changed, as its function says"]
BESIDE_PROPERTIES = ("DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Condition")
PROTECTING = (
    *("DeletionPolicy", "UpdateReplacePolicy", "DeletionProtection", "DeletionProtectionEnabled", "PointInTimeRecoveryEnabled"),
    *("VersioningConfiguration", "ObjectLockConfiguration", "LifecycleConfiguration", "LockConfiguration", "RetentionInDays"),
    *("TimeToLiveSpecification", "Region"),  # the regions of a table's replicas: a copy that is named no more is deleted
)
OF_THE_CDK = "AWS::CDK::Metadata"


@dataclass(frozen=True)
class Change:
    """stack: without the environment's name. because: properties, or words. keeps: whether the old resource stays when it leaves."""

    stack: str
    id: str
    type: str
    kind: Kind
    because: tuple[str, ...] = ()
    keeps: bool = False

    @property
    def holds(self) -> str:
        """What is at stake; "" for what keeps nothing."""
        return HOLDS.get(self.type, "")

    @property
    def loses(self) -> bool:
        """Whether the app parts from something that it kept; "perhaps" counts."""
        return bool(self.holds) and self.kind in ("removed", "replaced", "perhaps replaced")


@dataclass(frozen=True)
class Comparison:
    """refused: sentences about what CloudFormation will not do. left: stacks that the app makes no more; a deploy leaves them alone.

    loosened: sentences about what protects data and changes.
    """

    changes: tuple[Change, ...]
    refused: tuple[str, ...]
    new: tuple[str, ...]
    left: tuple[str, ...]
    loosened: tuple[str, ...] = ()

    def of(self, *kinds: Kind) -> list[Change]:
        return [each for each in self.changes if each.kind in kinds]

    @property
    def lost(self) -> list[Change]:
        return [each for each in self.changes if each.loses]

    def by_stack(self) -> dict[str, Counter[Kind]]:
        counted: dict[str, Counter[Kind]] = {}
        for each in self.changes:
            counted.setdefault(each.stack, Counter())[each.kind] += 1
        return counted


def compared(old: Templates, new: Templates, region: str) -> Comparison:
    """Both by names of stacks without the environment's."""
    changes: list[Change] = []
    refused: list[str] = []
    loosened: list[str] = []
    for stack in sorted(set(old) & set(new)):
        made = _Stack(stack, old[stack], new[stack], region)
        changes += made.changes()
        refused += made.refused()
        loosened += made.loosened()
    left = sorted(set(old) - set(new))
    changes += (change for stack in left for change in _left(stack, old[stack]))
    come = tuple(sorted(set(new) - set(old)))
    return Comparison(tuple(changes), (*refused, *_exports(old, new, changes)), come, tuple(left), tuple(loosened))


def _left(stack: str, template: Mapping[str, Any]) -> Iterator[Change]:
    """What keeps data in a stack that the app makes no more: a deploy does not touch it, and the app has it no more."""
    for id, each in template.get("Resources", {}).items():
        if each["Type"] in HOLDS:
            yield Change(stack, id, each["Type"], "removed", ("its stack is made no more",), keeps=True)


class _Stack:
    def __init__(self, name: str, old: Mapping[str, Any], new: Mapping[str, Any], region: str) -> None:
        self.name, self.region = name, region
        self.old, self.new = (
            {id: each for id, each in template.get("Resources", {}).items() if each["Type"] != OF_THE_CDK} for template in (old, new)
        )
        self.both = sorted(set(self.old) & set(self.new))
        self._replaced: dict[str, tuple[str, ...]] = {}
        self._perhaps: dict[str, tuple[str, ...]] = {}
        self._follow()

    def changes(self) -> Iterator[Change]:
        for id in sorted(set(self.old) - set(self.new)):
            yield self._change(self.old, id, "removed", self._moved(id), self.old[id].get("DeletionPolicy"))
        for id in self.both:
            policy = self.old[id].get("UpdateReplacePolicy")
            if id in self._replaced:
                yield self._change(self.old, id, "replaced", self._replaced[id], policy)
            elif id in self._perhaps:
                yield self._change(self.old, id, "perhaps replaced", self._perhaps[id], policy)
            elif names := self._differing(id):
                yield self._in_place(id, names)
        for id in sorted(set(self.new) - set(self.old)):
            yield self._change(self.new, id, "added")

    def _in_place(self, id: str, names: tuple[str, ...]) -> Change:
        kind = self.new[id]["Type"]
        if rules(kind, self.region):
            return self._change(self.new, id, "changed", names)
        if kind.startswith(ANSWERED_BY_CODE):
            return self._change(self.new, id, "changed, as its function says", names)
        because = (*names, "no registry says what CloudFormation does")
        return self._change(self.old, id, "perhaps replaced", because, self.old[id].get("UpdateReplacePolicy"))

    def loosened(self) -> Iterator[str]:
        for id in self.both:
            kind = self.old[id]["Type"]
            if kind in HOLDS and (said := list(_loosened(self.old[id], self.new[id]))):
                yield f"{self.name}/{id} ({kind}): {', '.join(said)}"

    def refused(self) -> Iterator[str]:
        for id in self.both:
            was, becomes = self.old[id]["Type"], self.new[id]["Type"]
            if was != becomes:
                yield f"{self.name}/{id} is {was} and becomes {becomes}: give the new one another construct id"
            elif id in self._replaced and self._keeps_its_name(id):
                yield (
                    f"{self.name}/{id} ({was}) is replaced under the name that it has: the new one cannot be made beside the old one; "
                    "give it another name"
                )

    def _change(self, resources: Mapping[str, Any], id: str, kind: Kind, because: tuple[str, ...] = (), policy: Any = None) -> Change:
        return Change(self.name, id, resources[id]["Type"], kind, because, policy in ("Retain", "RetainExceptOnCreate"))

    def _follow(self) -> None:
        """What is replaced, and what names it where it cannot change, to the end of the chain."""
        while True:
            before = len(self._replaced), len(self._perhaps)
            for id in self.both:
                if id not in self._replaced and (because := tuple(self._fixed(id, "fixed"))):
                    self._replaced[id] = because
                elif id not in self._replaced and id not in self._perhaps and (because := tuple(self._fixed(id, "perhaps"))):
                    self._perhaps[id] = because
            if before == (len(self._replaced), len(self._perhaps)):
                return

    def _fixed(self, id: str, which: Literal["fixed", "perhaps"]) -> Iterator[str]:
        """Properties that change, or name what is replaced, and make this resource a new one."""
        known = rules(self.new[id]["Type"], self.region)
        old, new = (side[id].get("Properties", {}) for side in (self.old, self.new))
        for path in (known.fixed if which == "fixed" else known.perhaps) if known else ():
            name = ".".join(path)
            if not same(values(old, path), values(new, path)):
                yield name
            elif named := self._names_replaced(new, path):
                yield f"{name}: {named} is replaced"

    def _names_replaced(self, properties: Any, path: Path) -> str:
        return next((each for each in references(values(properties, path)) if each in self._replaced), "")

    def _keeps_its_name(self, id: str) -> bool:
        known = rules(self.new[id]["Type"], self.region)
        names = known.name if known else ()
        old, new = (side[id].get("Properties", {}) for side in (self.old, self.new))
        return bool(names) and all(
            values(old, path) and same(values(old, path), values(new, path)) and not self._names_replaced(new, path) for path in names
        )

    def _differing(self, id: str) -> tuple[str, ...]:
        """Names of properties, and of what stands beside them."""
        old, new = self.old[id], self.new[id]
        was, becomes = old.get("Properties", {}), new.get("Properties", {})
        properties = sorted(name for name in set(was) | set(becomes) if not same(was.get(name), becomes.get(name)))
        return (*properties, *(name for name in BESIDE_PROPERTIES if not same(old.get(name), new.get(name))))

    def _moved(self, id: str) -> tuple[str, ...]:
        """The new logical id, if one resource alone goes and one alone comes that is the same: as after a construct was moved."""
        gone = [each for each in set(self.old) - set(self.new) if self._are_same(self.old[each], self.old[id])]
        come = [each for each in set(self.new) - set(self.old) if self._are_same(self.new[each], self.old[id])]
        return (f"{come[0]} takes its place",) if len(gone) == len(come) == 1 else ()

    @staticmethod
    def _are_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        return one["Type"] == other["Type"] and same(one.get("Properties"), other.get("Properties"))


def _loosened(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What a protection was and is, for each that the old resource has and the new one has otherwise."""
    for name in PROTECTING:
        was, becomes = _at(old, name), _at(new, name)
        if any(was.count(each) > becomes.count(each) for each in was):
            yield f"{name} was {', '.join(was)} and is {', '.join(becomes) or 'gone'}"


def _at(resource: Mapping[str, Any], name: str) -> list[str]:
    """What a resource has under a name, at any depth of its properties or beside them."""
    beside = {each: resource[each] for each in BESIDE_PROPERTIES if each in resource}
    found = [value for each, value in within([beside, resource.get("Properties", {})]) if each == name]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in found]


def _exports(old: Templates, new: Templates, changes: list[Change]) -> Iterator[str]:
    """Values that other stacks hold: CloudFormation neither takes them away nor changes them while they are held."""
    replaced = {(each.stack, each.id) for each in changes if each.kind == "replaced"}
    held = _held(old)
    for stack in sorted(set(old) & set(new)):
        after = _exported(new[stack])
        for name, value in sorted(_exported(old[stack]).items()):
            by = ", ".join(sorted(held.get(name, set()) - {stack}))
            if by and name not in after:
                yield f"{stack} gives {name} no more, which {by} holds: deploy {by} without it first, or keep it with export_value"
            elif by and (not same(value, after[name]) or any((stack, each) in replaced for each in references(value))):
                yield f"{stack} gives another {name}, which {by} holds: give it under another name, and deploy twice"


def _exported(template: Mapping[str, Any]) -> dict[str, Any]:
    outputs = template.get("Outputs", {}).values()
    return {str(each["Export"]["Name"]): each["Value"] for each in outputs if "Export" in each}


def _held(templates: Templates) -> dict[str, set[str]]:
    """Name of an export → the stacks that import it."""
    held: dict[str, set[str]] = {}
    for stack, template in templates.items():
        for name in imports(template):
            held.setdefault(name, set()).add(stack)
    return held
