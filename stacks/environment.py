"""One environment, as environments/NAME.yaml describes it: its sections, and which combinations across them cannot work."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from aws_cdk import aws_logs as logs
from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator

from stacks.account.settings import AccountWide
from stacks.agents.settings import Agents
from stacks.approvals.settings import Approvals
from stacks.assistant.settings import Assistant
from stacks.catalogue.settings import Catalogue
from stacks.complaints import sentences, unsound
from stacks.constructs.settings import Common, Functions, Section, refuse, region_of
from stacks.data.settings import Data
from stacks.drift.settings import Drift
from stacks.events.settings import Events
from stacks.foundation.settings import CLOUDWATCH_RETENTION_DAYS, Foundation
from stacks.ingestion.settings import Ingestion
from stacks.load import Load
from stacks.models.settings import Models
from stacks.network.settings import Network
from stacks.production import RULES
from stacks.regions import REGIONS
from stacks.residency import strays_of_data, strays_of_models, unknown, unreachable
from stacks.search.settings import Search
from stacks.teams.settings import Teams
from stacks.triggers.settings import Triggers

APPCONFIG_SECONDS = 15
Model = TypeVar("Model", bound=BaseModel)
ENVIRONMENTS = Path(__file__).resolve().parent.parent / "environments"


class InvalidEnvironment(ValueError):
    """An environment file that cannot be used; the message has one line per error."""


class Environment(Common):
    """One environment: what `-c env=NAME` selects."""

    name: Literal["local", "dev", "staging", "prod"]
    residency: tuple[str, ...] = Field(min_length=1, description="regions where data may be: copies, inference profiles, logs keep to them")
    account_wide: AccountWide | None = None
    foundation: Foundation
    network: Network
    data: Data
    search: Search
    models: Models
    ingestion: Ingestion
    events: Events = Events()
    drift: Drift | None = Field(default=None, validate_default=True)
    agents: Agents
    approvals: Approvals = Approvals()
    teams: Teams
    triggers: Triggers = Triggers()
    assistant: Assistant
    catalogue: Catalogue | None = None
    load: Load = Load()

    @property
    def log_retention(self) -> logs.RetentionDays:
        return dict(zip(CLOUDWATCH_RETENTION_DAYS, logs.RetentionDays, strict=False))[self.foundation.log_retention_days]

    @field_validator("residency")
    @classmethod
    def data_may_be_in_the_region_itself(cls, residency: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        region = info.data.get("region")
        away = f"residency={', '.join(residency)} lacks region={region}, where everything is: add it"
        refuse(
            *unknown(residency), *(unreachable(residency, region) if region else ()), away if region and region not in residency else None
        )
        return residency

    @field_validator("foundation")
    @classmethod
    def the_key_of_logs_is_in_the_region(cls, foundation: Foundation, info: ValidationInfo) -> Foundation:
        region, brought = info.data.get("region"), foundation.logs_key
        if region and brought and region_of(brought) != region:
            raise ValueError(f"foundation.logs_key is of {region_of(brought)}: log groups need a key of region={region}")
        return foundation

    @field_validator("account_wide")
    @classmethod
    def an_account_is_behind_it(cls, section: AccountWide | None, info: ValidationInfo) -> AccountWide | None:
        if section:
            section.refuse_elsewhere(str(info.data.get("name")))
        if section and info.data.get("protect_data") is False:
            raise ValueError("account_wide needs protect_data=true: records about the account outlive what wrote them; leave it out")
        return section

    @field_validator("protect_data")
    @classmethod
    def prod_keeps_its_data(cls, protect: bool, info: ValidationInfo) -> bool:
        if info.data.get("name") == "prod" and not protect:
            raise ValueError("must be true in prod: production data outlives its stack")
        return protect

    @field_validator(*RULES)
    @classmethod
    def prod_has_what_prod_must_have(cls, section: Section, info: ValidationInfo) -> Section:
        if info.data.get("name") == "prod":
            refuse(*RULES[str(info.field_name)](section))
        return section

    @field_validator("drift")
    @classmethod
    def what_was_deployed_is_known(cls, drift: Drift | None, info: ValidationInfo) -> Drift | None:
        name = info.data.get("name")
        if drift and name == "local":
            raise ValueError("drift: the local AWS does not compare what is there with what was deployed; leave it out")
        if not drift and name == "prod":
            raise ValueError(
                "drift=null: prod must be looked at each day for what was changed by hand; name an hour, as in drift: {hour: 3}"
            )
        return drift

    @field_validator("functions")
    @classmethod
    def only_local_runs_on_the_host(cls, functions: Functions, info: ValidationInfo) -> Functions:
        name = info.data.get("name")
        if functions.runtime == "host" and name not in (None, "local"):
            raise ValueError(f"functions.runtime=host in {name}: AWS has no such runtime; use python3.14")
        return functions

    @field_validator("agents")
    @classmethod
    def what_protects_data_reaches_no_loopback(cls, agents: Agents, info: ValidationInfo) -> Agents:
        if info.data.get("protect_data") and agents.outside_on_loopback:
            raise ValueError("agents.outside_on_loopback is for tests: with protect_data=true tools reach the public internet alone")
        return agents

    @field_validator("assistant")
    @classmethod
    def each_embedding_model_has_its_confidence(cls, assistant: Assistant, info: ValidationInfo) -> Assistant:
        models = info.data.get("models")
        if models and bool(models.embedding_beside) != bool(assistant.confidence_beside):
            given, missing = "models.embedding_beside", "assistant.confidence_beside"
            if assistant.confidence_beside:
                given, missing = missing, given
            raise ValueError(f"{given} needs {missing}: how sure an answer is depends on the embedding model")
        return assistant

    @field_validator("assistant")
    @classmethod
    def appconfig_is_not_asked_too_often(cls, assistant: Assistant, info: ValidationInfo) -> Assistant:
        seconds = assistant.switch_seconds
        if seconds < APPCONFIG_SECONDS and info.data.get("name") != "local":
            raise ValueError(f"assistant.switch_seconds={seconds}: AppConfig takes {APPCONFIG_SECONDS} at least")
        return assistant

    @field_validator("assistant")
    @classmethod
    def the_name_can_be_served_here(cls, assistant: Assistant, info: ValidationInfo) -> Assistant:
        domain, region, account = assistant.domain, info.data.get("region"), info.data.get("account")
        if domain and info.data.get("name") == "local":
            raise ValueError("assistant.domain: the local AWS serves no such name; leave it out")
        if domain and region and domain.region != region:
            raise ValueError(f"assistant.domain.certificate_arn is of {domain.region}: request the certificate in region={region}")
        if domain and account and domain.account != account:
            raise ValueError(f"assistant.domain.certificate_arn is of {domain.account}: request the certificate in account={account}")
        return assistant

    @field_validator("assistant")
    @classmethod
    def the_emulator_sends_nobody_elsewhere(cls, assistant: Assistant, info: ValidationInfo) -> Assistant:
        if assistant.identity_provider and info.data.get("name") == "local":
            raise ValueError("assistant.identity_provider: the local AWS has users of its own alone; leave it out")
        return assistant

    @field_validator("catalogue")
    @classmethod
    def the_emulator_delivers_no_lines(cls, catalogue: Catalogue | None, info: ValidationInfo) -> Catalogue | None:
        if catalogue and info.data.get("name") == "local":
            raise ValueError("catalogue: the local AWS delivers no lines of logs into tables. Leave the section out")
        return catalogue

    @field_validator("network")
    @classmethod
    def zones_are_in_the_region(cls, network: Network, info: ValidationInfo) -> Network:
        region = info.data.get("region")
        strangers = [zone for zone in network.zones if region and not re.fullmatch(re.escape(region) + "[a-z]", zone)]
        if strangers:
            raise ValueError(f"network.zones={', '.join(strangers)} not in region={region}")
        return network

    @field_validator("ingestion")
    @classmethod
    def recognisers_have_a_way(cls, ingestion: Ingestion, info: ValidationInfo) -> Ingestion:
        network = info.data.get("network")
        asked = {"comprehend": ingestion.comprehend, "textract": ingestion.textract}
        for service, is_asked in asked.items():
            if is_asked and network and service not in network.interface_endpoints:
                raise ValueError(f"ingestion.{service}=true: add {service} to network.interface_endpoints")
        return ingestion

    @field_validator("ingestion")
    @classmethod
    def keys_of_sources_are_in_the_region(cls, ingestion: Ingestion, info: ValidationInfo) -> Ingestion:
        region = info.data.get("region")
        keys = [source.key_arn for source in ingestion.sources if source.key_arn]
        told = "a bucket of this region has a key of"
        refuse(*(f"ingestion.sources.key_arn={key}: {told} region={region}" for key in keys if region and region_of(key) != region))
        return ingestion

    @field_validator("ingestion")
    @classmethod
    def the_emulator_has_no_textract(cls, ingestion: Ingestion, info: ValidationInfo) -> Ingestion:
        if ingestion.textract and info.data.get("name") == "local":
            raise ValueError("ingestion.textract=true: the local AWS has no Textract; Tesseract recognises there. Set it to false")
        return ingestion

    @field_validator("ingestion")
    @classmethod
    def batches_are_embedded_by_bedrock(cls, ingestion: Ingestion, info: ValidationInfo) -> Ingestion:
        models = info.data.get("models")
        if ingestion.batch_embedding and info.data.get("name") == "local":
            raise ValueError("ingestion.batch_embedding: the local AWS has no batch jobs of Bedrock. Set it to null")
        if ingestion.batch_embedding and models and models.embedding.provider != "bedrock":
            raise ValueError(f"ingestion.batch_embedding needs models.embedding.provider=bedrock; it is {models.embedding.provider}")
        return ingestion

    @field_validator("data")
    @classmethod
    def the_replica_is_elsewhere(cls, data: Data, info: ValidationInfo) -> Data:
        if data.replica_region is not None and data.replica_region == info.data.get("region"):
            raise ValueError(f"data.replica_region={data.replica_region} is the region itself; a replica is in another")
        return data

    @field_validator("data")
    @classmethod
    def copies_stay_where_data_may_be(cls, data: Data, info: ValidationInfo) -> Data:
        if residency := info.data.get("residency"):
            refuse(*strays_of_data(data, residency))
        return data

    @field_validator("data")
    @classmethod
    def what_cannot_be_deleted_is_protected(cls, data: Data, info: ValidationInfo) -> Data:
        """A stack that goes with its data goes whole."""
        kept = {
            f"access_log_lock={data.access_log_lock}": (data.access_log_lock, "nobody can delete locked objects before their time"),
            "backup_vault=true": (data.backup_vault, "nobody can delete what a locked vault keeps before its time"),
            f"replica_region={data.replica_region}": (data.replica_region, "nothing empties the copies in the second region"),
        }
        if info.data.get("protect_data") is False:
            refuse(*(f"data.{key} needs protect_data=true: {why}" if value else None for key, (value, why) in kept.items()))
        return data

    @field_validator("search")
    @classmethod
    def search_zones_have_subnets(cls, search: Search, info: ValidationInfo) -> Search:
        network = info.data.get("network")
        if network and search.zones > len(network.zones):
            raise ValueError(f"search.zones={search.zones} exceeds the {len(network.zones)} zones of network.zones")
        return search

    @field_validator("models")
    @classmethod
    def questions_stay_where_data_may_be(cls, models: Models, info: ValidationInfo) -> Models:
        region, residency = info.data.get("region"), info.data.get("residency")
        if region and residency:
            refuse(*strays_of_models(models, region, residency))
        return models

    @field_validator("models")
    @classmethod
    def the_instance_is_sold_in_the_region(cls, models: Models, info: ValidationInfo) -> Models:
        region = info.data.get("region")
        if region:
            hosted = REGIONS[region].hosting_instances
            sizes = {"embedding": models.embedding, "embedding_beside": models.embedding_beside}
            asked = {key: size.instance_type for key, size in sizes.items() if size and size.instance_type}
            strange = [f"models.{key}.instance_type={instance}" for key, instance in asked.items() if instance not in hosted]
            refuse(*(f"{each} is not hosted in {region}; allowed: {', '.join(sorted(hosted))}" for each in strange))
        return models

    @field_validator("models")
    @classmethod
    def the_reranker_is_in_the_region(cls, models: Models, info: ValidationInfo) -> Models:
        region = info.data.get("region")
        if region and models.reranker and models.reranker not in REGIONS[region].rerankers:
            there = ", ".join(name for name, each in REGIONS.items() if models.reranker in each.rerankers)
            raise ValueError(f"models.reranker={models.reranker} is not in region={region}; it is in {there}. Choose null")
        return models


def load(name: str, folder: Path = ENVIRONMENTS, domain: str | None = None) -> Environment:
    """Read `{folder}/{name}.yaml`. domain: in place of its data.domain.

    Raises InvalidEnvironment with one line per error (key, value, what is allowed), or when there is no such file, or it has another name.
    """
    known = sorted(file.stem for file in folder.glob("*.yaml"))
    if name not in known:
        raise InvalidEnvironment(f"no environment {name!r}; there are: {', '.join(known)}")
    path = folder / f"{name}.yaml"
    values = read(path)
    if isinstance(values, dict) and values.get("account_wide"):
        _refuse_two_owners(values, path)
    if domain and isinstance(values, dict) and isinstance(values.get("data"), dict):
        values["data"]["domain"] = domain
    environment = parse(values, path.name)
    if environment.name != name:
        raise InvalidEnvironment(
            f"{path.name} has name={environment.name}: it would be deployed over {environment.name}; write name: {name}"
        )
    return environment


def read(path: Path) -> Any:
    """The file's values, of any type. Raises InvalidEnvironment if it is no YAML."""
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 -- a SafeLoader
        json.dumps(values, default=str, skipkeys=True)
        return values
    except (yaml.YAMLError, ValueError) as error:  # ValueError: bytes that are no UTF-8, an anchor inside itself
        raise InvalidEnvironment(f"{path.name} is no YAML: {' '.join(str(error).split())}") from None


