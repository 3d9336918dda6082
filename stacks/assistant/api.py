"""The REST API: its routes, its logs, and who may call it by which TLS."""

from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.assistant.domain import STRICT, TLS_POLICY, serve_at
from stacks.assistant.gateway_responses import WITH_KEY, respond_with_problems
from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge, shared_rule
from stacks.environment import Environment

# Longer than a function's own timeout, shorter than a client's; API Gateway allows 29 at most, and 15 minutes for a stream.
INTEGRATION_SECONDS, STREAM_SECONDS = 29, 65
STREAM = apigateway.ResponseTransferMode.STREAM
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
    "lambda_status": "$context.integration.integrationStatus",
    "bytes": "$context.responseLength",
    "tls": "$context.tlsVersion",
    "error": "$context.error.responseType",
    "firewall": "$context.waf.status",
    "trace": "$context.xrayTraceId",
}


@dataclass(frozen=True)
class Functions:
    """The functions that serve the routes."""

    answers: CausewayFunction
    stream: CausewayFunction
    documents: CausewayFunction
    reveals: CausewayFunction
    sessions: CausewayFunction
    reviews: CausewayFunction
    rights: CausewayFunction
    batches: CausewayFunction
    erasures: CausewayFunction
    agents: CausewayFunction
    agent_stream: CausewayFunction
    approvals: CausewayFunction
    teams: CausewayFunction


@dataclass(frozen=True)
class Entry:
    """Who comes in, how fast, and where it is logged. scopes: one of which an access token must have; none: callers have ID tokens.

    log: the last part of the name of its log group. rate: requests a second. with_key: each request has the key of a usage plan.
    """

    user_pool: cognito.IUserPool
    log: str
    rate: int
    burst: int
    scopes: tuple[str, ...] = ()
    with_key: bool = False


class SecuredApi(apigateway.RestApi):
    """What every API here has: TLS 1.2 or newer, tokens of the user pool, problem details, logs, functions behind validated requests."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, logs_key: kms.IKey, name: str, description: str, entry: Entry
    ) -> None:
        authorizer = apigateway.CognitoUserPoolsAuthorizer(scope, "Authorizer", cognito_user_pools=[entry.user_pool])
        super().__init__(
            scope,
            id,
            rest_api_name=name,
            description=description,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO),
            deploy_options=_stage(scope, environment, logs_key, entry),
        )
        self.scope, self.environment, self.logs_key, self.entry = scope, environment, logs_key, entry
        self._refuse_old_tls()
        self.add_request_validator("Validator", validate_request_body=True, validate_request_parameters=True)
        respond_with_problems(self, WITH_KEY if entry.with_key else ())
        self._keep_execution_logs()
        self._acknowledge()

    def _refuse_old_tls(self) -> None:
        """The L2 knows no policy of the API's own endpoint."""
        resource = cast(apigateway.CfnRestApi, self.node.default_child)
        resource.security_policy = TLS_POLICY
        resource.endpoint_access_mode = STRICT

    def _acknowledge(self) -> None:
        acknowledge(
            self.deployment_stage,
            shared_rule("APIGWCacheEnabledAndEncrypted"),
            reasons.NO_CACHE,
            "The stage has no cache.",
        )
        acknowledge(
            self.deployment_stage,
            shared_rule("APIGWSSLEnabled"),
            reasons.NO_HTTP_BACKEND,
            "Every integration of the stage is a function.",
        )

    def _keep_execution_logs(self) -> None:
        """API Gateway names this group itself; made before the stage, it has our key and retention."""
        group = logs.LogGroup(
            self.scope,
            "ExecutionLog",
            log_group_name=f"API-Gateway-Execution-Logs_{self.rest_api_id}/{self.environment.name}",
            encryption_key=self.logs_key,
        )
        self.deployment_stage.node.add_dependency(group)

    def _model(self, name: str, *required: str) -> apigateway.Model:
        """Only what API Gateway can name in its message: the function checks every field and says which one is wrong."""
        return self.add_model(
            name,
            model_name=name,
            content_type="application/json",
            schema=apigateway.JsonSchema(
                schema=apigateway.JsonSchemaVersion.DRAFT4,
                title=name,
                type=apigateway.JsonSchemaType.OBJECT,
                required=list(required) or None,
            ),
        )

    def _method(
        self,
        resource: apigateway.Resource,
        verb: str,
        function: CausewayFunction,
        model: apigateway.IModel | None = None,
        open_to_all: bool = False,
        streams: bool = False,
    ) -> apigateway.Method:
        integration = apigateway.LambdaIntegration(
            function.invoked,
            proxy=True,
            allow_test_invoke=False,
            timeout=Duration.seconds(STREAM_SECONDS if streams else INTEGRATION_SECONDS),
            response_transfer_mode=STREAM if streams else None,
        )
        validator: Any = self.node.find_child("Validator")
        return resource.add_method(
            verb,
            integration,
            request_validator=validator,
            request_models={"application/json": model} if model else None,
            authorization_type=apigateway.AuthorizationType.NONE if open_to_all else apigateway.AuthorizationType.COGNITO,
            authorization_scopes=list(self.entry.scopes) or None,
            api_key_required=True if self.entry.with_key else None,
        )


