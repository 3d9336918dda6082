"""Partners' servers: an API, clients and plans of their own, in every environment that names partners."""

import json

from stacks.assistant.plans import Partner
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized
from tests.infrastructure.test_assistant import function_behind, methods, only, paths
from tests.infrastructure.test_firewall import matches
from tests.infrastructure.test_taking_down import named_in

ASKED = {
    ("POST", "/v1/answers"): "answers",
    ("POST", "/v1/answers/stream"): "answer-stream",
    ("POST", "/v1/answers/batch"): "batches",
    ("GET", "/v1/answers/batch/{batch_id}"): "batches",
    ("DELETE", "/v1/answers/batch/{batch_id}"): "batches",
}


def partners(app: Synthesized) -> dict[str, Partner]:
    return app.environment.assistant.partners


def theirs(app: Synthesized, type: str) -> list[Resource]:
    return [each for each in app.all(type) if each.id.startswith("Partner")]


def by_name(app: Synthesized, type: str, name: str) -> dict[str, Resource]:
    """Partner → resource, by the property that holds its name."""
    return {each.properties[name].removeprefix(f"causeway-{app.name}-"): each for each in theirs(app, type)}


def test_an_environment_without_partners_has_nothing_of_them_and_the_local_aws_has_one(everywhere: list[Synthesized]) -> None:
    for app in everywhere:
        found = [each for each in app.all() if each.id.startswith("Partner")]
        assert bool(found) == bool(partners(app)), app.name
        assert app.name != "local" or partners(app)


def test_each_method_of_partners_wants_a_token_of_a_partner_and_the_key_of_a_plan(app: Synthesized) -> None:
    scopes = sorted(f"causeway-{app.name}/{name}" for name in partners(app))
    for method in theirs(app, "AWS::ApiGateway::Method"):
        properties = method.properties
        assert (properties["AuthorizationType"], properties["ApiKeyRequired"]) == ("COGNITO_USER_POOLS", True), method
        assert sorted(properties["AuthorizationScopes"]) == scopes, method


def test_no_method_of_users_takes_a_partners_token_for_that_of_a_user(app: Synthesized) -> None:
    """With scopes, API Gateway would take access tokens there; without a key, our code refuses a partner's."""
    for method in methods(app).values():
        assert not {"AuthorizationScopes", "ApiKeyRequired"} & method.properties.keys(), method


def test_partners_ask_the_functions_and_paths_of_users_and_no_others(local: Synthesized) -> None:
    found = paths(local, theirs(local, "AWS::ApiGateway::Method"))
    assert found.keys() == ASKED.keys() <= methods(local).keys()
    for route, name in ASKED.items():
        of_users = methods(local)[route].properties
        assert function_behind(local, found[route]).properties["FunctionName"] == f"causeway-local-{name}"
        assert found[route].properties["Integration"].get("ResponseTransferMode") == of_users["Integration"].get("ResponseTransferMode")
        assert ("RequestModels" in found[route].properties) == ("RequestModels" in of_users), route


def test_each_partner_has_a_plan_with_a_key_that_aws_makes(app: Synthesized) -> None:
    keys, plans = by_name(app, "AWS::ApiGateway::ApiKey", "Name"), by_name(app, "AWS::ApiGateway::UsagePlan", "UsagePlanName")
    assert keys.keys() == plans.keys() == partners(app).keys()
    pairs = {
        (each.properties["KeyId"]["Ref"], each.properties["UsagePlanId"]["Ref"]) for each in theirs(app, "AWS::ApiGateway::UsagePlanKey")
    }
    assert pairs == {(keys[name].id, plans[name].id) for name in partners(app)}
    for name, partner in partners(app).items():
        asked = plans[name].properties
        assert "Value" not in keys[name].properties
        assert keys[name].properties["Enabled"] is True
        assert asked["Throttle"] == {"RateLimit": partner.requests_per_second, "BurstLimit": partner.burst}
        assert asked.get("Quota") == ({"Limit": partner.quota_a_month, "Period": "MONTH"} if partner.quota_a_month else None)
        (stage,) = asked["ApiStages"]
        assert app.target(plans[name].stack, stage["ApiId"]) in theirs(app, "AWS::ApiGateway::RestApi")
        assert app.target(plans[name].stack, stage["Stage"]) in theirs(app, "AWS::ApiGateway::Stage")


