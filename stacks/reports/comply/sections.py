"""What the page of `make comply` says, as tables: the same for HTML, Markdown and JSON."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stacks.reports.comply.controls import STANDARDS, Held, Matrix, Row, Unseen, declared, standard
from stacks.reports.comply.dossier import Dossier
from stacks.reports.comply.encryption import Encryption
from stacks.reports.comply.report import count
from stacks.reports.comply.residency import Residency
from stacks.reports.comply.roles import Role, Statement
from stacks.reports.egress.report import of_its_owner
from stacks.reports.egress.review import EgressReview
from stacks.reports.egress.walk import Way
from stacks.reports.templates import Resource

Cell = str | int | float


@dataclass(frozen=True)
class Section:
    """key: of its anchor and in JSON. about: a paragraph. rows: as many cells as heads."""

    key: str
    title: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sections(given: Dossier) -> list[Section]:
    return [
        _figures(given),
        _faults(given),
        _packs(given),
        _open(given),
        _reasons(given),
        _acknowledgments(given),
        _asked(given),
        _own(given),
        _missing(given),
        *(_matrix(each) for each in given.matrices),
        _ours(),
        _unseen(given.unseen),
        _roles(given.roles),
        _statements(given.roles),
        _egress(given.review.egress),
        _residency(given.review.residency),
        _encryption(given.encryption),
        _keyless(given),
        _stacks(given),
    ]


def _figures(given: Dossier) -> Section:
    rows = [(each.name, each.value, "" if each.goal is None else each.goal) for each in given.figures]
    return Section("figures", "Figures", "What this environment is measured by.", ("figure", "value", "at most"), tuple(rows))


def _faults(given: Dossier) -> Section:
    about = "Why this review proves nothing, if so." if given.faults else "Nothing speaks against this review."
    return Section("faults", "Faults", about, ("fault",), tuple((each,) for each in given.faults))


def _packs(given: Dossier) -> Section:
    reviewed = given.review
    rows = [(pack, reviewed.shown, count(reviewed.open, pack), count(reviewed.acknowledged, pack)) for pack in reviewed.packs]
    about = (
        "Findings of each rule pack. Every pack was shown every resource; which of them its rules look at is further below. "
        "A finding is counted once, however often it is acknowledged."
    )
    return Section("packs", "Findings by pack", about, ("pack", "shown", "open", "acknowledged"), tuple(rows))


def _egress(proved: EgressReview) -> Section:
    rows = [
        (each.name, each.kind, way.to, way.through or ("its program itself has no network" if each.cut_off else ""))
        for each in proved.reaches
        for way in each.ways or (Way("nowhere"),)
    ]
    about = " ".join(
        [
            f"By subnets, routes, groups, access lists and endpoints of the templates, in {proved.checks:,} comparisons. "
            f"`network.egress` of environments/{proved.environment}.yaml declares it; every other way fails the command.",
            *of_its_owner(proved),
            *(f"FAULT: {each}." for each in proved.faults),
        ]
    )
    return Section("egress", "Where packets can go", about, ("from", "kind", "to", "by"), tuple(rows))


def _residency(found: Residency) -> Section:
    rows = [(each.what, each.to, each.why, ", ".join(each.of)) for each in found.leaving]
    about = (
        f"Everything else stays in {found.region}. `residency` of the environment's file allows data in {', '.join(found.allowed)}; a "
        "template that names another region fails the command, and so does one that names a region without anybody saying what goes there. "
        "CloudFormation itself keeps templates, which hold no data of users, in the region of each stack."
    )
    return Section("residency", "What leaves the region", about, ("what", "to", "why", "of"), tuple(rows))


def _open(given: Dossier) -> Section:
    rows = [(each.rule, each.path, each.text) for each in given.review.open]
    about = "Findings that nobody has acknowledged." if rows else "There is none."
    return Section("open", "Open findings", about, ("rule", "construct", "what it asks"), tuple(rows))


def _reasons(given: Dossier) -> Section:
    rows = [
        (
            reason.key,
            reason.text,
            reason.instead,
            ", ".join(each.rpartition("::")[2] for each in reason.tests),
            reason.owner,
            reason.review.isoformat(),
            sum(each.reason is reason for each in given.acceptances),
        )
        for reason in sorted(given.reasons, key=lambda each: each.key)
    ]
    about = "Why findings are accepted. The command fails once a date of review has passed. The tests run in every change."
    heads = ("reason", "why", "what protects instead", "tests that hold it", "owner", "review by", "acknowledgments")
    return Section("reasons", "Reasons", about, heads, tuple(rows))


def _acknowledgments(given: Dossier) -> Section:
    rows = [
        (
            each.path,
            ", ".join(each.rules),
            each.reason.key,
            each.here,
            each.reason.instead,
            each.reason.owner,
            each.reason.review.isoformat(),
        )
        for each in given.acceptances
    ]
    about = (
        "Each construct with a reason, and behind it at least one finding. None is on a stack. The templates carry the same as metadata."
    )
    heads = ("construct", "rules", "reason", "here", "what protects instead", "owner", "review by")
    return Section("acknowledgments", "Acknowledgments", about, heads, tuple(rows))


def _asked(given: Dossier) -> Section:
    texts = {each.rule.partition("[")[0]: each.text for each in given.review.acknowledged}
    return Section("asked", "What the acknowledged rules ask", "The packs' own texts.", ("rule", "text"), tuple(sorted(texts.items())))


def _own(given: Dossier) -> Section:
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in given.review.own:
        paths[each.rule, each.written].append(each.path)
    rows = [(rule, written, len(where), ", ".join(sorted(where))) for (rule, written), where in sorted(paths.items())]
    about = "Warnings of the CDK's own, which belong to no pack, and why they are answered."
    return Section("own", "The CDK's own checks", about, ("check", "why", "constructs", "where"), tuple(rows))


def _missing(given: Dossier) -> Section:
    rows = [(matrix.standard.name, row.number, row.title) for matrix in given.matrices for row in matrix.missing]
    about = (
        "Controls that are neither met here nor the business of AWS or of your organisation alone. "
        "Whoever needs them has to meet them outside of this app, or is missing them."
    )
    return Section("missing", "Controls nobody meets", about, ("standard", "control", "title"), tuple(rows))


def _matrix(matrix: Matrix) -> Section:
    its = matrix.standard
    rows = [(row.number, row.title, _status(row), _rules(row), _held(row.tests), ", ".join(sorted(row.parts))) for row in matrix.rows]
    beyond = f" Rules also name controls that are not in this list: {', '.join(matrix.beyond)}." if matrix.beyond else ""
    about = (
        "A control counts as met when a rule that names it found at least one resource in order, or when tests of ours hold it, "
        "and no finding is open. "
        f"That is evidence for an assessor, and no certificate.{beyond}"
    )
    key = its.name.split()[0].lower()
    return Section(key, its.name, about, ("control", "title", "met", "by rules", "by tests", "parts named"), tuple(rows))


def _status(row: Row) -> str:
    if row.open:
        return f"no: {row.open} findings are open"
    if row.met:
        return f"yes, {row.accepted} findings accepted" if row.accepted else "yes"
    if row.accepted:
        return f"no: {row.accepted} findings accepted, none in order"
    return row.whose or "nobody"


def _rules(row: Row) -> str:
    return ", ".join(f"{each.rule.name} ({each.in_order} of {each.resources})" for each in row.rules)


def _held(tests: Iterable[Held]) -> str:
    return "; ".join(each.holds for each in tests)


def _ours() -> Section:
    rows = [
        (
            each.holds,
            ", ".join(test.rpartition("::")[2] for test in each.tests),
            ", ".join(each.types),
            "; ".join(f"{standard(key).name.split()[0]} {', '.join(numbers)}" for key in STANDARDS if (numbers := getattr(each, key))),
        )
        for each in declared().tests
    ]
    about = "What must stay true of every environment beside the rules, and the tests that fail when it does not. They run in every change."
    return Section("tests", "What our tests hold", about, ("what", "tests", "types they look at", "controls"), tuple(rows))


def _unseen(found: Sequence[Unseen]) -> Section:
    rows = [
        (
            each.type,
            each.resources,
            _held(each.held) or each.plain,
            ", ".join(test.rpartition("::")[2] for held in each.held for test in held.tests),
        )
        for each in found
    ]
    about = (
        "Types whose class no rule of the packs tests for, found by reading the rules' sources in the installed package. "
        "A rule on a queue, a topic or a bucket may also read its policy."
    )
    return Section("unseen", "Resources no rule looks at", about, ("type", "resources", "what holds them instead", "tests"), tuple(rows))


def _roles(roles: Sequence[Role]) -> Section:
    rows = [
        (
            each.name,
            ", ".join(each.assumed_by),
            len(each.allowed),
            sum(statement.everything for statement in each.allowed),
            sum(statement.wildcards for statement in each.allowed),
            len({action for statement in each.allowed for action in statement.actions}),
            each.boundary or "none",
        )
        for each in roles
    ]
    about = "Every role, with the statements of all its policies. A wildcard is a resource or an action that is written with a `*`."
    heads = ("role", "assumed by", "statements", "on everything", "wildcards", "actions", "boundary")
    return Section("roles", "Roles", about, heads, tuple(rows))


def _statements(roles: Sequence[Role]) -> Section:
    who: dict[Statement, list[str]] = defaultdict(list)
    for role in roles:
        for statement in role.statements:
            if role.name not in who[statement]:
                who[statement].append(role.name)
    rows = [
        (
            ", ".join(names) if len(names) < len(roles) / 2 else f"{len(names)} roles that share a policy",
            each.effect,
            ", ".join(each.actions),
            ", ".join(each.resources),
            "yes" if each.conditions else "",
        )
        for each, names in who.items()
    ]
    about = "What roles may do, statement by statement. Search for an action, a role or a resource."
    return Section("statements", "Statements of roles", about, ("roles", "effect", "actions", "resources", "conditions"), tuple(rows))


def _encryption(found: Encryption) -> Section:
    rows = [
        (
            each.name,
            each.about,
            "yes" if each.rotates else "no",
            ", ".join(_stores(each.stores)) or "none: it signs, or code uses it directly",
            ", ".join(each.roles) or "none",
            ", ".join(each.services) or "none",
            _whoever(each.users),
            _whoever(each.administrators),
        )
        for each in found.keys
    ]
    by_pattern = ", ".join(f"{name} ({pattern})" for name, pattern in found.by_pattern) or "none"
    about = (
        "Each key of ours, what is encrypted with it, who decrypts and who administers. Roles that decrypt have a statement of their own "
        "that names the key; roles that name a key by its alias are left out. Roles that may decrypt by a pattern of keys, where the key's "
        f"policy lets them: {by_pattern}. Services are those that the key's policy names. The column before the last has the principals "
        "whom IAM may let use the key, and whomever else the key's policy names: nobody else can use it. Those of the last change its "
        "policy, its grants and its rotation and may delete it; `root` is the root user of the account."
    )
    heads = (
        "key",
        "for",
        "rotates",
        "stores",
        "roles that decrypt",
        "services that decrypt",
        "users are among",
        "administrators are among",
    )
    return Section("encryption", "Keys, stores, who decrypts and who administers", about, heads, tuple(rows))


def _whoever(principals: Sequence[str]) -> str:
    return "whomever IAM of the account names" if "*" in principals else ", ".join(principals) or "none"


def _stores(stores: Iterable[Resource]) -> Iterator[str]:
    by_type: dict[str, list[str]] = defaultdict(list)
    for each in stores:
        by_type[each.type].append(str(each))
    for type, names in sorted(by_type.items()):
        yield f"{len(names)} functions' variables" if type == "AWS::Lambda::Function" else f"{type.partition('::')[2]} {' '.join(names)}"


def _keyless(given: Dossier) -> Section:
    found = given.encryption
    rows = [(str(each), each.type, "AWS's own") for each in found.without]
    rows += [(str(each), each.type, named) for each, named in found.elsewhere]
    about = "Stores that AWS encrypts with a key of its own, or that name a key that no template here makes."
    return Section("keyless", "Stores without a key of ours", about, ("store", "type", "key"), tuple(rows))


def _stacks(given: Dossier) -> Section:
    rows = [(each.name, each.resources, each.size, each.sha256) for each in given.stacks]
    about = (
        "SHA-256 of each template as canonical JSON without metadata, which two syntheses of one commit share. "
        "`python -m stacks.reports.comply --hash FILE` computes it of a template that was fetched from CloudFormation."
    )
    return Section("stacks", "Templates", about, ("stack", "resources", "bytes", "SHA-256"), tuple(rows))
