"""The API and who may use it, in every environment."""

import json
import os

from pydantic import RootModel

from causeway.agents import contract as agents
from causeway.agents import stream_contract as agent_streams
from causeway.answering import contract as answers
from causeway.answering import openai_contract as openai
from causeway.answering import stream_contract as streams
from causeway.approvals import contract as approvals
from causeway.batches import contract as batches
from causeway.conversations import contract as sessions
from causeway.conversations import facts_contract as facts
from causeway.conversations import feedback_contract as feedback
from causeway.documents import contract as documents
from causeway.documents import reveal_contract as reveals
from causeway.documents import rights_contract as rights
from causeway.erasure import contract as erasures
from causeway.mcp import contract as mcp
from causeway.reviews import contract as reviews
from causeway.teams import contract as teams
from docs.openapi import FILE
from stacks.answering import ordering
from stacks.assistant.gateway_responses import ANSWERS
from stacks.constructs.code import LAMBDAS, build
from stacks.data.domains import DOMAINS
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_calls import allowed

ROUTES = (
    *(*answers.ROUTES, *streams.ROUTES, *openai.ROUTES, *batches.ROUTES, *erasures.ROUTES),
    *(*sessions.ROUTES, *feedback.ROUTES, *facts.ROUTES, *documents.ROUTES, *reveals.ROUTES, *rights.ROUTES, *reviews.ROUTES),
    *(*agents.ROUTES, *agent_streams.ROUTES, *mcp.ROUTES),
    *teams.ROUTES,
    *approvals.ROUTES,
)
STREAMED = (*streams.ROUTES, *openai.ROUTES, *agent_streams.ROUTES)


def of_users(app: Synthesized, type: str) -> list[Resource]:
    """What is not of partners, who have an API of their own: test_partners.py."""
    return [each for each in app.all(type) if not each.id.startswith("Partner")]


def only(app: Synthesized, type: str) -> Resource:
    (found,) = of_users(app, type)
    return found


def methods(app: Synthesized) -> dict[tuple[str, str], Resource]:
    """(verb, path) → method."""
    return paths(app, of_users(app, "AWS::ApiGateway::Method"))


def paths(app: Synthesized, found: list[Resource]) -> dict[tuple[str, str], Resource]:
    """Methods by verb and path."""
    resources = {each.id: each.properties for each in app.all("AWS::ApiGateway::Resource")}

    def path(reference: dict[str, str]) -> str:
        properties = resources.get(reference.get("Ref", ""))
        return f"{path(properties['ParentId'])}/{properties['PathPart']}" if properties else ""

    return {(each.properties["HttpMethod"], path(each.properties["ResourceId"])): each for each in found}


def function_behind(app: Synthesized, method: Resource) -> Resource:
    """That whose alias a method calls; it may be of another stack."""
    parts = method.properties["Integration"]["Uri"]["Fn::Join"][1]
    (alias,) = [each for part in parts if (each := app.target(method.stack, part)) and each.type == "AWS::Lambda::Alias"]
    found = app.target(alias.stack, alias.properties["FunctionName"])
    assert found is not None, method
    return found


def test_the_gateway_offers_the_routes_that_the_handlers_serve_and_openapi_describes(app: Synthesized) -> None:
    served = {(route.method, route.path) for route in ROUTES}
    described = {(verb.upper(), path) for path, item in json.loads(FILE.read_text(encoding="utf-8"))["paths"].items() for verb in item}
    assert set(methods(app)) == served == described


def test_each_route_leads_to_the_function_that_serves_it(app: Synthesized) -> None:
    for id, routes in {
        "Answers": answers.ROUTES,
        "Stream": (*streams.ROUTES, *openai.ROUTES),
        "Documents": documents.ROUTES,
        "Reveals": reveals.ROUTES,
        "Sessions": sessions.ROUTES,
        "Rights": rights.ROUTES,
        "Reviews": reviews.ROUTES,
        "BatchIntake": batches.ROUTES,
        "ErasingAsks": erasures.ROUTES,
        "Turns": (*agents.ROUTES, *mcp.ROUTES, teams.SHOW, teams.LIST),
        "Starts": (teams.START,),
        "Page": approvals.ROUTES,
    }.items():
        for route in routes:
            assert function_behind(app, methods(app)[route.method, route.path]).id.startswith(id), route.path
    (turn,) = agent_streams.ROUTES
    assert function_behind(app, methods(app)[turn.method, turn.path]).properties["FunctionName"].endswith("-agent-stream")


