import copy
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

from stacks.environment import ENVIRONMENTS, InvalidEnvironment, load, parse
from stacks.foundation.settings import PLACEHOLDER

DOMAIN = {
    "name": "api.harbour.co.uk",
    "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
}
PROVIDER: dict[str, Any] = {
    "name": "corporate",
    "saml": {"metadata_url": "https://login.harbour.example/metadata"},
    "claim": "company",
    "tenants": {"Harbour Books": "harbour"},
    "callback_urls": ["https://app.harbour.example/in"],
    "asks_second_factor": True,
}
OIDC = {"issuer": "https://login.harbour.example", "client_id": "abc", "secret": "causeway/prod/provider"}
NAMES = sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml"))


def values_of(name: str) -> dict[str, Any]:
    return yaml.safe_load((ENVIRONMENTS / f"{name}.yaml").read_text())


def changed(name: str, **changes: Any) -> dict[str, Any]:
    """The values of an environment with `section__key=value` changes; a nested key takes two more underscores."""
    values = copy.deepcopy(values_of(name))
    for path, value in changes.items():
        *sections, key = path.split("__")
        target = values
        for section in sections:
            target = target[section]
        target[key] = value
    return values


KINDS = {"private": 10, "isolated": 20, "public": 1, "outside": 30}
IN_TWO_ZONES = {"network__zones": ["us-east-1a", "us-east-1b"]} | {
    f"network__{kind}_subnets": [f"10.0.{first}.0/24", f"10.0.{first + 1}.0/24"] for kind, first in KINDS.items()
}


def complaint(values: Any) -> str:
    with pytest.raises(InvalidEnvironment) as caught:
        parse(values, "prod.yaml")
    return str(caught.value)


@pytest.mark.parametrize("name", ["local", "dev", "staging", "prod"])
def test_every_environment_of_the_house_is_valid(name: str) -> None:
    assert load(name).name == name


def test_there_are_no_other_environments() -> None:
    assert NAMES == ["dev", "local", "prod", "staging"]


def test_an_unknown_environment_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidEnvironment, match="no environment 'production'; there are: dev, local, prod, staging"):
        load("production")


def test_all_errors_of_a_file_come_in_one_message() -> None:
    values = changed(
        "prod", search__replicas=3, network__nat_gateways="two", foundation__log_retention_days=30, protect_data=False, extra=1
    )
    del values["assistant"]["burst"]
    text = complaint(values)
    assert text.startswith("prod.yaml has 6 error(s):")
    for part in (
        "protect_data=False: must be true in prod",
        "foundation.log_retention_days=30 is shorter than the 365 days",
        "network.nat_gateways='two': must be 'per-zone', 'one' or 'none'",
        "search.replicas=3 needs at least 6 data nodes in 3 zones; search.data_nodes=3",
        "assistant.burst: missing",
        "extra=1: unknown key",
    ):
        assert part in text


def test_only_an_environment_that_protects_nothing_reaches_servers_on_its_own_machine() -> None:
    assert load("local").agents.outside_on_loopback
    found = complaint(changed("prod", agents__outside_on_loopback={"www.books.example": 8443}))
    assert "agents.outside_on_loopback is for tests: with protect_data=true tools reach the public internet alone" in found
    assert "assistant.experiment_minutes=0: prod must get experiments step by step" in complaint(
        changed("prod", assistant__experiment_minutes=0)
    )
    assert "agents.secret_days=0: must be at least 1" in complaint(changed("dev", agents__secret_days=0))
    assert "outside_on_loopback=localhost: no host" in complaint(changed("dev", agents__outside_on_loopback={"localhost": 8443}))


def test_a_misspelt_key_inside_a_section_is_an_error() -> None:
    assert "search.replica=1: unknown key" in complaint(changed("prod", search__replica=1))


@pytest.mark.parametrize("content", [None, [], "prod", 3])
def test_a_file_that_is_no_mapping_is_refused(content: Any) -> None:
    assert "prod.yaml holds no keys; it needs name, account, region" in complaint(content)


def test_text_that_is_no_yaml_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text("name: prod\n  region: [")
    with pytest.raises(InvalidEnvironment, match=r"prod\.yaml is no YAML: .*line 2"):
        load("prod", tmp_path)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    text = (ENVIRONMENTS / "prod.yaml").read_text() + "\nprotect_data: false\n"
    (tmp_path / "prod.yaml").write_text(text)
    with pytest.raises(InvalidEnvironment, match="protect_data is given twice"):
        load("prod", tmp_path)


