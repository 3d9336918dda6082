"""The HTTP API: who may sign in, what may be asked, and the functions that answer."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.assistant.firewall import Firewall
from stacks.assistant.gateway_responses import respond_with_problems
from stacks.assistant.release import release_step_by_step
from stacks.assistant.sign_in import act_on_risks, log_sign_ins, sign_in_client, user_pool
from stacks.constructs.alarms import alarm
from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.nag import acknowledge, shared_rule
from stacks.constructs.parameters import publish
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.stack import ModelsStack
from stacks.search.stack import INDEX_ALIAS, SEARCH_PIPELINE, SearchStack

# Each shorter than its caller's: function, integration (at most 29), client.
ANSWER_SECONDS = 28
DOCUMENT_SECONDS = 10
INTEGRATION_SECONDS = 29
SLOW_ANSWER = Duration.seconds(10)
# TLS 1.2 with forward secrecy, or 1.3; API Gateway's default for regional APIs would take 1.0.
TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "address": "$context.identity.sourceIp",
    "user": "$context.authorizer.claims.sub",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_ms": "$context.integrationLatency",
    "bytes": "$context.responseLength",
    "tls": "$context.tlsVersion",
    "error": "$context.error.responseType",
    "firewall": "$context.waf.status",
    "trace": "$context.xrayTraceId",
}


class AssistantStack(Stack):
    """User pool, REST API, firewall, and the functions behind them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared = environment, shared
        self.data, self.search, self.models = data, search, models
        self.key = kms.Key(self, "Key", description="Variables and dead letters of the functions behind the API")
        self.layer = layer(self, "answering", self.settings)
        self.user_pool = user_pool(self, self.settings)
        self.client = sign_in_client(self.user_pool, self.settings)
        act_on_risks(self, self.user_pool)
        log_sign_ins(self, self.user_pool, self.settings)
        self.answers = self._answers()
        self.documents = self._documents()
        self.api = self._api()
        self._routes()
        self._protect()
        self._watch()
        if self.settings.assistant.canary and self.answers.alias:
            release_step_by_step(self, self.answers.alias, [self.answer_errors], self.shared.permission_boundary)
        self._publish()

    def _answers(self) -> CausewayFunction:
        size = self.settings.assistant
        variables = {
            "SEARCH_ENDPOINT": self.search.endpoint,
            "SEARCH_INDEX": INDEX_ALIAS,
            "SEARCH_PIPELINE": SEARCH_PIPELINE,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "LEAST_SIMILARITY": str(self.settings.models.embedding.least_similarity),
            **self.models.embedding.variables,
            **self.models.chat_model.variables(self),
        }
        function = self._function("Answers", "answers", ANSWER_SECONDS, size.answer_concurrency, variables)
        function.allow(["dynamodb:BatchGetItem"], [self.data.registry.table_arn])
        function.allow(["kms:Decrypt"], [self.data.registry_key.key_arn])
        self.search.allow_index(function, "read")
        self.models.embedding.allow_embed(function)
        self.models.chat_model.allow_converse(function)
        return function

    def _documents(self) -> CausewayFunction:
        size = self.settings.assistant
        variables = {
            "INCOMING_BUCKET": self.data.incoming.bucket_name,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "MAX_DOCUMENT_BYTES": str(self.settings.ingestion.max_document_bytes),
        }
        function = self._function("Documents", "documents", DOCUMENT_SECONDS, size.document_concurrency, variables)
        function.allow(["s3:DeleteObject", "s3:PutObject"], [self.data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
        function.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], [self.data.registry.table_arn])
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn, self.data.registry_key.key_arn])
        return function

    def _function(self, id: str, name: str, seconds: int, concurrency: int, variables: Mapping[str, str]) -> CausewayFunction:
        return CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.layer],
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            variables=variables,
        )

    def _api(self) -> apigateway.RestApi:
        authorizer = apigateway.CognitoUserPoolsAuthorizer(self, "Authorizer", cognito_user_pools=[self.user_pool])
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=f"causeway-{self.settings.name}",
            description="Questions, answers and documents",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO),
            deploy_options=self._stage(),
        )
        _refuse_old_tls(api)
        api.add_request_validator("Validator", validate_request_body=True, validate_request_parameters=True)
        respond_with_problems(api)
        self._keep_execution_logs(api)
        self._acknowledge(api.deployment_stage)
        return api

    def _acknowledge(self, stage: apigateway.Stage) -> None:
        acknowledge(
            stage,
            shared_rule("APIGWCacheEnabledAndEncrypted"),
            "The cache is off: no answer of one tenant is ever kept where another's request could be served from it.",
        )
        acknowledge(
            stage,
            shared_rule("APIGWSSLEnabled"),
            "A client certificate is shown to HTTP backends; every backend here is a Lambda function, invoked over TLS by IAM permission.",
        )

    def _stage(self) -> apigateway.StageOptions:
        size = self.settings.assistant
        access_log = logs.LogGroup(
            self, "AccessLog", log_group_name=f"/causeway/{self.settings.name}/api-access", encryption_key=self.shared.logs_key
        )
        return apigateway.StageOptions(
            stage_name=self.settings.name,
            access_log_destination=apigateway.LogGroupLogDestination(access_log),
            access_log_format=apigateway.AccessLogFormat.custom(self.to_json_string(ACCESS_LOG)),
            logging_level=apigateway.MethodLoggingLevel.INFO,
            data_trace_enabled=False,
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=size.rate_per_second,
            throttling_burst_limit=size.burst,
        )

    def _keep_execution_logs(self, api: apigateway.RestApi) -> None:
        """API Gateway names this group itself; made before the stage, it has our key and retention."""
        group = logs.LogGroup(
            self,
            "ExecutionLog",
            log_group_name=f"API-Gateway-Execution-Logs_{api.rest_api_id}/{self.settings.name}",
            encryption_key=self.shared.logs_key,
        )
        api.deployment_stage.node.add_dependency(group)

    def _routes(self) -> None:
        version = self.api.root.add_resource("v1")
        health = self._method(version.add_resource("health"), "GET", self.answers, open_to_all=True)
        acknowledge(
            health,
            ["AwsSolutions-APIG4", "AwsSolutions-COG4"],
            "Load balancers and probes ask for health; it reads no data and says only `ok`.",
        )
        self._method(version.add_resource("answers"), "POST", self.answers, model=self._model("AnswerRequest", "question"))
        documents = version.add_resource("documents")
        self._method(documents, "POST", self.documents, model=self._model("DocumentRequest", "name"))
        self._method(documents, "GET", self.documents)
        document = documents.add_resource("{document_id}")
        self._method(document, "GET", self.documents)
        self._method(document, "DELETE", self.documents)

    def _model(self, name: str, required: str) -> apigateway.Model:
        """Only what API Gateway can name in its message: the function checks every field and says which one is wrong."""
        return self.api.add_model(
            name,
            model_name=name,
            content_type="application/json",
            schema=apigateway.JsonSchema(
                schema=apigateway.JsonSchemaVersion.DRAFT4, title=name, type=apigateway.JsonSchemaType.OBJECT, required=[required]
            ),
        )

    def _method(
        self,
        resource: apigateway.Resource,
        verb: str,
        function: CausewayFunction,
        model: apigateway.IModel | None = None,
        open_to_all: bool = False,
    ) -> apigateway.Method:
        integration = apigateway.LambdaIntegration(
            function.invoked, proxy=True, allow_test_invoke=False, timeout=Duration.seconds(INTEGRATION_SECONDS)
        )
        validator: Any = self.api.node.find_child("Validator")
        return resource.add_method(
            verb,
            integration,
            request_validator=validator,
            request_models={"application/json": model} if model else None,
            authorization_type=apigateway.AuthorizationType.NONE if open_to_all else apigateway.AuthorizationType.COGNITO,
        )

    def _protect(self) -> None:
        if self.settings.assistant.web_firewall:
            firewall = Firewall(self, "Firewall", environment=self.settings, logs_key=self.shared.logs_key)
            firewall.protect(self.api.deployment_stage.stage_arn)

    def _watch(self) -> None:
        minute = Duration.minutes(1)
        alarm(
            self,
            "ServerErrors",
            metric=self.api.metric_server_error(period=minute, statistic="Sum"),
            threshold=5,
            unit="requests a minute, 3 minutes in a row",
            periods=3,
            meaning="The API answers with 5xx",
            topic=self.shared.alarm_topic,
        )
        alarm(
            self,
            "Latency",
            metric=self.api.metric_latency(period=Duration.minutes(5), statistic="p95"),
            threshold=SLOW_ANSWER.to_milliseconds(),
            unit="milliseconds, 15 minutes",
            periods=3,
            meaning="One answer in twenty is slow",
            topic=self.shared.alarm_topic,
        )
        self.answer_errors = self._watch_function(self.answers)
        self._watch_function(self.documents)

    def _watch_function(self, function: CausewayFunction) -> cloudwatch.Alarm:
        """Throttles and errors. Returns the alarm on errors, which also takes a release back."""
        minute = Duration.minutes(1)
        alarm(
            function,
            "Throttles",
            metric=function.function.metric_throttles(period=minute, statistic="Sum"),
            threshold=5,
            unit="calls a minute, 3 minutes in a row",
            periods=3,
            meaning=f"{function.name} is at its reserved concurrency",
            topic=self.shared.alarm_topic,
        )
        return alarm(
            function,
            "Errors",
            metric=function.invoked.metric_errors(period=minute, statistic="Sum"),
            threshold=3,
            unit="calls a minute",
            meaning=f"{function.name} fails without an answer",
            topic=self.shared.alarm_topic,
        )

    def _publish(self) -> None:
        values = {
            "api-id": self.api.rest_api_id,
            "api-url": self.api.url,
            "api-stage": self.api.deployment_stage.stage_name,
            "user-pool-id": self.user_pool.user_pool_id,
            "user-pool-client-id": self.client.user_pool_client_id,
        }
        publish(self, self.settings.name, values)


def _refuse_old_tls(api: apigateway.RestApi) -> None:
    """The L2 knows no policy of the API's own endpoint. Strict: only requests whose host name is this API's."""
    resource = cast(apigateway.CfnRestApi, api.node.default_child)
    resource.security_policy = TLS_POLICY
    resource.endpoint_access_mode = "STRICT"
