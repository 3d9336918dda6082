"""The search domain, in every environment."""

import json
from pathlib import Path
from typing import Any

from causeway.retrieval import schema
from stacks.search.stack import DESCRIBED_IN, fingerprint
from tests.infrastructure.resolving import ACCOUNT, resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list


def domain(app: Synthesized) -> Resource:
    (found,) = app.all("AWS::OpenSearchService::Domain")
    return found


def setups(app: Synthesized, kind: str) -> list[Resource]:
    return [resource for resource in app.all("Custom::SearchSetup") if resource.properties["Kind"] == kind]


def test_the_domain_runs_the_engine_named_in_private_subnets_of_its_zones(app: Synthesized) -> None:
    properties, size = domain(app).properties, app.environment.search
    assert properties["EngineVersion"] == "OpenSearch_3.5"
    subnets = [app.target(domain(app).stack, subnet) for subnet in properties["VPCOptions"]["SubnetIds"]]
    assert len(subnets) == size.zones
    assert all(subnet is not None and subnet.id.startswith("Vpcprivate") for subnet in subnets)


def test_the_domain_has_the_nodes_of_its_environment(app: Synthesized) -> None:
    nodes, size = domain(app).properties["ClusterConfig"], app.environment.search
    assert (nodes["InstanceCount"], nodes["ZoneAwarenessEnabled"]) == (size.data_nodes, size.zones > 1)
    assert nodes["DedicatedMasterEnabled"] == (size.master_nodes > 0)


def test_prod_survives_the_loss_of_a_zone(prod: Synthesized) -> None:
    nodes = domain(prod).properties["ClusterConfig"]
    assert nodes["DedicatedMasterCount"] >= 3
    assert nodes["ZoneAwarenessConfig"]["AvailabilityZoneCount"] >= 2
    (index,) = setups(prod, "Index")
    assert index.properties["Replicas"] >= 1


def test_passages_are_encrypted_at_rest_between_nodes_and_on_the_way(app: Synthesized) -> None:
    properties = domain(app).properties
    assert properties["EncryptionAtRestOptions"]["Enabled"]
    assert app.target(domain(app).stack, properties["EncryptionAtRestOptions"]["KmsKeyId"]) is not None
    assert properties["NodeToNodeEncryptionOptions"]["Enabled"]
    assert properties["DomainEndpointOptions"] == {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}


def test_only_the_setup_function_is_master_and_no_password_exists(app: Synthesized) -> None:
    access = domain(app).properties["AdvancedSecurityOptions"]
    assert (access["Enabled"], access["InternalUserDatabaseEnabled"], access["AnonymousAuthEnabled"]) == (True, False, False)
    master = app.target(domain(app).stack, access["MasterUserOptions"]["MasterUserARN"])
    (setup,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("search-setup")]
    assert master == app.target(setup.stack, setup.properties["Role"])


def test_the_domain_lets_in_signed_requests_of_this_environments_roles_only(app: Synthesized) -> None:
    for statement in domain(app).properties["AccessPolicies"]["Statement"]:
        assert "AWS::AccountId" in json.dumps(statement["Principal"])
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        roles = resolved(app, domain(app).stack, statement["Condition"]["ArnLike"]["aws:PrincipalArn"])
        assert roles == f"arn:aws:iam::{ACCOUNT}:role/causeway-{app.name}-*"


def test_every_role_that_calls_the_domain_passes_its_policy(app: Synthesized) -> None:
    for role in setups(app, "Role"):
        target = app.target(role.stack, role.properties["RoleArn"])
        assert target is not None
        assert str(target.properties["RoleName"]).startswith(f"causeway-{app.name}-"), role


def test_search_setup_knows_which_roles_it_may_let_in(app: Synthesized) -> None:
    (setup,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("search-setup")]
    prefix = resolved(app, setup.stack, setup.properties["Environment"]["Variables"]["ROLE_PREFIX"])
    assert prefix == f"arn:aws:iam::{ACCOUNT}:role/causeway-{app.name}-"


def test_every_kind_of_log_goes_to_a_group_that_the_service_may_write_before_the_domain_exists(app: Synthesized) -> None:
    published = domain(app).properties["LogPublishingOptions"]
    assert set(published) == {"SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS"}
    assert all(log["Enabled"] for log in published.values())
    policies = [resource.id for resource in app.all("AWS::Logs::ResourcePolicy") if resource.stack == domain(app).stack]
    assert set(policies) <= set(as_list(domain(app).raw["DependsOn"]))


def test_the_index_is_set_up_again_when_its_schema_or_size_changes(app: Synthesized) -> None:
    (index,) = setups(app, "Index")
    assert index.properties["Schema"] == fingerprint(DESCRIBED_IN)
    assert (index.properties["Shards"], index.properties["Replicas"]) == (app.environment.search.shards, app.environment.search.replicas)
    models = app.environment.models
    assert index.properties["TextWeights"] == {schema.pipeline_of(each.name): each.calibrated.text_weight for each in models.embeddings}
    assert index.properties["Dimensions"] == models.embedding.dimensions
    assert domain(app).id in as_list(index.raw["DependsOn"])


def test_a_lost_index_is_made_anew_as_the_template_says(app: Synthesized) -> None:
    (index,) = setups(app, "Index")
    (setup,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("search-setup")]
    told = json.loads(setup.properties["Environment"]["Variables"]["INDEX"])
    assert told == {
        name: index.properties[name] for name in index.properties if name not in ("ServiceToken", "ServiceTimeout", "Schema", "Snapshots")
    }