@pytest.mark.parametrize("written", ["012", "0b11", "0x1f", "1:30", "1e1"])
def test_what_yaml_could_read_as_another_number_is_none(tmp_path: Path, written: str) -> None:
    text = (ENVIRONMENTS / "prod.yaml").read_text()
    (tmp_path / "prod.yaml").write_text(re.sub(r"recovery_days: \d+", f"recovery_days: {written}", text))
    with pytest.raises(InvalidEnvironment, match=f"data.recovery_days='{written}': must be a whole number"):
        load("prod", tmp_path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"data__recovery_days": True}, "data.recovery_days=True: must be a whole number, without quotes"),
        ({"data__recovery_days": "12"}, "data.recovery_days='12': must be a whole number, without quotes"),
        ({"data__recovery_days": 1.5}, "data.recovery_days=1.5: must be a whole number, without quotes"),
        ({"data__recovery_days": None}, "data.recovery_days=None: must be a whole number, without quotes"),
        ({"foundation__log_retention_days": True}, "foundation.log_retention_days=True"),
        ({"functions__snap_start": 0}, "functions.snap_start=0: must be true or false"),
        ({"functions__snap_start": "no"}, "functions.snap_start='no': must be true or false"),
        ({"account": 111122223333}, "account=111122223333: must be a text: put it in quotes"),
        ({"region": False}, "region=False: must be a text: put it in quotes"),
        ({"network__zones": "us-east-1a"}, "network.zones='us-east-1a': must be a list"),
        ({"search": 3}, "search=3: must hold keys"),
        ({"network__egress": ["s3"]}, "network.egress=['s3']: must hold keys"),
        ({"assistant__firewall_counts_until": "tomorrow"}, "assistant.firewall_counts_until='tomorrow': must be a date, as in 2026-"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_words_and_never_turned_into_what_was_not_written(
    changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in complaint(changed("prod", **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"data__noncurrent_version_days": 10**12},
        {"search__shards": 1025},
        {"assistant__burst": 10**9},
        {"account_wide": {"cost_anomalies_usd": 10**9}},
        {"data__domain": ""},
        {"data__domain": "x" * 300},
        {"data__domain": "../domains/bookshop"},
        {"people": {"auditor": {"users": ["auditors/" + "x" * 65]}}},
        {"people": {"auditor": {"users": ["*"]}}},
        {"perimeter__operator_roles": ["x" * 65]},
        {"perimeter__operator_roles": ["*"]},
        {"triggers": {"accounts": {"111122223333": ""}}},
        {"models__embedding__artifact": "weights of ours"},
        {"assistant__domain": DOMAIN | {"certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/-"}},
    ],
)
def test_a_value_that_aws_would_refuse_is_refused_before(changes: dict[str, Any]) -> None:
    assert complaint(changed("prod", **changes))


@pytest.mark.parametrize("user", ["auditors/*", "auditors/ada*", "auditors/" + "x" * 64, "ada", "ada*", "a/b/ada.lovelace@example"])
def test_a_user_is_named_with_its_path_or_by_how_the_name_begins(user: str) -> None:
    assert parse(changed("prod", people={"auditor": {"users": [user]}}), "prod.yaml").people.auditor


def test_a_price_is_a_number_that_can_be_added() -> None:
    tiers = load("prod").models.model_dump(mode="json")["tiers"]
    for price in (float("inf"), float("nan"), -1, 10**9):
        tiers["economy"]["usd_per_million"]["input"] = price
        assert "models.tiers.economy.usd_per_million.input" in complaint(changed("prod", models__tiers=tiers))


def test_a_region_without_a_name_is_no_region_that_residency_allows() -> None:
    tiers = load("prod").models.model_dump(mode="json")["tiers"]
    tiers["economy"]["regions"] = [""]
    assert "models.tiers.economy.regions=: questions and answers would go there" in complaint(changed("prod", models__tiers=tiers))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"search__data_nodes": 4}, "search.data_nodes=4 is no multiple of search.zones=3"),
        ({"search__master_nodes": 0}, "search.master_nodes=0 and search.master_instance_type=m7g.medium.search"),
        (IN_TWO_ZONES, "search.zones=3 exceeds the 2 zones of network.zones"),
        ({"network__zones": ["us-east-1a", "us-east-1b"]}, "network.private_subnets has 3 entries; network.zones has 2"),
        ({"network__zones": ["us-east-1a", "us-east-1b", "eu-west-1a"]}, "network.zones=eu-west-1a not in region=us-east-1"),
        ({"network__zones": ["us-east-1a", "us-east-1b", "us-east-1a"]}, "names us-east-1a more than once"),
        (
            {"network__private_subnets": ["10.0.1.0/25", "10.0.11.0/24", "10.0.12.0/24"]},
            "network subnets 10.0.1.0/24 and 10.0.1.0/25 overlap",
        ),
        (
            {"network__isolated_subnets": ["10.1.20.0/24", "10.0.21.0/24", "10.0.22.0/24"]},
            "10.1.20.0/24 is outside network.cidr=10.0.0.0/16",
        ),
        ({**IN_TWO_ZONES, "network__endpoint_zones": 3}, "network.endpoint_zones=3 exceeds the 2 zones of network.zones"),
        ({"network__endpoint_zones": 1}, "network.endpoint_zones=1: prod must survive the loss of a zone"),
        ({"network__outside_without_vpc": True}, "set network.nat_gateways=per-zone to none"),
        ({"network__outside_without_vpc": True, "network__nat_gateways": "none"}, "what prod sends outside must pass the VPC"),
        ({"assistant__domain": {**DOMAIN, "name": "https://api.harbour.co.uk"}}, "assistant.domain.name='https://api.harbour.co.uk'"),
        ({"assistant__domain": {**DOMAIN, "certificate_arn": "arn:aws:iam::1:x"}}, "assistant.domain.certificate_arn='arn:aws:iam::1:x'"),
        ({"assistant__domain": DOMAIN}, "certificate_arn is of eu-west-1: request the certificate in region=us-east-1"),
        ({"assistant__domain": {**DOMAIN, "hosted_zone_id": "harbour.co.uk"}}, "assistant.domain.hosted_zone_id='harbour.co.uk'"),
        ({"assistant__firewall_counts_until": "2026-12-01"}, "has no effect with assistant.firewall_mode=block"),
        (
            {"assistant__firewall_countries": ["UK"]},
            "assistant.firewall_countries=UK is no code: the firewall knows the United Kingdom as GB",
        ),
        ({"assistant__firewall_countries": ["Germany"]}, "assistant.firewall_countries.0='Germany'"),
        ({"assistant__questions_a_minute": {"prime": 400}}, "firewall_requests_per_five_minutes=2000 blocks a user's address before"),
        (
            {"assistant__questions_a_minute": {"prime": 90}, "assistant__rate_per_second": 1},
            "rate_per_second=1 is less than one user may ask",
        ),
        ({"assistant__questions_a_minute": {"prime": 0}}, "assistant.questions_a_minute.prime=0"),
        ({"assistant__questions_a_minute": {}}, "assistant.questions_a_minute={}"),
        ({"assistant__questions_a_minute": {"Prime user": 9}}, "assistant.questions_a_minute.Prime user"),
        ({"network__dns_firewall": False}, "network.dns_firewall=false: prod's resolver must answer for listed names alone"),
        ({"network__egress": {"search": []}}, "network.egress names no `functions`"),
        ({"network__egress": {"functions": ["moon"]}}, "network.egress.functions.0='moon'"),
        ({"network__interface_endpoints": ["kafka"]}, "network.interface_endpoints.0='kafka'"),
        (
            {"perimeter__break_glass_roles": ["causeway-prod-answers"]},
            "break_glass_roles=causeway-prod-answers: such names belong to Causeway",
        ),
        ({"perimeter__operator_roles": ["aws-*"]}, "perimeter.operator_roles=aws-*: such names belong to AWS's services"),
        ({"perimeter__break_glass_roles": ["c*"]}, "perimeter.break_glass_roles=c*: such names belong to Causeway"),
        ({"perimeter__break_glass_roles": ["aws-service-role/*"]}, "perimeter.break_glass_roles.0='aws-service-role/*'"),
        ({"perimeter__break_glass_roles": ["*"]}, "perimeter.break_glass_roles.0='*'"),
        ({"perimeter__break_glass_roles": ["arn:aws:iam::111122223333:role/A"]}, "perimeter.break_glass_roles.0='arn:aws"),
        ({"data__replica_region": "us-east-1"}, "data.replica_region=us-east-1 is the region itself"),
        ({"data__recovery_days": 36}, "data.recovery_days=36: must be at most 35"),
        (
            {"models__embedding__instance_type": "ml.x9.huge"},
            "models.embedding.instance_type=ml.x9.huge is not hosted in us-east-1; allowed: ",
        ),
        (
            {"models__embedding__instance_type": "ml.g9.large"},
            "models.embedding.instance_type=ml.g9.large is not hosted in us-east-1; allowed: ",
        ),
        ({"models__embedding__instance_type": None}, "models.embedding.provider=sagemaker needs models.embedding.instance_type"),
        ({"models__embedding__provider": "bedrock"}, "models.embedding.provider=bedrock needs models.embedding.texts_a_minute"),
        ({"ingestion__embedding_share": 0}, "ingestion.embedding_share=0"),
        ({"models__embedding__max_instances": 1}, "models.embedding.max_instances=1 is below min_instances=2"),
        ({"models__embedding__calibration": None}, "models.embedding.calibration"),
        (
            {"models__embedding__calibration": "gpt"},
            "models.embedding.calibration='gpt': environments/calibrations has no gpt.yaml; there are: bge-large-en-v1.5,",
        ),
        ({"models__reranker": "bge"}, "models.reranker='bge'"),
        ({"models__answer_tier": "best"}, "models.answer_tier=best is no key of models.tiers (economy, standard)"),
        ({"models__fallback_tiers": ["best"]}, "models.fallback_tiers=best is no key of models.tiers (economy, standard)"),
        ({"models__fallback_tiers": ["standard"]}, "models.fallback_tiers=standard is asked already before"),
        ({"models__fallback_tiers": ["economy", "economy"]}, "names economy more than once"),
        (
            {"models__tiers__standard__model": "us.amazon.nova-pro-v1:0", "models__tiers__standard__claims": True},
            "claims=true needs a model that takes a schema (claude-haiku-4-5, claude-sonnet-4-5, claude-opus-4-5, claude-opus-4-6)",
        ),
        ({"models__second_opinion_tier": "best"}, "models.second_opinion_tier=best is no key of models.tiers (economy, standard)"),
        ({"models__second_opinion_tier": "standard"}, "models.second_opinion_tier=standard is the answer tier: ask another model"),
        (
            {"functions__runtime": "host", "functions__architecture": "host", "functions__snap_start": False},
            "functions.runtime=host in prod",
        ),
        ({"functions__architecture": "host"}, "both are host or neither is"),
        ({"foundation__log_retention_days": 366}, "CloudWatch keeps logs for one of 1, 3, 5"),
        ({"ingestion__sources": [{"bucket": "b-b", "prefix": "docs", "tenant": "t"}]}, 'prefix="docs": end it with one "/"'),
        ({"ingestion__sources": [{"bucket": "b-b", "tenant": "t"}] * 2}, "ingestion.sources names b-b/ for t twice"),
        ({"ingestion__sources": [{"bucket": "b-b", "tenant": "a/b"}]}, "ingestion.sources.0.tenant='a/b'"),
        ({"region": "mars-north-1"}, "region='mars-north-1': its prefix lists are not in stacks/regions.py"),
        ({"account": "42"}, "account='42'"),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in complaint(changed("prod", **changes))