def test_a_client_of_a_partner_gets_tokens_for_its_own_scope_and_signs_nobody_in(app: Synthesized) -> None:
    for name, client in by_name(app, "AWS::Cognito::UserPoolClient", "ClientName").items():
        properties = client.properties
        assert properties["AllowedOAuthScopes"] == [f"causeway-{app.name}/{name}"]
        assert (properties["AllowedOAuthFlows"], properties["GenerateSecret"]) == (["client_credentials"], True)
        assert properties["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
        assert not properties["SupportedIdentityProviders"]
        assert properties["WriteAttributes"] == ["preferred_username"]
        assert (properties["AccessTokenValidity"], properties["TokenValidityUnits"]) == (
            app.environment.assistant.token_minutes,
            {"AccessToken": "minutes"},
        )
        assert (properties["PreventUserExistenceErrors"], properties["EnableTokenRevocation"]) == ("ENABLED", True)


def test_the_function_that_names_tenants_knows_each_partner_by_its_scope_and_key(local: Synthesized) -> None:
    (function,) = [each for each in local.all("AWS::Lambda::Function") if each.properties["FunctionName"] == "causeway-local-sign-in"]
    variable = function.properties["Environment"]["Variables"]["PARTNERS"]
    told = json.loads(resolved(local, function.stack, variable))
    keys = by_name(local, "AWS::ApiGateway::ApiKey", "Name")
    assert told.keys() == {f"causeway-local/{name}" for name in partners(local)}
    for name, partner in partners(local).items():
        assert told[f"causeway-local/{name}"]["tenant"] == partner.tenant
        assert {"Ref": keys[name].id} in variable["Fn::Join"][1]


def test_no_firewall_and_no_throttle_refuses_partners_before_their_plans_do_and_none_lets_in_more(app: Synthesized) -> None:
    together = partners(app).values()
    for stage in theirs(app, "AWS::ApiGateway::Stage"):
        (settings,) = stage.properties["MethodSettings"]
        assert settings["ThrottlingRateLimit"] == sum(each.requests_per_second for each in together)
        assert settings["ThrottlingBurstLimit"] == sum(each.burst for each in together)
    for acl in theirs(app, "AWS::WAFv2::WebACL"):
        for rule in acl.properties["Rules"]:
            rate = rule["Statement"].get("RateBasedStatement")
            if rate and (
                "ScopeDownStatement" not in rate or matches(rate["ScopeDownStatement"], "/local/v1/answers", authorization="Bearer x")
            ):
                assert rate["Limit"] == sum(300 * each.requests_per_second + each.burst for each in together) + 1, rule["Name"]


def test_a_firewall_stands_before_the_api_of_partners_where_one_stands_before_that_of_users(app: Synthesized) -> None:
    expected = len(theirs(app, "AWS::ApiGateway::Stage")) if app.environment.assistant.web_firewall else 0
    associations = theirs(app, "AWS::WAFv2::WebACLAssociation")
    assert len(associations) == expected
    for each in associations:
        assert {stage.id for stage in theirs(app, "AWS::ApiGateway::Stage")} <= set(named_in(each.properties["ResourceArn"]))
        assert app.target(each.stack, each.properties["WebACLArn"]) in theirs(app, "AWS::WAFv2::WebACL")


def test_the_firewall_of_partners_has_the_rules_of_users_but_for_one_rate(app: Synthesized) -> None:
    for acl in theirs(app, "AWS::WAFv2::WebACL"):
        written = json.loads(json.dumps(acl.properties["Rules"]).replace(f"causeway-{app.name}-partners-", f"causeway-{app.name}-"))
        for mine, of_users in zip(written, only(app, "AWS::WAFv2::WebACL").properties["Rules"], strict=True):
            expected = json.loads(json.dumps(of_users))
            if mine["Name"] == "rate-limit":
                expected["Statement"]["RateBasedStatement"]["Limit"] = mine["Statement"]["RateBasedStatement"]["Limit"]
            assert mine == expected, mine["Name"]


def test_the_api_of_partners_takes_no_tls_below_1_2_and_logs_which_key_came(app: Synthesized) -> None:
    for api in theirs(app, "AWS::ApiGateway::RestApi"):
        assert api.properties["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
        assert api.properties["EndpointAccessMode"] == "STRICT"
    for stage in theirs(app, "AWS::ApiGateway::Stage"):
        line = json.loads(resolved(app, stage.stack, stage.properties["AccessLogSetting"]["Format"]))
        assert line["key"] == "$context.identity.apiKeyId"


def test_the_stage_of_partners_logs_as_that_of_users_does_into_a_group_of_its_own(app: Synthesized) -> None:
    of_users = only(app, "AWS::ApiGateway::Stage")
    known = json.loads(resolved(app, of_users.stack, of_users.properties["AccessLogSetting"]["Format"]))
    for stage in theirs(app, "AWS::ApiGateway::Stage"):
        line = json.loads(resolved(app, stage.stack, stage.properties["AccessLogSetting"]["Format"]))
        assert line == known | {"key": "$context.identity.apiKeyId"}
        (group,) = set(named_in(stage.properties["AccessLogSetting"]["DestinationArn"])) - {"AWS::AccountId"}
        assert group in {each.id for each in theirs(app, "AWS::Logs::LogGroup")}


def test_tokens_of_partners_and_users_come_from_functions_that_are_asked_about_each(local: Synthesized) -> None:
    told = only(local, "AWS::Cognito::UserPool").properties["LambdaConfig"]["PreTokenGenerationConfig"]
    assert told["LambdaVersion"] == "V3_0"
    (alias,) = (local.target("causeway-local-assistant", {"Ref": name}) for name in named_in(told["LambdaArn"]))
    assert alias is not None
    function = local.target(alias.stack, alias.properties["FunctionName"]) if alias.type == "AWS::Lambda::Alias" else alias
    assert function is not None
    assert function.properties["FunctionName"] == "causeway-local-sign-in"