def test_snapshots_are_kept_by_a_role_of_the_service_that_writes_their_bucket_and_nothing_else(app: Synthesized) -> None:
    (index,) = setups(app, "Index")
    kept = index.properties["Snapshots"]
    role = app.target(index.stack, kept["Role"])
    assert role is not None
    assert role.properties["RoleName"] == f"causeway-{app.name}-search-snapshots"
    (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "es.amazonaws.com"}
    bucket = app.target(index.stack, kept["Bucket"])
    assert bucket is not None
    assert bucket.id.startswith("Snapshots")
    policies = [
        each
        for each in app.all("AWS::IAM::ManagedPolicy")
        if role in [app.target(each.stack, one) for one in each.properties.get("Roles", [])]
    ]
    (policy,) = policies
    assert {policy.id, role.id} <= set(as_list(index.raw["DependsOn"])), "the service looks at the bucket when it is told of it"
    passing = [
        each for each in app.statements() if "iam:PassRole" in each.actions and app.target(each.policy.stack, each.resources[0]) == role
    ]
    assert [each.policy.stack for each in passing] == [index.stack]
    setup = app.target(index.stack, kept["SetupRole"])
    assert setup is not None
    assert setup.properties["RoleName"].endswith("-search-setup")


def test_what_the_setup_puts_into_the_domain_is_what_its_fingerprint_covers(tmp_path: Path) -> None:
    assert {file.name for file in DESCRIBED_IN} == {"schema.py", "auditing.py", "snapshots.py"}
    copies = [tmp_path / file.name for file in DESCRIBED_IN]
    for file, copy in zip(DESCRIBED_IN, copies, strict=True):
        copy.write_bytes(file.read_bytes())
    assert fingerprint(copies) == fingerprint(DESCRIBED_IN)
    for copy in copies:
        before = fingerprint(copies)
        copy.write_text(copy.read_text() + "# changed\n")
        assert fingerprint(copies) != before, copy.name


def test_every_role_that_may_call_the_domain_asks_for_its_mapping_beside_itself(app: Synthesized) -> None:
    mapped = {(role.stack, json.dumps(role.properties["RoleArn"])) for role in setups(app, "Role")}
    callers = {statement.policy for statement in app.statements() if any(action.startswith("es:ESHttp") for action in statement.actions)}
    of_roles = {policy for policy in callers if "Roles" in policy.properties and policy.stack != domain(app).stack}
    assert of_roles
    for policy in of_roles:
        (role,) = policy.properties["Roles"]
        assert (policy.stack, json.dumps({"Fn::GetAtt": [role["Ref"], "Arn"]})) in mapped, policy


def test_only_functions_that_change_passages_may_write_them(app: Synthesized) -> None:
    assert {writer(role) for role in setups(app, "Role") if role.properties["Access"] == "write"} == {"Index", "ReindexingFunction"}
    for statement in app.statements():
        if "answers" in statement.policy.properties.get("Description", "") and any("es:" in action for action in statement.actions):
            assert not [path for path in statement.resources if "_bulk" in json.dumps(path) or "_delete" in json.dumps(path)]


def test_one_function_alone_changes_settings_and_sees_no_passage(app: Synthesized) -> None:
    (role,) = [each for each in setups(app, "Role") if each.properties["Access"] == "upkeep"]
    assert writer(role) == "Upkeep"
    may = [each for each in app.statements() if "search-upkeep may do" in str(each.policy.properties.get("Description"))]
    paths = {path for each in may if any("es:" in action for action in each.actions) for path in map(path_of, each.resources)}
    settings = {"_tasks", *(f"{alias}/_{what}" for alias in ("passages", "passages-even") for what in ("settings", "stats", "forcemerge"))}
    assert paths == {*settings, "causeway-loads/_search", "causeway-loads/_refresh", "causeway-loads/_delete_by_query"}
    others = [each for each in app.statements() if each not in may and any("_settings" in path_of(path) for path in each.resources)]
    assert not others


def path_of(resource: Any) -> str:
    """What an ARN of the domain names below it."""
    return json.dumps(resource).partition("causeway-")[2].partition("/")[2].rstrip('"]} ')


def test_settings_of_a_load_are_seen_to_every_five_minutes_one_run_at_a_time(app: Synthesized) -> None:
    (function,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("search-upkeep")]
    assert function.properties["ReservedConcurrentExecutions"] == 1
    assert function.properties["Environment"]["Variables"]["SEARCH_REPLICAS"] == str(app.environment.search.replicas)
    (rule,) = [each for each in app.all("AWS::Events::Rule") if each.properties.get("Name", "") == f"causeway-{app.name}-search-upkeep"]
    assert rule.properties["ScheduleExpression"] == "rate(5 minutes)"


def writer(role: Resource) -> str:
    return role.id.partition("SearchRole")[0]


def test_the_domain_is_given_no_option_that_the_service_refuses(app: Synthesized) -> None:
    """It answers `Unrecognized advanced option` to others, override_main_response_version among them, though it reports that one."""
    known = {"rest.action.multi.allow_explicit_index", "indices.fielddata.cache.size", "indices.query.bool.max_clause_count"}
    assert set(domain(app).properties["AdvancedOptions"]) <= known


def test_prod_keeps_the_domain_when_its_stack_goes(prod: Synthesized) -> None:
    assert (domain(prod).raw["DeletionPolicy"], domain(prod).raw["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_a_red_cluster_a_full_disk_and_a_lost_key_alarm(app: Synthesized) -> None:
    watched: set[Any] = {each.properties.get("MetricName") for each in app.all("AWS::CloudWatch::Alarm") if each.stack == domain(app).stack}
    assert watched >= {"ClusterStatus.red", "ClusterIndexWritesBlocked", "FreeStorageSpace", "JVMMemoryPressure", "KMSKeyError"}