def test_every_route_that_is_not_open_to_all_wants_a_token_of_the_user_pool(app: Synthesized) -> None:
    for route in ROUTES:
        expected = "NONE" if route.open_to_all else "COGNITO_USER_POOLS"
        assert methods(app)[route.method, route.path].properties["AuthorizationType"] == expected, route.path


def test_every_request_is_validated_and_bodies_that_are_objects_have_a_model(app: Synthesized) -> None:
    for route in ROUTES:
        method = methods(app)[route.method, route.path]
        assert app.target(method.stack, method.properties["RequestValidatorId"]) is not None, route.path
        is_object = route.body is not None and route.body_type == "application/json" and not issubclass(route.body, RootModel)
        assert ("RequestModels" in method.properties) == is_object, route.path


def test_every_api_knows_the_user_pool_alone_and_looks_at_every_request(app: Synthesized) -> None:
    """Those of partners too: a method asks the authorizer and the validator of its own API."""
    for authorizer in app.all("AWS::ApiGateway::Authorizer"):
        pools = [app.target(authorizer.stack, each) for each in authorizer.properties["ProviderARNs"]]
        assert pools == [only(app, "AWS::Cognito::UserPool")], authorizer
        assert authorizer.properties["IdentitySource"] == "method.request.header.Authorization", authorizer
    for validator in app.all("AWS::ApiGateway::RequestValidator"):
        properties = validator.properties
        assert (properties["ValidateRequestBody"], properties["ValidateRequestParameters"]) == (True, True), validator
    for method in app.all("AWS::ApiGateway::Method"):
        asked = ["RequestValidatorId", *(["AuthorizerId"] if method.properties["AuthorizationType"] != "NONE" else [])]
        for name in asked:
            target = app.target(method.stack, method.properties[name])
            assert target is not None, method
            assert target.properties["RestApiId"] == method.properties["RestApiId"], method


def test_a_model_asks_only_for_what_the_gateway_can_name_in_its_message(app: Synthesized) -> None:
    for model in app.all("AWS::ApiGateway::Model"):
        assert model.properties["Schema"]["type"] == "object"
        assert set(model.properties["Schema"]) <= {"$schema", "title", "type", "required"}, model