def test_a_rule_over_two_sections_is_reported_beside_errors_of_others() -> None:
    text = complaint(changed("prod", **IN_TWO_ZONES, assistant__burst="many"))
    assert "search.zones=3" in text
    assert "assistant.burst='many'" in text


@pytest.mark.parametrize(("zones", "replicas", "nodes"), [(1, 1, 2), (1, 2, 3), (2, 1, 2), (2, 2, 4), (2, 3, 4)])
def test_every_copy_of_a_shard_needs_a_node(zones: int, replicas: int, nodes: int) -> None:
    changes = {"search__zones": zones, "search__replicas": replicas}
    assert parse(changed("staging", **changes, search__data_nodes=nodes), "staging.yaml").search.data_nodes == nodes


@pytest.mark.parametrize(("zones", "replicas", "nodes"), [(1, 1, 1), (1, 2, 2), (2, 2, 2), (2, 3, 2)])
def test_a_copy_without_a_node_is_refused(zones: int, replicas: int, nodes: int) -> None:
    values = changed("prod", search__zones=zones, search__replicas=replicas, search__data_nodes=nodes)
    assert f"search.replicas={replicas} needs at least" in complaint(values)


def test_audits_bind_prod_only() -> None:
    assert parse(changed("staging", foundation__log_retention_days=30), "staging.yaml").log_retention is logs.RetentionDays.ONE_MONTH