def _refuse_two_owners(values: Mapping[str, Any], path: Path) -> None:
    """Raise InvalidEnvironment when another environment owns what an account and region has once, or may own it as far as can be seen."""
    for other in sorted(each for each in path.parent.glob("*.yaml") if each != path):
        theirs = read(other)
        if not isinstance(theirs, dict) or not theirs.get("account_wide") or theirs.get("region") != values.get("region"):
            continue
        ours, account = values.get("account"), theirs.get("account")
        if ours is None or account is None:
            both = f"account_wide is in {path.name} and in {other.name}"
            raise InvalidEnvironment(
                f"{both}: one environment of an account has it. If they are two accounts, name both by the key account"
            )
        if ours == account:
            raise InvalidEnvironment(
                f"account_wide is in {path.name} and in {other.name}, both of account {ours}: leave it out of one of them"
            )


_TAG = "tag:yaml.org,2002:"
# Of a scalar without quotes: tag → how it is written, and the characters that it begins with.
_PLAIN = {
    f"{_TAG}bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    f"{_TAG}int": (r"[-+]?(0|[1-9][0-9_]*)", "-+0123456789"),
    f"{_TAG}float": (r"[-+]?(([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|\.inf)|\.nan", "-+.0123456789"),
}


class _StrictLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, of which YAML would keep the last without a word.

    Plain words are what they look like, as in YAML 1.2: `no` is a text and not false, `012` not 10, `3:30` not 210, `2026-01-31` no date.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] not in {*_PLAIN, f"{_TAG}timestamp"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, (_form, _first) in _PLAIN.items():
    _StrictLoader.add_implicit_resolver(_tag, re.compile(f"^({_form})$"), list(_first))


def parse(values: Any, source: str) -> Environment:
    """Type one environment's values. Raises InvalidEnvironment as `load` does; source is named in the message."""
    return typed(Environment, values, source)


def typed(kind: type[Model], values: Any, source: str) -> Model:
    """The values of a file as `kind`. Raises InvalidEnvironment as `load` does."""
    if not isinstance(values, dict):
        raise InvalidEnvironment(f"{source} holds no keys; it needs {', '.join(kind.model_fields)}")
    _refuse_all(list(unsound(values)), source)
    try:
        # As JSON, for `strict`: true is no 1, "5" no number, 1.0 no whole one; and still lists become tuples, texts networks and dates.
        return kind.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        _refuse_all([line for each in error.errors() for line in sentences(each)], source)
        raise


def _refuse_all(lines: list[str], source: str) -> None:
    if lines:
        raise InvalidEnvironment(f"{source} has {len(lines)} error(s):\n" + "\n".join(f"  {line}" for line in lines)) from None