def test_the_gateways_own_answers_are_problem_details(app: Synthesized) -> None:
    answers = app.all("AWS::ApiGateway::GatewayResponse")
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "THROTTLED", "WAF_FILTERED"} <= {
        each.properties["ResponseType"] for each in answers
    }
    for answer in answers:
        assert answer.properties["ResponseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_a_call_that_lambda_refuses_and_one_too_many_are_told_when_to_try_again(app: Synthesized) -> None:
    """API Gateway answers INTEGRATION_FAILURE when the function is at its reserved concurrency (decision 170)."""
    answers = {each.properties["ResponseType"]: each.properties for each in app.all("AWS::ApiGateway::GatewayResponse")}
    for kind, status in {"INTEGRATION_FAILURE": "503", "THROTTLED": "429", "INTEGRATION_TIMEOUT": "504"}.items():
        assert answers[kind]["StatusCode"] == status
        assert int(answers[kind]["ResponseParameters"]["gatewayresponse.header.Retry-After"].strip("'")) > 0


def test_every_problem_template_is_json_once_its_variables_are_filled_in() -> None:
    for answer in ANSWERS:
        filled = answer.template().replace("$context.error.messageString", '"a message"').replace("$context.", "")
        problem = json.loads(filled)
        assert problem["type"].startswith("urn:causeway:problem:"), answer.kind
        assert problem.get("status") == answer.status, answer.kind


def test_each_function_answers_before_the_gateway_gives_up(app: Synthesized) -> None:
    for (_, path), method in methods(app).items():
        integration, seconds = method.properties["Integration"], function_behind(app, method).properties["Timeout"]
        assert seconds * 1000 < integration["TimeoutInMillis"], path
        assert integration["TimeoutInMillis"] <= 29_000 or integration["ResponseTransferMode"] == "STREAM", path


def test_what_streams_is_passed_on_as_it_comes_and_runs_under_the_loop_that_streams(app: Synthesized) -> None:
    for (verb, path), method in methods(app).items():
        integration = method.properties["Integration"]
        streams_here = any((verb, path) == (route.method, route.path) for route in STREAMED)
        assert (integration.get("ResponseTransferMode") == "STREAM") == streams_here, path
        assert ("/response-streaming-invocations" in json.dumps(integration["Uri"])) == streams_here, path
    for name in ("answer-stream", "agent-stream"):
        (function,) = [
            each for each in app.all("AWS::Lambda::Function") if each.properties["FunctionName"] == f"causeway-{app.name}-{name}"
        ]
        wrapper = function.properties["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"].removeprefix("/var/task/")
        assert os.access(LAMBDAS / wrapper, os.X_OK)
        assert os.access(build(name) / wrapper, os.X_OK)


def test_no_one_signs_up_and_no_client_may_write_the_tenant(app: Synthesized) -> None:
    pool, client = only(app, "AWS::Cognito::UserPool"), only(app, "AWS::Cognito::UserPoolClient")
    assert pool.properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    (tenant,) = [attribute for attribute in pool.properties["Schema"] if attribute["Name"] == "tenant"]
    assert tenant["Mutable"] is False
    assert "custom:tenant" in client.properties["ReadAttributes"]
    assert "custom:tenant" not in client.properties["WriteAttributes"]


def test_a_password_alone_is_not_enough_where_the_environment_says_so(app: Synthesized) -> None:
    pool = only(app, "AWS::Cognito::UserPool")
    required = app.environment.assistant.second_factor == "required"
    assert pool.properties["MfaConfiguration"] == ("ON" if required else "OPTIONAL")
    assert pool.properties["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert app.name != "prod" or required


def test_no_flow_sends_a_password_from_a_browser(app: Synthesized) -> None:
    flows = only(app, "AWS::Cognito::UserPoolClient").properties["ExplicitAuthFlows"]
    assert set(flows) == {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}


def test_tokens_of_users_end_soon_and_can_be_revoked_and_no_page_gets_them(app: Synthesized) -> None:
    client = only(app, "AWS::Cognito::UserPoolClient").properties
    minutes = app.environment.assistant.token_minutes
    assert client["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}
    assert (client["IdTokenValidity"], client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (minutes, minutes, 24 * 60)
    assert (client["EnableTokenRevocation"], client["PreventUserExistenceErrors"]) == (True, "ENABLED")
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    assert "AllowedOAuthFlows" not in client
    assert app.name != "prod" or minutes <= 60


def test_passwords_are_long_and_new_and_an_administrator_alone_gives_another(app: Synthesized) -> None:
    pool = only(app, "AWS::Cognito::UserPool").properties
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 14,
        "PasswordHistorySize": 12,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "RequireUppercase": True,
        "TemporaryPasswordValidityDays": 3,
    }
    assert pool["AccountRecoverySetting"]["RecoveryMechanisms"] == [{"Name": "admin_only", "Priority": 1}]


def test_the_user_pool_acts_on_threats_and_is_deleted_only_where_data_is_not_protected(app: Synthesized) -> None:
    pool = only(app, "AWS::Cognito::UserPool").properties
    assert (pool["UserPoolTier"], pool["UserPoolAddOns"]) == ("PLUS", {"AdvancedSecurityMode": "ENFORCED"})
    assert pool["DeletionProtection"] == ("ACTIVE" if app.environment.protect_data else "INACTIVE")


def test_the_stage_throttles_traces_and_logs_without_bodies(app: Synthesized) -> None:
    stage, size = only(app, "AWS::ApiGateway::Stage"), app.environment.assistant
    (settings,) = stage.properties["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (size.rate_per_second, size.burst)
    for each in app.all("AWS::ApiGateway::Stage"):
        (settings,) = each.properties["MethodSettings"]
        assert (settings["DataTraceEnabled"], each.properties["TracingEnabled"]) == (False, True), each
        assert (settings["LoggingLevel"], settings["MetricsEnabled"]) == ("INFO", True), each
        assert not each.properties.get("CacheClusterEnabled"), each
        assert "body" not in str(each.properties["AccessLogSetting"]["Format"]).lower(), each


def test_the_gateways_own_log_group_is_made_before_it_makes_one_without_a_key(app: Synthesized) -> None:
    groups = [
        each for each in of_users(app, "AWS::Logs::LogGroup") if "API-Gateway-Execution-Logs" in json.dumps(each.properties["LogGroupName"])
    ]
    assert len(groups) == 1
    assert groups[0].id in only(app, "AWS::ApiGateway::Stage").raw["DependsOn"]


def test_a_firewall_with_a_rate_limit_stands_before_the_stage_and_logs(app: Synthesized) -> None:
    firewall = only(app, "AWS::WAFv2::WebACL")
    assert any("RateBasedStatement" in rule["Statement"] for rule in firewall.properties["Rules"])
    association = only(app, "AWS::WAFv2::WebACLAssociation")
    assert "stages/" in json.dumps(association.properties["ResourceArn"])
    assert only(app, "AWS::ApiGateway::Stage").id in json.dumps(association.properties["ResourceArn"])
    assert app.target(association.stack, association.properties["WebACLArn"]) == firewall


def test_each_firewall_logs_every_decision_without_tokens_and_keeps_no_sample(app: Synthesized) -> None:
    firewalls = app.all("AWS::WAFv2::WebACL")
    logging = {app.target(each.stack, each.properties["ResourceArn"]): each for each in app.all("AWS::WAFv2::LoggingConfiguration")}
    assert set(logging) == set(firewalls)
    for each in logging.values():
        assert each.properties["RedactedFields"] == [{"SingleHeader": {"Name": "authorization"}}, {"QueryString": {}}], each
        assert "LoggingFilter" not in each.properties, each
    for firewall in firewalls:
        looks = [firewall.properties["VisibilityConfig"], *(each["VisibilityConfig"] for each in firewall.properties["Rules"])]
        assert all(each["CloudWatchMetricsEnabled"] and not each["SampledRequestsEnabled"] for each in looks), firewall


def test_a_new_answer_version_takes_a_tenth_of_the_traffic_first_where_asked(app: Synthesized) -> None:
    groups = app.all("AWS::CodeDeploy::DeploymentGroup")
    assert bool(groups) == app.environment.assistant.canary
    for group in groups:
        assert group.properties["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert group.properties["AlarmConfiguration"]["Alarms"]


def test_a_release_goes_back_when_its_own_version_is_slow(app: Synthesized) -> None:
    for group in app.all("AWS::CodeDeploy::DeploymentGroup"):
        alarms = [app.target(group.stack, each["Name"]) for each in group.properties["AlarmConfiguration"]["Alarms"]]
        dimensions = [{each["Name"]: each["Value"] for each in alarm.properties["Dimensions"]} for alarm in alarms if alarm]
        (of_version,) = [each["ExecutedVersion"] for each in dimensions if "ExecutedVersion" in each]
        assert of_version in [alias.properties["FunctionVersion"] for alias in _released(app)]


def test_before_traffic_a_new_version_is_asked_golden_questions(app: Synthesized) -> None:
    released = _released(app)
    assert {each.id.removesuffix(each.id[-8:]) for each in released} == (
        {"AnswersLive", "StreamLive"} if app.environment.assistant.canary else set()
    )
    for alias in released:
        update = alias.raw["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        hook = app.target(alias.stack, update["BeforeAllowTrafficHook"])
        assert hook is not None
        assert hook.properties["Handler"] == "functions.check_release.handler"
        waits_for = {app.templates[alias.stack]["Resources"][each]["Type"]: each for each in alias.raw["DependsOn"]}
        assert {"AWS::Lambda::Function", "AWS::IAM::ManagedPolicy"} <= set(waits_for), "or an old check would judge a new version"


def test_the_check_of_a_release_may_invoke_the_new_versions_and_those_in_use_alone(app: Synthesized) -> None:
    for check in [each for each in app.all("AWS::Lambda::Function") if each.properties["Handler"] == "functions.check_release.handler"]:
        (resources,) = [each.resources for each in allowed(app, check) if "lambda:InvokeFunction" in each.actions]
        versions = [resource for resource in resources if app.target(check.stack, resource)]
        assert {app.target(check.stack, each).type for each in versions} == {"AWS::Lambda::Version"}  # type: ignore[union-attr]
        live = [resolved(app, check.stack, each) for each in resources if each not in versions]
        assert len(versions) == len(live) == len(_released(app))
        assert all(each.endswith(":live") for each in live)
        asked = json.loads(resolved(app, check.stack, check.properties["Environment"]["Variables"]["GOLDEN_QUESTIONS"]))
        folder = DOMAINS / str(app.environment.data.domain) / "documents"
        assert all((folder / each["tenant"] / each["document"]).is_file() for each in asked)


def _released(app: Synthesized) -> list[Resource]:
    return [each for each in app.all("AWS::Lambda::Alias") if "UpdatePolicy" in each.raw]


def test_errors_latency_and_throttles_alarm(app: Synthesized) -> None:
    watched = {each.properties.get("MetricName") for each in app.all("AWS::CloudWatch::Alarm") if each.stack.endswith("-assistant")}
    assert {"5XXError", "Latency", "Errors", "Throttles"} <= watched


def test_the_api_takes_no_tls_below_1_2_and_requests_for_its_own_name_only(app: Synthesized) -> None:
    api = only(app, "AWS::ApiGateway::RestApi").properties
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api["EndpointAccessMode"] == "STRICT"


def test_the_access_log_says_by_which_tls_each_request_came_and_what_lambda_answered(app: Synthesized) -> None:
    stage = only(app, "AWS::ApiGateway::Stage")
    line = json.loads(resolved(app, stage.stack, stage.properties["AccessLogSetting"]["Format"]))
    assert line["tls"] == "$context.tlsVersion"
    assert (line["address"], line["user"]) == ("$context.identity.sourceIp", "$context.authorizer.claims.sub")
    assert (line["status"], line["firewall"]) == ("$context.status", "$context.waf.status")
    assert line["lambda_status"] == "$context.integration.integrationStatus"


def test_a_sign_in_that_looks_like_a_takeover_is_stopped_and_stolen_passwords_are_refused(app: Synthesized) -> None:
    pool, risks = only(app, "AWS::Cognito::UserPool"), only(app, "AWS::Cognito::UserPoolRiskConfigurationAttachment")
    assert app.target(risks.stack, risks.properties["UserPoolId"]) == pool
    assert risks.properties["ClientId"] == "ALL"
    actions = risks.properties["AccountTakeoverRiskConfiguration"]["Actions"]
    assert {level: action["EventAction"] for level, action in actions.items()} == {
        "HighAction": "BLOCK",
        "MediumAction": "MFA_IF_CONFIGURED",
        "LowAction": "MFA_IF_CONFIGURED",
    }
    stolen = risks.properties["CompromisedCredentialsRiskConfiguration"]
    assert stolen == {"Actions": {"EventAction": "BLOCK"}, "EventFilter": ["SIGN_IN", "PASSWORD_CHANGE"]}


def test_every_sign_in_is_logged_with_its_risk(app: Synthesized) -> None:
    delivery = only(app, "AWS::Cognito::LogDeliveryConfiguration")
    (log,) = delivery.properties["LogConfigurations"]
    assert (log["EventSource"], log["LogLevel"]) == ("userAuthEvents", "INFO")
    (group,) = [each for each in app.all("AWS::Logs::LogGroup") if each.id.startswith("SignIns")]
    assert "KmsKeyId" not in group.properties
    assert group.properties["RetentionInDays"] == app.environment.foundation.log_retention_days
    assert group.id in json.dumps(log["CloudWatchLogsConfiguration"]["LogGroupArn"])


def test_answers_without_a_service_alarm_for_each_function_that_gives_them(app: Synthesized) -> None:
    """Callers get status 200, so no alarm on 5xx sees them."""
    alarms = [each.properties for each in app.all("AWS::CloudWatch::Alarm") if each.properties.get("MetricName") == "DegradedAnswers"]
    answering = [each for each in app.all("AWS::Lambda::Function") if "ANSWERS_WITHOUT" in each.properties["Environment"]["Variables"]]
    assert {each["Namespace"] for each in alarms} == {f"causeway-{app.name}"}
    assert [each["Dimensions"] for each in alarms] == [
        [{"Name": "service", "Value": each.properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]}] for each in answering
    ]


def answering(app: Synthesized) -> list[dict[str, str]]:
    """Variables of the functions that answer."""
    named = ("answers", "answer-stream", "answer-batch")
    variables = [each.properties["Environment"]["Variables"] for each in app.all("AWS::Lambda::Function")]
    found = [each for each in variables if each.get("POWERTOOLS_SERVICE_NAME") in named]
    assert len(found) == len(named)
    return found


def test_functions_that_answer_know_whether_answers_are_quoted(app: Synthesized) -> None:
    wording = "quoted" if app.name == "local" else "own"  # the small model of a laptop strings true words together
    assert [each["WORDING"] for each in answering(app)] == [wording] * 3


def test_functions_that_answer_know_what_is_boosted_and_joined(app: Synthesized) -> None:
    for each in answering(app):
        assert {name: value for name, value in each.items() if name in ("BOOSTS", "JOIN_TOKENS")} == ordering(app.environment)
