"""Partners: companies whose servers ask by a plan of their own. See docs/decisions/284-partners.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.assistant.api import Entry, SecuredApi
from stacks.assistant.firewall import Firewall
from stacks.assistant.plans import Partner
from stacks.constructs.function import CausewayFunction, compact
from stacks.environment import Environment


@dataclass(frozen=True)
class PartnerFunctions:
    """The functions that partners may ask."""

    answers: CausewayFunction
    stream: CausewayFunction
    batches: CausewayFunction


class PartnerKeys(Construct):
    """A key for each partner, which API Gateway makes: no template holds one. A key says whose plan counts, and lets nobody in."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        self.environment, self.partners = environment, environment.assistant.partners
        self.server = f"causeway-{environment.name}"
        self.keys = {name: self._key(name) for name in self.partners}

    def _key(self, name: str) -> apigateway.CfnApiKey:
        return apigateway.CfnApiKey(self, name, name=f"{self.server}-{name}", description=f"Plan of the partner {name}", enabled=True)

    def table(self) -> str:
        """What the function behind the user pool's triggers is told: by the scope of a partner's tokens, the tenant and the key's id."""
        rows = {self.scope_of(name): {"tenant": each.tenant, "key": self.keys[name].ref} for name, each in self.partners.items()}
        return compact(rows)

    def scope_of(self, name: str) -> str:
        return f"{self.server}/{name}"


class Partners(Construct):
    """An API of their own, whose callers have an access token of their client and the key of their plan."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        keys: PartnerKeys,
        logs_key: kms.IKey,
        pool: cognito.UserPool,
        functions: PartnerFunctions,
    ) -> None:
        super().__init__(scope, id)
        self.keys, self.pool, self.environment, self.partners = keys, pool, keys.environment, keys.partners
        self.server = self._server()
        self.clients = {name: self._client(name) for name in self.partners}
        self.api = self._api(logs_key, functions)
        for name, partner in self.partners.items():
            self._plan(name, partner)
        if self.environment.assistant.web_firewall:
            self._protect(logs_key)

    def _server(self) -> cognito.CfnUserPoolResourceServer:
        """A scope for each partner: a client may ask for its own alone, so a token's scope says whose it is."""
        made = cognito.CfnUserPoolResourceServer
        scopes = [made.ResourceServerScopeTypeProperty(scope_name=name, scope_description=f"Ask as {name}") for name in self.partners]
        return made(self, "Server", user_pool_id=self.pool.user_pool_id, identifier=self.keys.server, name="Partners", scopes=scopes)

    def _client(self, name: str) -> cognito.CfnUserPoolClient:
        """It has a secret, which Cognito makes, and gets tokens for that alone; nobody signs in by it."""
        client = cognito.CfnUserPoolClient(
            self,
            f"Client-{name}",
            user_pool_id=self.pool.user_pool_id,
            client_name=f"{self.keys.server}-{name}",
            generate_secret=True,
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],
            supported_identity_providers=[],
            allowed_o_auth_flows=["client_credentials"],
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_scopes=[self.keys.scope_of(name)],
            access_token_validity=self.environment.assistant.token_minutes,
            token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(access_token="minutes"),  # noqa: S106 -- a unit
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            read_attributes=["preferred_username"],
            write_attributes=["preferred_username"],
        )
        client.add_resource_dependency(self.server)
        return client

    def _api(self, logs_key: kms.IKey, functions: PartnerFunctions) -> "PartnerApi":
        rate, burst = (sum(getattr(each, what) for each in self.partners.values()) for what in ("requests_per_second", "burst"))
        scopes = tuple(self.keys.scope_of(name) for name in self.partners)
        entry = Entry(self.pool, "partner-access", rate, burst, scopes, with_key=True)
        api = PartnerApi(self, "Api", environment=self.environment, logs_key=logs_key, entry=entry, functions=functions)
        api.node.add_dependency(self.server)
        return api

    def _plan(self, name: str, partner: Partner) -> apigateway.CfnUsagePlanKey:
        plan = apigateway.CfnUsagePlan(
            self,
            f"Plan-{name}",
            usage_plan_name=f"{self.keys.server}-{name}",
            description=f"What the partner {name} may ask",
            api_stages=[apigateway.CfnUsagePlan.ApiStageProperty(api_id=self.api.rest_api_id, stage=self.api.deployment_stage.stage_name)],
            throttle=apigateway.CfnUsagePlan.ThrottleSettingsProperty(rate_limit=partner.requests_per_second, burst_limit=partner.burst),
            quota=apigateway.CfnUsagePlan.QuotaSettingsProperty(limit=partner.quota_a_month, period="MONTH")
            if partner.quota_a_month
            else None,
        )
        return apigateway.CfnUsagePlanKey(
            self, f"PlanKey-{name}", key_id=self.keys.keys[name].ref, key_type="API_KEY", usage_plan_id=plan.ref
        )

    def _protect(self, logs_key: kms.IKey) -> None:
        """All partners may come from one address, such as that of a common provider, and use up their plans."""
        requests = sum(each.in_five_minutes for each in self.partners.values()) + 1
        firewall = Firewall(self, "Firewall", environment=self.environment, logs_key=logs_key, of="-partners", requests=requests)
        firewall.protect(self.api.deployment_stage.stage_arn)

    def published(self) -> Mapping[str, str]:
        """Parameters by which an operator finds what to hand to a partner: the ids of client and key, by which AWS shows their secrets."""
        ids = {f"partner-{name}-client-id": client.ref for name, client in self.clients.items()}
        return {"partner-api-url": self.api.url, **ids, **{f"partner-{name}-key-id": key.ref for name, key in self.keys.keys.items()}}


class PartnerApi(SecuredApi):
    """The routes on which questions are asked, without a user: answers, whole and streamed, and batches."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, logs_key: kms.IKey, entry: Entry, functions: PartnerFunctions
    ) -> None:
        name = f"causeway-{environment.name}-partners"
        super().__init__(
            scope, id, environment=environment, logs_key=logs_key, name=name, description="Questions of partners' servers", entry=entry
        )
        question = self._model("AnswerRequest", "question")
        answers = self.root.add_resource("v1").add_resource("answers")
        self._method(answers, "POST", functions.answers, model=question)
        self._method(answers.add_resource("stream"), "POST", functions.stream, model=question, streams=True)
        batches = answers.add_resource("batch")
        self._method(batches, "POST", functions.batches, model=self._model("BatchRequest", "questions"))
        batch = batches.add_resource("{batch_id}")
        for verb in ("GET", "DELETE"):
            self._method(batch, verb, functions.batches)
