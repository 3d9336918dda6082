"""The HTTP API: who may sign in, what may be asked, and the functions that answer."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.agents.stack import AgentsStack
from stacks.answering import Answering
from stacks.assistant import watch
from stacks.assistant.api import Api, Functions
from stacks.assistant.archiving import Archiving
from stacks.assistant.batches import BATCH_SECONDS, Batches
from stacks.assistant.erasing import Erasing
from stacks.assistant.experiments import Experiments
from stacks.assistant.federation import PLACES, TRIGGER_SECONDS, Federation, ask_at_sign_in, table
from stacks.assistant.firewall import Firewall
from stacks.assistant.golden import golden_questions
from stacks.assistant.partners import PartnerFunctions, PartnerKeys, Partners
from stacks.assistant.rehearsal import rehearsal
from stacks.assistant.release import Released, Releases
from stacks.assistant.sign_in import act_on_risks, log_sign_ins, sign_in_address, sign_in_client, user_pool
from stacks.constructs.function import EVERY_UPLOAD, CausewayFunction
from stacks.constructs.function_alarms import errors
from stacks.constructs.layer import layer
from stacks.constructs.parameters import publish
from stacks.constructs.shared import Shared
from stacks.constructs.tags import classify
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.stack import ModelsStack
from stacks.search.stack import SearchStack
from stacks.switches.stack import SwitchesStack
from stacks.teams.stack import TeamsStack

# Shorter than the API's own patience, which is shorter than a client's.
ANSWER_SECONDS = 28
STREAM_SECONDS = 60  # a stream has begun to answer long before
SLOW_ANSWER, SLOW_STREAM = Duration.seconds(ANSWER_SECONDS // 2), Duration.seconds(STREAM_SECONDS // 2)
DOCUMENT_SECONDS = REVEAL_SECONDS = SESSION_SECONDS = RIGHTS_SECONDS = REVIEW_SECONDS = 10
SEALED_VALUES = "Tenant, document and version stand between, known at run time only; no passages can be read, and values are encrypted."


class AssistantStack(Stack):
    """User pool, REST API, firewall, and the functions behind them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        shared: Shared,
        switches: SwitchesStack,
        data: DataStack,
        search: SearchStack,
        models: ModelsStack,
        agents: AgentsStack,
        teams: TeamsStack,
    ) -> None:
        super().__init__(scope, id, env=environment.aws)
        self.settings, self.shared, self.switches = environment, shared, switches
        self.data, self.models, self.agents, self.teams = data, models, agents, teams
        self.answering = Answering(environment, data, search, models)
        self.key = kms.Key(self, "Key", description="Variables and dead letters of the functions behind the API")
        self.layer, self.sealing = layer(self, "answering", self.settings), layer(self, "sealing", self.settings)
        self.user_pool = user_pool(self, self.settings)
        classify(self.user_pool, "restricted")
        self.client = sign_in_client(self.user_pool, self.settings)
        act_on_risks(self, self.user_pool)
        log_sign_ins(self, self.user_pool, self.settings)
        self.partner_keys = PartnerKeys(self, "PartnerKeys", environment=self.settings) if self.settings.assistant.partners else None
        self._ask_at_sign_in()
        self.federation = self._federation()
        self.experiments = self._experiments()
        self.answers = self._answering("Answers", "answers", ANSWER_SECONDS, environment.assistant.answer_concurrency)
        self.stream = self._answering("Stream", "answer-stream", STREAM_SECONDS, environment.assistant.stream_concurrency, streams=True)
        self.documents = self._documents()
        self.reveals = self._reveals()
        self.sessions = self._sessions()
        self.reviews = self._reviews()
        self.archiving = self._archiving()
        self.rights = self._rights()
        self.queues = Batches(self, "Batches", shared=shared, key=self.key)
        self.batches, self.batch_worker = self._batches(), self._batch_worker()
        self.erasing = Erasing(
            self, "Erasing", environment=environment, shared=shared, data=data, key=self.key, layer=self.layer, sealing=self.sealing
        )
        self.api = self._api()
        self.partners = self._partners()
        self._protect()
        self._watch()
        self._rehearse()
        self._publish()

    def _federation(self) -> Federation | None:
        """Where a company has an identity provider of its own, people come from there."""
        provider = self.settings.assistant.identity_provider
        if provider is None:
            return None
        return Federation(self, "Federation", environment=self.settings, pool=self.user_pool, provider=provider)

    def _ask_at_sign_in(self) -> None:
        """Where tokens are given to others than users of the pool, a function says whose documents they see."""
        size = self.settings.assistant
        if size.sign_in_prefix is None:
            return
        known = {"IDENTITY_PROVIDER": table(size.identity_provider)} if size.identity_provider else {}
        partners = {"PARTNERS": self.partner_keys.table()} if self.partner_keys else {}
        function = self._function("SignIn", "sign-in", TRIGGER_SECONDS, PLACES, {**known, **partners})
        errors(function, self.shared.alarm_topic)
        ask_at_sign_in(self.user_pool, function, arrivals=size.identity_provider is not None)
        sign_in_address(self, self.user_pool, size.sign_in_prefix)

    def _partners(self) -> Partners | None:
        if self.partner_keys is None:
            return None
        functions = PartnerFunctions(self.answers, self.stream, self.batches)
        key = self.shared.logs_key
        return Partners(self, "Partners", keys=self.partner_keys, logs_key=key, pool=self.user_pool, functions=functions)

    def _answering(
        self, id: str, name: str, seconds: int, concurrency: int, streams: bool = False, whole: bool = False
    ) -> CausewayFunction:
        """whole: it gives no answer rather than one that goes without a service. What it answers is kept, and no picture is shown."""
        of_batches = {**self.data.batches.variables(), **self.queues.variables()} if whole else {}
        pictures = {} if whole else {"DOCUMENTS_BUCKET": self.data.documents.bucket_name}
        variables = {**self.answering.variables(self, whole), **pictures, **of_batches}
        function = self._function(id, name, seconds, concurrency, variables, streams)
        self.answering.allow_finding(function)
        self.answering.allow_remembering(function)
        if not whole:
            self.data.let_show_pictures(function)
            self.answering.limit_asking(function, self.shared.alarm_topic)
        self.data.reviews.allow(function, "PutItem")
        self.models.chat_model.allow_converse(function)
        self.switches.reach(function)
        self.experiments.reach(function)
        return function

    def _experiments(self) -> Experiments:
        minutes, application = self.settings.assistant.experiment_minutes, self.switches.application
        return Experiments(self, "Experiments", environment=self.settings, application=application, minutes=minutes)

    def _documents(self) -> CausewayFunction:
        size = self.settings.assistant
        variables = {
            "INCOMING_BUCKET": self.data.incoming.bucket_name,
            "DOCUMENTS_BUCKET": self.data.documents.bucket_name,
            "REGISTRY_TABLE": self.data.registry.table_name,
            "MAX_DOCUMENT_BYTES": str(self.settings.ingestion.max_document_bytes),
            **self.models.embedding_variables(),
            **self.data.permissions.variables(),
        }
        function = self._function("Documents", "documents", DOCUMENT_SECONDS, size.document_concurrency, variables)
        function.allow(["s3:DeleteObject", "s3:PutObject"], [self.data.incoming.arn_for_objects("*")], why=EVERY_UPLOAD)
        function.allow(["s3:GetObject"], [self.data.documents.arn_for_objects("processed/*")])
        self.data.let_show_pictures(function)
        function.allow(["s3:ListBucket"], [self.data.documents.bucket_arn])  # else what is missing is called forbidden
        function.allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], [self.data.registry.table_arn])
        function.allow(["dynamodb:Query"], [f"{self.data.registry.table_arn}/index/by-change"])
        self.data.permissions.let_read(function)
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.documents_key.key_arn, self.data.registry_key.key_arn])
        self.switches.reach(function)
        return function

    def _reveals(self) -> CausewayFunction:
        """Privacy officers turn tokens back: the only function that can, beside the one that makes them."""
        data, permissions = self.data, self.data.permissions
        variables = {
            "DOCUMENTS_BUCKET": data.documents.bucket_name,
            "REGISTRY_TABLE": data.registry.table_name,
            "AUDIT_BUCKET": data.audit.bucket.bucket_name,
            "TOKEN_KEY": data.token_key.key_arn,
            **permissions.variables(),
        }
        places, more = self.settings.assistant.reveal_concurrency, [self.sealing]
        function = self._function("Reveals", "reveals", REVEAL_SECONDS, places, variables, layers=more)
        function.allow(["s3:GetObject"], [data.documents.arn_for_objects("processed/*/sealed.json")], why=SEALED_VALUES)
        function.allow(["s3:ListBucket"], [data.documents.bucket_arn])  # else what is missing is called forbidden
        function.allow(["dynamodb:GetItem"], [data.registry.table_arn])
        function.allow(["kms:Decrypt"], [data.documents_key.key_arn, data.registry_key.key_arn])
        function.allow(["kms:GenerateMac"], [data.token_key.key_arn])
        permissions.let_read(function)
        data.audit.let_write(function)
        return function

    def _sessions(self) -> CausewayFunction:
        """What a user may do with their own conversations."""
        size, variables = self.settings.assistant, {**self.data.conversations.variables(), **self.data.permissions.variables()}
        function = self._function("Sessions", "sessions", SESSION_SECONDS, size.session_concurrency, variables)
        self.data.permissions.let_read(function)
        self.data.conversations.allow(
            function,
            memory=["BatchWriteItem", "DeleteItem", "PutItem", "Query", "UpdateItem"],
            sessions=["DeleteItem", "PutItem", "Query", "UpdateItem"],
            archive=["DeleteObject", "GetObject"],
        )
        return function

    def _archiving(self) -> Archiving:
        return Archiving(self, "Archive", shared=self.shared, conversations=self.data.conversations, key=self.key, layer=self.layer)

    def _rights(self) -> CausewayFunction:
        """Administrators say who may read what: the only function that writes permissions."""
        size, permissions = self.settings.assistant, self.data.permissions
        function = self._function("Rights", "rights", RIGHTS_SECONDS, size.rights_concurrency, permissions.variables())
        permissions.let(function, ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"])
        return function

    def _reviews(self) -> CausewayFunction:
        """What users appeal, and what reviewers decide."""
        data = self.data
        variables = {**data.reviews.variables(), **data.conversations.variables(), **data.permissions.variables()}
        function = self._function("Reviews", "reviews", REVIEW_SECONDS, self.settings.assistant.review_concurrency, variables)
        self.data.reviews.allow(function, "DeleteItem", "GetItem", "PutItem", queues=["Query"])
        self.data.conversations.allow(function, memory=["Query"])
        self.data.permissions.let_read(function)
        return function

    def _batches(self) -> CausewayFunction:
        variables = {**self.data.batches.variables(), **self.queues.variables(), **self.data.permissions.variables()}
        function = self._function("BatchIntake", "batches", ANSWER_SECONDS, self.settings.assistant.batch_concurrency, variables)
        self.data.batches.allow(function, ["GetItem", "PutItem", "Query", "UpdateItem"])
        self.data.permissions.let_read(function)
        self.queues.allow_send(function)
        self.answering.limit_asking(function, self.shared.alarm_topic)
        return function

    def _batch_worker(self) -> CausewayFunction:
        """The pipeline of every answer, with places of its own: a batch never takes those of people who wait."""
        size = self.settings.assistant
        places = size.batch_high_concurrency + size.batch_normal_concurrency
        function = self._answering("BatchWorker", "answer-batch", BATCH_SECONDS, places, whole=True)
        self.data.batches.allow(function, ["GetItem", "PutItem", "Query"])
        self.queues.allow_send(function)
        self.queues.answer_by(function, size)
        return function

    def _function(
        self,
        id: str,
        name: str,
        seconds: int,
        concurrency: int,
        variables: Mapping[str, str],
        streams: bool = False,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> CausewayFunction:
        """layers: beside that of every function here."""
        return CausewayFunction(
            self,
            id,
            shared=self.shared,
            name=name,
            key=self.key,
            layers=[self.layer, *layers],
            timeout=Duration.seconds(seconds),
            concurrency=concurrency,
            variables=variables,
            streams=streams,
        )

    def _api(self) -> Api:
        here = (self.answers, self.stream, self.documents, self.reveals, self.sessions, self.reviews, self.rights, self.batches)
        functions = Functions(
            *here, self.erasing.function, self.agents.turns, self.agents.stream, self.teams.approvals.page, self.teams.starts
        )
        key = self.shared.logs_key
        return Api(self, "Api", environment=self.settings, logs_key=key, user_pool=self.user_pool, functions=functions)

    def _protect(self) -> None:
        if self.settings.assistant.web_firewall:
            firewall = Firewall(self, "Firewall", environment=self.settings, logs_key=self.shared.logs_key)
            firewall.protect(self.api.deployment_stage.stage_arn)

    def _watch(self) -> None:
        topic = self.shared.alarm_topic
        server_errors = watch.the_api(self.api, self, topic)
        if self.partners:
            watch.the_api(self.partners.api, Construct(self.partners, "Assistant"), topic)  # whose runbooks are the same
        self.experiments.roll_back_at([server_errors], self.shared.boundaries.administration)
        failing = {function: errors(function, topic) for function in (self.answers, self.stream)}
        for function in failing:
            watch.degraded_answers(function, topic)
        if self.settings.assistant.canary:
            self._release_step_by_step(failing)
        administered = (self.documents, self.reveals, self.sessions, self.archiving.function, self.rights, self.reviews)
        for function in (*administered, self.batches, self.batch_worker):
            errors(function, topic)

    def _release_step_by_step(self, failing: Mapping[CausewayFunction, cloudwatch.Alarm]) -> None:
        answered = ((self.answers, "/v1/answers", SLOW_ANSWER), (self.stream, "/v1/answers/stream", SLOW_STREAM))
        released = [Released(each, each.alias, path, failing[each], slow) for each, path, slow in answered if each.alias]
        questions = golden_questions(self.settings.data.domain)
        Releases(self, "Releases", shared=self.shared, key=self.key, layer=self.layer, released=released, questions=questions)

    def _rehearse(self) -> None:
        if settings := self.settings.assistant.rehearsal:
            asked, answers = golden_questions(self.settings.data.domain), self.answers.invoked
            rehearsal(self, shared=self.shared, key=self.key, settings=settings, questions=asked, answers=answers)

    def _publish(self) -> None:
        values = {
            "answer-function": self.answers.function.function_name,
            "api-id": self.api.rest_api_id,
            "api-url": self.api.address,
            "api-stage": self.api.deployment_stage.stage_name,
            "batch-dead-letter-queue-url": self.queues.dead_letters.queue_url,
            "batch-high-queue-url": self.queues.high.queue_url,
            "batch-normal-queue-url": self.queues.normal.queue_url,
            "erasure-dead-letter-queue-url": self.erasing.dead_letters.queue_url,
            "erasure-queue-url": self.erasing.queue.queue_url,
            "user-pool-id": self.user_pool.user_pool_id,
            "user-pool-client-id": self.client.user_pool_client_id,
            **self.experiments.places(),
            **(self.partners.published() if self.partners else {}),
            **({"provider-client-id": self.federation.client.user_pool_client_id} if self.federation else {}),
        }
        publish(self, self.settings.name, values)
