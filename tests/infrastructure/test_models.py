"""Guardrail, chat model and embedding, in every environment."""

import json
import re
from typing import Any

from aws_cdk import App
from aws_cdk.assertions import Template

from causeway.answering.settings import AnswerSettings
from causeway.retrieval.embeddings import EmbeddingSettings
from stacks.application import set_feature_flags, shared_by
from stacks.data.stack import DataStack
from stacks.environment import load
from stacks.foundation.stack import FoundationStack
from stacks.models.embedding import LOCAL_DISK
from stacks.models.settings import Embedding
from stacks.models.stack import ModelsStack
from stacks.network.stack import NetworkStack
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list
from tests.infrastructure.test_calls import of_role

CHECK = "Custom::EmbeddingModels"


def guardrail(app: Synthesized) -> Resource:
    (found,) = [each for each in app.all("AWS::Bedrock::Guardrail") if each.stack.endswith("-models")]
    return found


def hosted(app: Synthesized) -> list[Embedding]:
    return [each for each in app.environment.models.embeddings if each.provider == "sagemaker"]


def endpoint_of(app: Synthesized, size: Embedding) -> str:
    return f"causeway-{app.name}-{size.named('embedding')}"


def test_every_harm_is_filtered_high_both_ways_and_prompt_attacks_on_the_way_in(app: Synthesized) -> None:
    filters = {each["Type"]: each for each in guardrail(app).properties["ContentPolicyConfig"]["FiltersConfig"]}
    attack = filters.pop("PROMPT_ATTACK")
    assert (attack["InputStrength"], attack["OutputStrength"]) == ("HIGH", "NONE")
    assert set(filters) == {"HATE", "INSULTS", "MISCONDUCT", "SEXUAL", "VIOLENCE"}
    assert all((each["InputStrength"], each["OutputStrength"]) == ("HIGH", "HIGH") for each in filters.values())


def test_denied_topics_come_with_examples_within_the_service_limits(app: Synthesized) -> None:
    topics = guardrail(app).properties["TopicPolicyConfig"]["TopicsConfig"]
    assert topics
    for topic in topics:
        assert 1 <= len(topic["Examples"]) <= 5, topic["Name"]
        assert len(topic["Definition"]) <= 200, topic["Name"]
        assert all(len(example) <= 100 for example in topic["Examples"]), topic["Name"]


def test_words_personal_data_and_grounding_are_checked(app: Synthesized) -> None:
    properties = guardrail(app).properties
    assert properties["WordPolicyConfig"]["ManagedWordListsConfig"] == [{"Type": "PROFANITY"}]
    assert properties["WordPolicyConfig"]["WordsConfig"]
    assert {each["Action"] for each in properties["SensitiveInformationPolicyConfig"]["PiiEntitiesConfig"]} == {"BLOCK"}
    grounding = {each["Type"] for each in properties["ContextualGroundingPolicyConfig"]["FiltersConfig"]}
    assert grounding == {"GROUNDING", "RELEVANCE"}


def test_a_changed_guardrail_publishes_a_new_version_and_keeps_the_one_in_use(app: Synthesized) -> None:
    (version,) = [each for each in app.all("AWS::Bedrock::GuardrailVersion") if each.stack.endswith("-models")]
    assert version.properties["Description"]
    assert version.raw["UpdateReplacePolicy"] == "Retain"