@pytest.mark.parametrize(("days", "period"), [(1, "ONE_DAY"), (30, "ONE_MONTH"), (400, "THIRTEEN_MONTHS"), (3653, "TEN_YEARS")])
def test_days_become_the_period_cloudwatch_knows(days: int, period: str) -> None:
    assert parse(changed("dev", foundation__log_retention_days=days), "dev.yaml").log_retention is logs.RetentionDays[period]


@pytest.mark.parametrize(("protect", "policy"), [(True, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE), (False, RemovalPolicy.DESTROY)])
def test_protected_data_outlives_its_stack(protect: bool, policy: RemovalPolicy) -> None:
    assert parse(changed("dev", protect_data=protect), "dev.yaml").removal_policy is policy


def test_an_environment_without_account_takes_the_deployers() -> None:
    assert load("prod").aws.account is None
    assert parse(changed("prod", account="123456789012"), "prod.yaml").aws.account == "123456789012"


def test_local_has_the_shape_of_prod() -> None:
    local, prod = values_of("local"), values_of("prod")
    assert set(local) == set(prod) - {"load", "account_wide", "people", "drift", "catalogue"}
    assert local["models"]["embedding"]["provider"] == prod["models"]["embedding"]["provider"] == "sagemaker"
    no_laptop_has = {"codedeploy", "comprehend", "textract"}
    assert set(local["network"]["interface_endpoints"]) == set(prod["network"]["interface_endpoints"]) - no_laptop_has


TITAN = values_of("dev")["models"]["embedding"]
SECOND = {**values_of("prod")["models"]["embedding"], "name": "small"}


@pytest.mark.parametrize("name", NAMES)
def test_a_second_embedding_model_stands_beside_the_first_in_any_environment(name: str) -> None:
    beside = {**TITAN, "name": "titan-256", "dimensions": 256}
    confidence = values_of(name)["assistant"]["confidence"]
    models = parse(changed(name, models__embedding_beside=beside, assistant__confidence_beside=confidence), name).models
    assert [(each.name, each.dimensions) for each in models.embeddings] == [("first", 1024), ("titan-256", 256)]


@pytest.mark.parametrize(
    ("name", "beside", "reason"),
    [
        ("prod", {**SECOND, "name": "first"}, "models.embedding_beside.name=first is that of models.embedding"),
        ("prod", {**SECOND, "name": "BGE large"}, "models.embedding_beside.name='BGE large'"),
        ("prod", {**SECOND, "instance_type": "ml.x9.huge"}, "models.embedding_beside.instance_type=ml.x9.huge is not hosted in us-east-1"),
        ("prod", {**SECOND, "dimensions": 4096}, "models.embedding_beside.dimensions=4096"),
        ("dev", {**TITAN, "name": "same"}, "with 1024 dimensions, as models.embedding is: nothing to move to"),
        ("dev", {**TITAN, "name": "small", "dimensions": 300}, "dimensions=300: amazon.titan-embed-text-v2:0 gives 256, 512, 1024"),
        ("dev", {**TITAN, "name": "slow", "dimensions": 256, "texts_a_minute": 60}, "models.embedding_beside.texts_a_minute=60: the quota"),
    ],
)
def test_a_second_embedding_model_that_cannot_work_is_refused(name: str, beside: dict[str, Any], reason: str) -> None:
    confidence = values_of(name)["assistant"]["confidence"]
    assert reason in complaint(changed(name, models__embedding_beside=beside, assistant__confidence_beside=confidence))


def test_a_second_embedding_model_needs_its_own_confidence_and_the_other_way_round() -> None:
    confidence = values_of("prod")["assistant"]["confidence"]
    for change, reason in (
        ({"models__embedding_beside": SECOND}, "models.embedding_beside needs assistant.confidence_beside"),
        ({"assistant__confidence_beside": confidence}, "assistant.confidence_beside needs models.embedding_beside"),
    ):
        assert reason in complaint(changed("prod", **change))