class Api(SecuredApi):
    """Every route of users with its function, authorizer and request model."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        logs_key: kms.IKey,
        user_pool: cognito.IUserPool,
        functions: Functions,
    ) -> None:
        size = environment.assistant
        super().__init__(
            scope,
            id,
            environment=environment,
            logs_key=logs_key,
            name=f"causeway-{environment.name}",
            description="Questions, answers and documents",
            entry=Entry(user_pool, "api-access", size.rate_per_second, size.burst),
        )
        self.functions = functions
        self._routes()
        domain = environment.assistant.domain
        self.address = serve_at(self, domain) if domain else self.url

    def _routes(self) -> None:
        version = self.root.add_resource("v1")
        health = self._method(version.add_resource("health"), "GET", self.functions.answers, open_to_all=True)
        acknowledge(
            health,
            ["AwsSolutions-APIG4", "AwsSolutions-COG4"],
            reasons.OPEN_ROUTES,
            "Load balancers and probes ask for health; it reads no data and says only `ok`.",
        )
        question = self._model("AnswerRequest", "question")
        answers = version.add_resource("answers")
        self._method(answers, "POST", self.functions.answers, model=question)
        self._method(answers.add_resource("stream"), "POST", self.functions.stream, model=question, streams=True)
        batches = answers.add_resource("batch")
        self._method(batches, "POST", self.functions.batches, model=self._model("BatchRequest", "questions"))
        batch = batches.add_resource("{batch_id}")
        self._method(batch, "GET", self.functions.batches)
        self._method(batch, "DELETE", self.functions.batches)
        openai = self.root.add_resource("openai").add_resource("v1")
        completions = openai.add_resource("chat").add_resource("completions")
        self._method(completions, "POST", self.functions.stream, model=self._model("ChatCompletionRequest", "messages"), streams=True)
        self._method(openai.add_resource("models"), "GET", self.functions.stream, streams=True)
        documents = version.add_resource("documents")
        self._method(documents, "POST", self.functions.documents, model=self._model("DocumentRequest", "name"))
        self._method(documents, "GET", self.functions.documents)
        self._method(version.add_resource("uploads"), "POST", self.functions.documents, model=self._model("UploadsRequest", "documents"))
        self._method(version.add_resource("changes"), "GET", self.functions.documents)
        document = documents.add_resource("{document_id}")
        self._method(document, "GET", self.functions.documents)
        self._method(document, "DELETE", self.functions.documents)
        self._method(document.add_resource("passages"), "GET", self.functions.documents)
        self._method(document.add_resource("pictures"), "GET", self.functions.documents)
        token = document.add_resource("tokens").add_resource("{token}")
        self._method(token, "POST", self.functions.reveals, model=self._model("RevealRequest", "reason"))

        sessions = version.add_resource("sessions")
        session = sessions.add_resource("{session_id}")
        for resource, verb in ((sessions, "POST"), (sessions, "GET"), (sessions, "DELETE"), (session, "GET"), (session, "DELETE")):
            self._method(resource, verb, self.functions.sessions)
        facts = version.add_resource("facts")
        for resource, verb in ((facts, "GET"), (facts, "DELETE"), (facts.add_resource("{fact_id}"), "DELETE")):
            self._method(resource, verb, self.functions.sessions)
        self._permission_routes(version)
        feedback = version.add_resource("feedback")
        self._method(feedback, "POST", self.functions.sessions, model=self._model("FeedbackRequest", "request_id"))
        self._method(feedback, "GET", self.functions.sessions)

        self._review_routes(version)
        self._erasure_routes(version)
        self._agent_routes(version)
        self._approval_routes(version)

    def _agent_routes(self, version: apigateway.Resource) -> None:
        turns, said = version.add_resource("agents").add_resource("{agent}").add_resource("turns"), self._model("TurnRequest", "message")
        self._method(turns, "POST", self.functions.agents, model=said)
        self._method(turns.add_resource("stream"), "POST", self.functions.agent_stream, model=said, streams=True)
        task = version.add_resource("teams").add_resource("{team}").add_resource("runs")
        self._method(task, "POST", self.functions.teams, model=self._model("TeamRunRequest", "task"))
        runs = version.add_resource("runs")
        self._method(runs, "GET", self.functions.agents)
        run = runs.add_resource("{run_id}")
        self._method(run, "GET", self.functions.agents)
        self._method(run.add_resource("approval"), "POST", self.functions.agents, model=self._model("ApprovalRequest", "approve"))
        tools = version.add_resource("mcp")
        for verb in ("POST", "GET", "DELETE"):  # without a model: a body may be a list
            self._method(tools, verb, self.functions.agents)

    def _approval_routes(self, version: apigateway.Resource) -> None:
        approvals = version.add_resource("approvals")
        self._method(approvals, "GET", self.functions.approvals)
        page = approvals.add_resource("page")
        for verb in ("GET", "POST"):
            method = self._method(page, verb, self.functions.approvals, open_to_all=True)
            acknowledge(
                method,
                ["AwsSolutions-APIG4", "AwsSolutions-COG4"],
                reasons.OPEN_ROUTES,
                "Approvers come by links that KMS has signed, each for one person, run and time; nobody else sees anything.",
            )

    def _review_routes(self, version: apigateway.Resource) -> None:
        appeals = version.add_resource("appeals")
        self._method(appeals, "POST", self.functions.reviews, model=self._model("AppealRequest", "request_id"))
        appeal = appeals.add_resource("{request_id}")
        for verb in ("GET", "DELETE"):
            self._method(appeal, verb, self.functions.reviews)
        reviews = version.add_resource("reviews")
        review = reviews.add_resource("{request_id}")
        for resource in (reviews, review):
            self._method(resource, "GET", self.functions.reviews)
        self._method(review.add_resource("decision"), "POST", self.functions.reviews, model=self._model("DecisionRequest", "verdict"))

    def _erasure_routes(self, version: apigateway.Resource) -> None:
        erasures = version.add_resource("erasures")
        self._method(erasures, "POST", self.functions.erasures, model=self._model("ErasureRequest"))
        erasure = erasures.add_resource("{erasure_id}")
        for resource in (erasure, erasure.add_resource("documents")):
            self._method(resource, "GET", self.functions.erasures)

    def _permission_routes(self, version: apigateway.Resource) -> None:
        folders, members = version.add_resource("folders"), version.add_resource("members")
        for verb in ("GET", "DELETE"):
            self._method(folders, verb, self.functions.rights)
        self._method(folders, "PUT", self.functions.rights, model=self._model("FolderRequest", "folder"))
        self._method(members, "GET", self.functions.rights)
        self._method(members, "PUT", self.functions.rights, model=self._model("MemberRequest", "user"))


def _stage(scope: Construct, environment: Environment, logs_key: kms.IKey, entry: Entry) -> apigateway.StageOptions:
    access_log = logs.LogGroup(scope, "AccessLog", log_group_name=f"/causeway/{environment.name}/{entry.log}", encryption_key=logs_key)
    line = ACCESS_LOG | ({"key": "$context.identity.apiKeyId"} if entry.with_key else {})
    return apigateway.StageOptions(
        stage_name=environment.name,
        access_log_destination=apigateway.LogGroupLogDestination(access_log),
        access_log_format=apigateway.AccessLogFormat.custom(Stack.of(scope).to_json_string(line)),
        logging_level=apigateway.MethodLoggingLevel.INFO,
        data_trace_enabled=False,
        metrics_enabled=True,
        tracing_enabled=True,
        throttling_rate_limit=entry.rate,
        throttling_burst_limit=entry.burst,
    )
