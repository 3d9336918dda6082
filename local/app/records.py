"""The business records of a domain, domains/NAME/records/KIND.yaml, put where tools of agents find them, as an operator does it."""

from collections.abc import Iterator
from typing import Any

from causeway.agents.records import TenantRecords
from causeway.agents.tool import Changed
from causeway.runtime.dependencies import Dependency
from local.app.aws import client, parameter
from local.app.domain import Domain
from local.console import Trouble

KEY = "sample"  # one write for each record, ever: what users have changed since stays
TABLE = Dependency("records", attempt_seconds=5.0, budget_seconds=20.0)


def settle(domain: Domain) -> None:
    """Records that are not there yet. Raises Trouble that names the file and what is wrong with it."""
    table = parameter("data/records-table")
    for kind, tenant, id, record in _rows(domain):
        try:
            TenantRecords(lambda _: client("dynamodb"), table, TABLE, tenant).put(kind, id, record, key=KEY)
        except Changed:  # an earlier domain had one of that id
            continue


def _rows(domain: Domain) -> Iterator[tuple[str, str, str, Any]]:
    import yaml

    for file in sorted((domain.folder / "records").glob("*.yaml")):
        try:
            rows = [(str(row["tenant"]), str(row["id"]), dict(row["record"])) for row in yaml.safe_load(file.read_text(encoding="utf-8"))]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise Trouble(f"{file} has another shape than domains/README.md shows: {error}") from error
        if strangers := {tenant for tenant, _, _ in rows} - domain.tenants:
            raise Trouble(f"{file} has records of {', '.join(sorted(strangers))}, which {domain.folder / 'domain.yaml'} does not name.")
        yield from ((file.stem, tenant, id, record) for tenant, id, record in rows)