def test_other_weights_are_another_version_and_titan_has_none() -> None:
    size = load("prod").models.embedding
    others = [size.model_copy(update=each) for each in ({"artifact": "other/"}, {"revision": "2"}, {"instance_type": "ml.g5.2xlarge"})]
    assert [each.version == size.version for each in others] == [False, False, True]
    assert load("dev").models.embedding.version == ""


def test_dev_pays_for_no_embedding_endpoint() -> None:
    assert load("dev").models.embedding.provider == "bedrock"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"assistant__second_factor": "optional"}, "assistant.second_factor=optional: prod must require a second factor"),
        ({"assistant__web_firewall": False}, "assistant.web_firewall=false: prod must have a web firewall"),
        ({"assistant__firewall_mode": "count"}, "assistant.firewall_mode=count: prod's firewall must block"),
        ({"assistant__firewall_mode": "count", "assistant__firewall_counts_until": "2020-01-01"}, ", not 2020-01-01"),
        ({"assistant__firewall_mode": "count", "assistant__firewall_counts_until": "2999-01-01"}, ", not 2999-01-01"),
        ({"data__replica_region": None}, "data.replica_region=null: prod must hold a copy"),
        ({"data__access_log_lock": None}, "data.access_log_lock=null: prod must lock its access logs"),
        ({"data__backup_vault": False}, "data.backup_vault=false: prod must keep backups"),
        ({"search__zones": 1}, "search.zones=1: prod must survive the loss of a zone"),
        ({"search__replicas": 0}, "search.replicas=0: prod must hold every passage twice"),
        ({"search__master_nodes": 0, "search__master_instance_type": None}, "search.master_nodes=0: prod must have dedicated masters"),
        ({"search__instance_type": "t3.small.search"}, "search.instance_type=t3.small.search: prod must not wait for credits"),
        ({"search__master_instance_type": "t2.medium.search"}, "search.master_instance_type=t2.medium.search: prod must not wait"),
        ({"foundation__alarm_emails": []}, "foundation.alarm_emails is empty: nobody would hear prod's alarms"),
    ],
)
def test_prod_is_refused_what_a_small_environment_may_do_without(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in complaint(changed("prod", **changes))
    assert parse(changed("staging", **changes), "staging.yaml").name == "staging"


@pytest.mark.parametrize(
    ("provider", "sentence"),
    [
        ({"saml": None}, "assistant.identity_provider has neither oidc nor saml: give the one that the provider speaks"),
        ({"oidc": OIDC}, "assistant.identity_provider has oidc and saml"),
        ({"oidc": {**OIDC, "issuer": "http://login.harbour.example"}}, "assistant.identity_provider.oidc.issuer='http://login"),
        ({"oidc": {**OIDC, "secret": "a secret"}}, "assistant.identity_provider.oidc.secret='a secret'"),
        ({"oidc": {**OIDC, "scopes": ["email"]}}, "assistant.identity_provider.oidc.scopes=email leaves out openid"),
        ({"saml": {"metadata_url": "metadata.xml"}}, "assistant.identity_provider.saml.metadata_url='metadata.xml'"),
        ({"name": "Corporate_1"}, "assistant.identity_provider.name='Corporate_1'"),
        ({"claim": "the company"}, "assistant.identity_provider.claim='the company'"),
        ({"tenants": {}}, "assistant.identity_provider.tenants={}"),
        ({"tenants": {"Harbour Books": "harbour/x"}}, "assistant.identity_provider.tenants.Harbour Books='harbour/x'"),
        ({"tenants": {"[Harbour Books]": "harbour"}}, "assistant.identity_provider.tenants.[Harbour Books]"),
        ({"tenants": {f"{n:03}{'v' * 30}": "harbour" for n in range(90)}}, "tenants has 3600 bytes, more than the 2000 that fit"),
        ({"tier": "gold"}, "assistant.identity_provider.tier=gold is not in assistant.questions_a_minute: prime, member, guest"),
        ({"callback_urls": ["http://app.harbour.example/in"]}, "assistant.identity_provider.callback_urls.0='http://app"),
        ({"callback_urls": ["https://app.harbour.example/in#x"]}, "assistant.identity_provider.callback_urls.0='https://app"),
        ({"asks_second_factor": False}, "assistant.identity_provider.asks_second_factor=false: prod must require a second factor"),
    ],
)
def test_an_identity_provider_that_cannot_work_is_refused(provider: dict[str, Any], sentence: str) -> None:
    values = changed("prod", assistant__sign_in_prefix="harbour", assistant__identity_provider={**PROVIDER, **provider})
    assert sentence in complaint(values)


def test_an_identity_provider_needs_an_address_to_send_people_back_to_and_nothing_else_does() -> None:
    assert parse(changed("prod", assistant__sign_in_prefix="harbour", assistant__identity_provider=PROVIDER), "prod.yaml")
    assert "assistant.identity_provider needs assistant.sign_in_prefix" in complaint(changed("prod", assistant__identity_provider=PROVIDER))
    assert "assistant.sign_in_prefix=harbour has no effect" in complaint(changed("prod", assistant__sign_in_prefix="harbour"))
    named = changed("prod", assistant__sign_in_prefix="harbour-aws", assistant__identity_provider=PROVIDER)
    assert "assistant.sign_in_prefix=harbour-aws: Cognito takes no name with aws in it" in complaint(named)


PARTNER = {"tenant": "harbour", "requests_per_second": 1000, "burst": 2000, "quota_a_month": 1_000_000}


@pytest.mark.parametrize(
    ("partners", "sentence"),
    [
        ({"Bookings": PARTNER}, "assistant.partners.Bookings"),
        ({"bookings": {**PARTNER, "tenant": "harbour/x"}}, "assistant.partners.bookings.tenant='harbour/x'"),
        ({"bookings": {**PARTNER, "requests_per_second": 0}}, "assistant.partners.bookings.requests_per_second=0"),
        ({"bookings": {**PARTNER, "burst": 6000}}, "assistant.partners.bookings.burst=6000"),
        (
            {"bookings": {**PARTNER, "quota_a_month": 100}},
            "assistant.partners.bookings.quota_a_month=100 is used up in the first second by",
        ),
        ({"bookings": {"tenant": "harbour"}}, "assistant.partners.bookings.requests_per_second: missing"),
        (
            {"one": {**PARTNER, "requests_per_second": 6000}, "two": {**PARTNER, "requests_per_second": 6000}},
            "assistant.partners may ask 12000 requests a second together, more than the 10000",
        ),
        ({f"partner-{number}": PARTNER for number in range(11)}, "assistant.partners"),
    ],
)
def test_partners_that_cannot_be_served_are_refused(partners: dict[str, Any], sentence: str) -> None:
    assert sentence in complaint(changed("prod", assistant__sign_in_prefix="harbour", assistant__partners=partners))


def test_partners_need_an_address_for_their_tokens() -> None:
    assert "assistant.partners needs assistant.sign_in_prefix" in complaint(changed("prod", assistant__partners={"bookings": PARTNER}))
    assert parse(changed("prod", assistant__sign_in_prefix="harbour", assistant__partners={"bookings": PARTNER}), "prod.yaml")


def test_an_environment_other_than_prod_may_take_people_without_a_second_factor() -> None:
    provider = {**PROVIDER, "asks_second_factor": False}
    assert parse(changed("dev", assistant__sign_in_prefix="harbour", assistant__identity_provider=provider), "dev.yaml")


def test_the_local_aws_has_users_of_its_own_alone() -> None:
    values = changed("local", assistant__sign_in_prefix="harbour", assistant__identity_provider=PROVIDER)
    assert "assistant.identity_provider: the local AWS has users of its own alone" in complaint(values)


def test_the_local_aws_serves_no_name_of_ones_own() -> None:
    assert "assistant.domain: the local AWS serves no such name" in complaint(changed("local", assistant__domain=DOMAIN))


def test_prod_may_count_for_a_month_what_it_would_block() -> None:
    today = date.today()
    for days, accepted in {0: True, 30: True, 31: False, -1: False}.items():
        values = changed("prod", assistant__firewall_mode="count", assistant__firewall_counts_until=today + timedelta(days=days))
        if accepted:
            assert parse(values, "prod.yaml").assistant.firewall_mode == "count"
        else:
            assert "a day from today to" in complaint(values)


def test_prod_on_one_search_node_is_told_every_reason_at_once() -> None:
    text = complaint(
        changed(
            "prod", search__data_nodes=1, search__zones=1, search__replicas=0, search__master_nodes=0, search__master_instance_type=None
        )
    )
    assert [text.count(part) for part in ("search.zones=1", "search.replicas=0", "search.master_nodes=0")] == [1, 1, 1]


@pytest.mark.parametrize(
    "address", ["alarms@example.com", "ops@mail.example.org", "a@b.test", "a@somewhere.invalid", "A@EXAMPLE.NET", "a@host.local"]
)
def test_an_address_that_reaches_nobody_is_refused_everywhere(address: str) -> None:
    for name in ("prod", "dev"):
        assert f"foundation.alarm_emails={address}" in complaint(changed(name, foundation__alarm_emails=["ops@harbour.co.uk", address]))


def test_the_placeholder_of_a_fresh_clone_passes_and_is_no_person() -> None:
    prod = load("prod")
    assert prod.foundation.alarm_emails == (PLACEHOLDER,)
    assert prod.foundation.people_to_alarm == ()
    named = parse(changed("prod", foundation__alarm_emails=["ops@notexample.com"]), "prod.yaml")
    assert named.foundation.people_to_alarm == ("ops@notexample.com",)


def in_frankfurt(**changes: Any) -> dict[str, Any]:
    model, price = "eu.anthropic.claude-haiku-4-5-20251001-v1:0", {"input": 1.1, "output": 5.5}
    tier = {"model": model, "usd_per_million": price, "regions": ["eu-central-1", "eu-west-1"], "output_tokens": 1024}
    zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    there = {
        "region": "eu-central-1",
        "residency": ["eu-central-1", "eu-west-1"],
        "network__zones": zones,
        "data__replica_region": "eu-west-1",
    }
    models = {"models__tiers": {"standard": tier}, "models__fallback_tiers": []}
    return changed("prod", **(there | models | changes))


def test_a_deployment_in_europe_stays_in_europe() -> None:
    assert parse(in_frankfurt(), "prod.yaml").region == "eu-central-1"


@pytest.mark.parametrize(
    ("price", "complained"),
    [
        (None, "usd_per_million: missing"),
        ({"input": 0, "output": 5}, "usd_per_million.input=0"),
        ({"input": 1}, "usd_per_million.output: missing"),
    ],
)
def test_a_model_without_a_price_is_refused_for_a_budget_of_money_would_not_hold(price: dict[str, float] | None, complained: str) -> None:
    values = in_frankfurt()
    tier = values["models"]["tiers"]["standard"]
    del tier["usd_per_million"]
    if price is not None:
        tier["usd_per_million"] = price
    assert f"models.tiers.standard.{complained}" in complaint(values)


@pytest.mark.parametrize("prefix", ["us.", "global.", "apac.", ""])
def test_an_inference_profile_of_another_geography_is_refused(prefix: str) -> None:
    values = in_frankfurt()
    values["models"]["tiers"]["standard"]["model"] = f"{prefix}anthropic.claude-haiku-4-5-20251001-v1:0"
    assert "is no inference profile of region=eu-central-1: choose one that begins with eu." in complaint(values)


def test_regions_and_replicas_where_data_may_not_be_are_refused() -> None:
    values = in_frankfurt(data__replica_region="us-west-2")
    values["models"]["tiers"]["standard"]["regions"] = ["eu-west-1", "eu-north-1"]
    text = complaint(values)
    assert "models.tiers.standard.regions=eu-north-1: questions and answers would go there" in text
    assert "data.replica_region=us-west-2: copies of documents, tables, backups, snapshots and logs would be there" in text
    assert text.count("residency allows eu-central-1, eu-west-1 alone") == 2


def test_data_may_be_in_every_region_that_is_allowed_and_in_the_environments_own() -> None:
    assert parse(in_frankfurt(residency=["eu-central-1", "eu-west-1", "eu-north-1"]), "prod.yaml").residency[2] == "eu-north-1"
    assert "residency=eu-west-1 lacks region=eu-central-1, where everything is: add it" in complaint(in_frankfurt(residency=["eu-west-1"]))
    assert "residency=eu-centrl-1: AWS has no such region" in complaint(in_frankfurt(residency=["eu-central-1", "eu-centrl-1"]))
    assert "residency: missing" in complaint({name: value for name, value in values_of("prod").items() if name != "residency"})


@pytest.mark.parametrize("geography", ["apac", "au", "ca", "eu", "global", "jp", "us", "us-gov"])
def test_texts_are_embedded_in_the_region_itself(geography: str) -> None:
    profile = f"{geography}.amazon.titan-embed-text-v2:0"
    refused = changed("dev", models__embedding={**TITAN, "model": profile})
    assert f"models.embedding.model={profile} is an inference profile" in complaint(refused)
    beside, confidence = {**TITAN, "name": "small", "dimensions": 256, "model": profile}, values_of("dev")["assistant"]["confidence"]
    refused = changed("dev", models__embedding_beside=beside, assistant__confidence_beside=confidence)
    assert f"models.embedding_beside.model={profile} is an inference profile" in complaint(refused)


def test_a_reranker_is_asked_in_the_region_itself() -> None:
    assert parse(in_frankfurt(models__reranker="cohere.rerank-v3-5:0"), "prod.yaml").models.reranker
    zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    ireland = {"region": "eu-west-1", "network__zones": zones, "data__replica_region": "eu-central-1"}
    said = complaint(in_frankfurt(**ireland, models__reranker="cohere.rerank-v3-5:0"))
    assert "models.reranker=cohere.rerank-v3-5:0 is not in region=eu-west-1; it is in us-east-1, us-west-2, eu-central-1" in said


def test_batches_are_embedded_where_bedrock_embeds_and_never_on_the_local_aws() -> None:
    assert parse(changed("dev", ingestion__batch_embedding={}), "dev").ingestion.batch_embedding
    with pytest.raises(InvalidEnvironment, match="it is sagemaker"):
        parse(changed("prod", ingestion__batch_embedding={}), "prod")
    with pytest.raises(InvalidEnvironment, match="the local AWS has no batch jobs of Bedrock"):
        parse(changed("local", ingestion__batch_embedding={}), "local")


def test_a_neighbouring_file_that_nobody_can_read_is_said_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text((ENVIRONMENTS / "prod.yaml").read_text())
    (tmp_path / "dev.yaml").write_text("name: [dev")
    with pytest.raises(InvalidEnvironment, match=r"dev\.yaml is no YAML"):
        load("prod", tmp_path)
    (tmp_path / "dev.yaml").write_text("")
    assert load("prod", tmp_path).account_wide


def test_the_local_aws_has_no_account_wide_services() -> None:
    with pytest.raises(InvalidEnvironment, match="account_wide: the local AWS has no account-wide services; leave it out"):
        parse({**values_of("local"), "account_wide": {}}, "local.yaml")


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        ({}, {}, "one environment of an account has it. If they are two accounts, name both by the key account"),
        ({"account": "1" * 12}, {}, "name both by the key account"),
        ({"account": "1" * 12}, {"account": "1" * 12}, "both of account 111111111111: leave it out of one of them"),
        ({"account": "1" * 12}, {"account": "2" * 12}, None),
        ({}, {"region": "us-west-2"}, None),
        ({}, {"account_wide": None}, None),
    ],
)
def test_one_environment_of_an_account_owns_what_it_has_once(
    tmp_path: Path, ours: dict[str, Any], theirs: dict[str, Any], reason: str | None
) -> None:
    (tmp_path / "prod.yaml").write_text(yaml.safe_dump({**values_of("prod"), **ours}))
    (tmp_path / "dev.yaml").write_text(yaml.safe_dump({**values_of("dev"), "account_wide": {"macie": False}, **theirs}))
    if reason is None:
        assert load("prod", tmp_path).account_wide
        return
    for name in ("prod", "dev"):
        with pytest.raises(InvalidEnvironment, match=reason):
            load(name, tmp_path)