def test_functions_learn_the_guardrails_version_from_ssm_so_that_replacing_it_locks_no_stack(app: Synthesized) -> None:
    exported = [
        output for template in app.templates.values() for name, output in template.get("Outputs", {}).items() if "GuardrailVersion" in name
    ]
    assert not exported
    (answers,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-answers")]
    reference = answers.properties["Environment"]["Variables"]["GUARDRAIL_VERSION"]["Ref"]
    parameter = app.templates[answers.stack]["Parameters"][reference]
    assert parameter["Default"] == f"/causeway/{app.name}/models/guardrail-version"


def test_a_profiles_models_may_be_called_only_through_the_profile(app: Synthesized) -> None:
    for statement in app.statements():
        if any("foundation-model/anthropic" in json.dumps(each) for each in statement.resources):
            assert "bedrock:InferenceProfileArn" in json.dumps(statement.conditions), statement.policy


def test_every_model_that_answers_may_be_called_in_each_region_of_its_profile(app: Synthesized) -> None:
    """AWS asks for both: the profile, and its foundation model in each region that the profile routes to."""
    models = app.environment.models
    allowed = json.dumps([each.resources for each in app.statements() if "bedrock:InvokeModel" in each.actions])
    for tier in (models.answer_model, *models.fallback_models, *([models.second_model] if models.second_model else [])):
        assert f"inference-profile/{tier.model}" in allowed
        for region in tier.regions:
            assert f"bedrock:{region}::foundation-model/{tier.model.partition('.')[2]}" in allowed


def test_the_function_asks_the_models_in_the_environments_order(app: Synthesized) -> None:
    (answers,) = [each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"].endswith("-answers")]
    variables, models = answers.properties["Environment"]["Variables"], app.environment.models
    assert variables["CHAT_MODEL"] == models.answer_model.model
    assert variables.get("SECOND_MODEL") == (models.second_model.model if models.second_model else None)
    assert variables.get("FALLBACK_MODELS", "") == ",".join(tier.model for tier in models.fallback_models)
    asked = (models.answer_model, *models.fallback_models, *([models.second_model] if models.second_model else []))
    assert set(variables.get("MODELS_IN_CLAIMS", "").split(",")) - {""} == {tier.model for tier in asked if tier.claims}


def test_dev_pays_for_no_embedding_endpoint(app: Synthesized) -> None:
    assert {each.properties["EndpointName"] for each in app.all("AWS::SageMaker::Endpoint")} == {
        endpoint_of(app, each) for each in hosted(app)
    }
    if app.name == "dev":
        assert not hosted(app)


def test_the_models_container_reaches_nothing_and_takes_its_weights_from_our_bucket(app: Synthesized) -> None:
    for model in app.all("AWS::SageMaker::Model"):
        assert model.properties["EnableNetworkIsolation"] is True
        subnets = [app.target(model.stack, subnet) for subnet in model.properties["VpcConfig"]["Subnets"]]
        assert all(subnet is not None and subnet.id.startswith("Vpcprivate") for subnet in subnets)
        source = model.properties["PrimaryContainer"]["ModelDataSource"]["S3DataSource"]
        assert (source["S3DataType"], source["CompressionType"]) == ("S3Prefix", "None")
        artifact = app.target(model.stack, source["S3Uri"])
        assert artifact is not None
        assert artifact.type == "Custom::ModelArtifact"


def test_a_change_of_weights_or_code_moves_to_a_new_folder(app: Synthesized) -> None:
    assert {each.properties["WeightsPrefix"] for each in app.all("Custom::ModelArtifact")} == {each.artifact for each in hosted(app)}
    for artifact in app.all("Custom::ModelArtifact"):
        (size,) = [each for each in hosted(app) if each.artifact == artifact.properties["WeightsPrefix"]]
        assert artifact.properties["Prefix"].startswith(f"embedding/{size.revision}-")
        assert artifact.properties["WeightsBucket"] == f"jumpstart-cache-prod-{app.environment.region}"


def test_endpoint_disks_are_encrypted_by_our_key_or_by_their_hardware(app: Synthesized) -> None:
    for configuration in app.all("AWS::SageMaker::EndpointConfig"):
        (variant,) = configuration.properties["ProductionVariants"]
        local_disk = LOCAL_DISK.match(variant["InstanceType"])
        assert ("KmsKeyId" in configuration.properties) != bool(local_disk)


def test_the_endpoint_scales_where_its_environment_says_so(app: Synthesized) -> None:
    targets = {each.properties["ResourceId"]: each.properties for each in app.all("AWS::ApplicationAutoScaling::ScalableTarget")}
    scaling = {f"endpoint/{endpoint_of(app, each)}/variant/live": each for each in hosted(app) if each.max_instances > each.min_instances}
    assert targets.keys() == scaling.keys()
    for name, size in scaling.items():
        assert (targets[name]["MinCapacity"], targets[name]["MaxCapacity"]) == (size.min_instances, size.max_instances)


def test_a_bad_endpoint_is_taken_back_by_alarms(app: Synthesized) -> None:
    for endpoint in app.all("AWS::SageMaker::Endpoint"):
        assert endpoint.properties["DeploymentConfig"]["AutoRollbackConfiguration"]["Alarms"]


def test_sagemaker_may_give_the_disks_a_grant_on_their_key_and_nothing_else_may(app: Synthesized) -> None:
    """Without the grant an instance with disks of ours never starts; grants to anyone else would share the key."""
    of_roles = [each for each in app.statements() if "ManagedPolicyName" not in each.policy.properties]
    every = [each for each in of_roles if each.effect == "Allow" and "kms:CreateGrant" in each.actions]
    grants = [each for each in every if each.policy.stack.endswith("-models")]
    assert {each.policy.id.startswith(("BulkJob", "BackupsPolicy")) for each in every if each not in grants} <= {True}
    configurations = [each for each in app.all("AWS::SageMaker::EndpointConfig") if "KmsKeyId" in each.properties]
    assert len(grants) == len(configurations)
    for grant, configuration in zip(grants, configurations, strict=True):
        assert grant.conditions == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        assert [app.target(grant.policy.stack, each) for each in grant.resources] == [
            app.target(configuration.stack, configuration.properties["KmsKeyId"])
        ]


def test_an_environment_without_local_disks_is_among_those_that_are_tested(local: Synthesized) -> None:
    configurations = local.all("AWS::SageMaker::EndpointConfig")
    assert configurations
    assert all("KmsKeyId" in each.properties for each in configurations)


def knowing(app: Synthesized) -> list[Resource]:
    """The functions that know an embedding model."""
    return [each for each in app.all("AWS::Lambda::Function") if "EMBEDDING_MODEL" in each.properties["Environment"]["Variables"]]


def test_whoever_embeds_may_call_every_model_of_the_environment_and_no_other(app: Synthesized) -> None:
    wanted = {
        f"endpoint/{endpoint_of(app, each)}" if each.provider == "sagemaker" else f"foundation-model/{each.model}"
        for each in app.environment.models.embeddings
    }
    for function in knowing(app):
        statements = of_role(app, app.target(function.stack, function.properties["Role"]))
        resources = " ".join(json.dumps(each) for statement in statements for each in statement.resources)
        found = set(re.findall(r"(?:endpoint|foundation-model)/[\w.:-]*embed[\w.:-]*", resources))
        assert found in (wanted, set()), function


def test_every_function_that_knows_the_first_model_knows_the_second(app: Synthesized) -> None:
    first, beside = app.environment.models.embedding, app.environment.models.embedding_beside
    assert len(knowing(app)) >= 5
    for function in knowing(app):
        variables = resolved(app, function.stack, function.properties["Environment"]["Variables"])
        known = EmbeddingSettings.from_environment(variables).by_model
        assert [each.embedding.name for each in known] == [first.name, *([beside.name] if beside else [])], function
        assert [each.embedding.dimensions for each in known] == [each.dimensions for each in app.environment.models.embeddings]


def test_what_is_calibrated_for_a_model_reaches_whoever_answers_by_it(app: Synthesized) -> None:
    functions = [each for each in knowing(app) if "LEAST_SIMILARITY" in each.properties["Environment"]["Variables"]]
    assert functions
    for function in functions:
        variables = resolved(app, function.stack, function.properties["Environment"]["Variables"])
        settings = AnswerSettings.from_environment({"CHAT_MODEL": "-", "SESSIONS_TABLE": "-", **variables})
        for size, each in zip(app.environment.models.embeddings, settings.by_model, strict=True):
            calibrated = size.calibrated
            assert (each.search_pipeline, each.least_similarity) == (size.named("hybrid"), calibrated.least_similarity)
            assert (each.clear_margin, each.embedding_languages) == (calibrated.clear_margin if each.rerank_model else None, size.languages)


def test_the_variables_of_no_function_are_longer_than_lambda_takes(app: Synthesized) -> None:
    for function in app.all("AWS::Lambda::Function"):
        variables = resolved(app, function.stack, function.properties["Environment"]["Variables"])
        assert sum(len(name) + len(str(value)) for name, value in variables.items()) < 4096, function


def test_no_model_changes_before_it_is_known_that_none_is_missing(app: Synthesized) -> None:
    (check,) = app.all(CHECK)
    models = app.environment.models.embeddings
    assert [each["Name"] for each in check.properties["Models"]] == [each.name for each in models]
    assert [each["Version"] for each in check.properties["Models"]] == [each.version for each in models]
    changing = app.all("AWS::SageMaker::Endpoint", "AWS::SageMaker::EndpointConfig", "AWS::SageMaker::Model", "Custom::ModelArtifact")
    for resource in changing:
        assert check.id in as_list(resource.raw["DependsOn"]), resource


def test_when_the_old_model_is_taken_away_the_new_one_stays_as_it_is() -> None:
    """Its section takes the place of the first one's; the order of both means nothing either."""
    local = load("local")
    first, small = local.models.embeddings
    both, exchanged, alone = _models({"Both-": (first, small), "Exchanged-": (small, first), "Alone-": (small, None)})
    assert both == exchanged
    gone, changed = both.keys() - alone.keys(), {name for name in alone if both[name] != alone[name]}
    assert [alone[name]["Properties"]["Description"] for name in changed] == ["What the function model-artifact may do"]
    assert {both[name]["Type"] for name in gone} >= {"AWS::SageMaker::Endpoint", "AWS::IAM::Role", "AWS::CloudWatch::Alarm"}
    assert all("small" not in json.dumps(both[name]) for name in gone)


def _models(sections: dict[str, tuple[Embedding, Embedding | None]]) -> list[dict[str, Any]]:
    """What the resources of a stack are, by the name of each, for each pair of sections: without the check and without an order."""
    app, local = App(), load("local")
    set_feature_flags(app)
    foundation = FoundationStack(app, "Foundation", environment=local)
    keys = {"logs_key": foundation.logs_key, "permission_boundary": foundation.boundaries.administration}
    network = NetworkStack(app, "Network", environment=local, **keys)
    shared = shared_by(local, foundation, network)
    data = DataStack(app, "Data", environment=local, shared=shared)
    made = []
    for name, (embedding, beside) in sections.items():
        models = local.models.model_copy(update={"embedding": embedding, "embedding_beside": beside})
        environment = local.model_copy(update={"models": models})
        made.append(ModelsStack(app, name, environment=environment, shared=shared, network=network, data=data))
    templates = [json.dumps(Template.from_stack(stack).to_json()["Resources"]).replace(stack.node.id, "") for stack in made]
    return [{id: raw | {"DependsOn": []} for id, raw in json.loads(each).items() if raw["Type"] != CHECK} for each in templates]