@pytest.mark.parametrize("key", ["owner", "cost_centre"])
@pytest.mark.parametrize("value", ["", " ", "a" * 257, "<me>"])
def test_a_tag_that_says_nothing_is_refused(key: str, value: str) -> None:
    prod = values_of("prod")
    with pytest.raises(InvalidEnvironment, match=f"tags.{key}="):
        parse({**prod, "tags": {**prod["tags"], key: value}}, "prod.yaml")


def test_prod_is_looked_at_for_drift_and_the_laptop_is_not() -> None:
    values = values_of("prod")
    del values["drift"]
    assert "drift=null: prod must be looked at each day" in complaint(values)
    assert "the local AWS does not compare" in complaint(values_of("local") | {"drift": {"hour": 3}})
    assert "drift.hour=24" in complaint(changed("prod", drift__hour=24))


def test_a_rehearsal_asks_no_more_at_once_than_step_functions_starts() -> None:
    assert "assistant.rehearsal.at_once=41" in complaint(changed("staging", assistant__rehearsal={"questions": 60, "at_once": 41}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"data__access_log_lock": "governance"}, "data.access_log_lock=governance needs protect_data=true: nobody can delete locked"),
        ({"data__backup_vault": True}, "data.backup_vault=true needs protect_data=true: nobody can delete what a locked vault keeps"),
        ({"data__replica_region": "us-west-2"}, "data.replica_region=us-west-2 needs protect_data=true: nothing empties the copies"),
        ({"account_wide": {}}, "account_wide needs protect_data=true: records about the account outlive what wrote them"),
    ],
)
def test_what_cannot_be_deleted_is_refused_where_data_goes_with_its_stack(change: dict[str, Any], sentence: str) -> None:
    assert sentence in complaint(changed("dev", **change))
    assert sentence not in complaint(changed("dev", **change, protect_data=True, extra=1))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data__recovery_days": True}, "data.recovery_days=True: must be a whole number"),
        ({"data__recovery_days": "7"}, "data.recovery_days='7': must be a whole number"),
        ({"search__shards": 2.0}, "search.shards=2.0: must be a whole number, without quotes or a point"),
        ({"assistant__canary": "no"}, "assistant.canary='no': must be true or false, without quotes"),
        ({"account": 111122223333}, "account=111122223333: must be a text: put it in quotes"),
        ({"account": "\u0661" * 12}, "account='\u0661"),
        ({"triggers__accounts": {111122223333: "t"}}, "triggers.accounts.111122223333: YAML reads this key as int; put it in quotes"),
        ({"triggers__accounts": {"111122223333": ""}}, "triggers.accounts.111122223333='': is not of the form"),
        ({"models__tiers__economy__usd_per_million__input": float("inf")}, "models.tiers.economy.usd_per_million.input="),
        ({"models__tiers__economy__model": "${Token[TOKEN.1]}"}, "only templates have ${...}"),
        ({"tags__owner": "team "}, "tags.owner='team ': take out spaces at its ends"),
        ({"data__domain": "x" * 300}, "is not of the form"),
        ({"data__domain": ""}, "data.domain='': is not of the form"),
        ({"data__domain": "."}, "data.domain='.': is not of the form"),
        ({"assistant__confidence__fit": "x" * 300}, "assistant.confidence.fit='xxx"),
        ({"network__cidr": "10.0.0.0/8"}, "network has 10.0.0.0/8: AWS takes blocks from /16 to /28"),
        ({"network__cidr": "10.0.0.1/16"}, "network.cidr='10.0.0.1/16': 10.0.0.1/16 has host bits set"),
        ({"network__private_subnets": ["10.0.10.0/28", "10.0.11.0/28", "10.0.12.0/28"]}, "has 16 addresses; endpoints and AWS take 18"),
        ({"network__interface_endpoints": ["kms", "kms"]}, "names kms more than once"),
        ({"foundation__alarm_emails": ["a@b.co", "a@b.co"]}, "names a@b.co more than once"),
        ({"assistant__burst": 5001}, "assistant.burst=5001: must be at most 5000"),
        (
            {"ingestion__sources": [{"bucket": "b-b", "tenant": "t", "key_arn": "arn:aws:kms:"}]},
            "key_arn='arn:aws:kms:': is not of the form",
        ),
        (
            {"ingestion__sources": [{"bucket": "b-b", "tenant": "t", "key_arn": "arn:aws:kms:eu-west-1:111122223333:key/0"}]},
            "a bucket of this region has a key of region=us-east-1",
        ),
        (
            {
                "account": "444455556666",
                "assistant__domain": DOMAIN | {"certificate_arn": DOMAIN["certificate_arn"].replace("eu-west-1", "us-east-1")},
            },
            "assistant.domain.certificate_arn is of 111122223333",
        ),
    ],
)
def test_what_aws_or_yaml_would_take_otherwise_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert reason in complaint(changed("prod", **changes))


@pytest.mark.parametrize("content", [b"name: \xff", b"name: &x {beside: *x}", b"name: &x [*x]"])
def test_bytes_and_anchors_that_nobody_can_read_are_refused_without_a_traceback(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "prod.yaml").write_bytes(content)
    with pytest.raises(InvalidEnvironment, match=r"prod\.yaml is no YAML"):
        load("prod", tmp_path)
