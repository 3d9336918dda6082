"""The vector search domain and everything that keeps it healthy."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from aws_cdk import CfnUpdatePolicy, CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.nag import acknowledge, acknowledge_setting
from stacks.constructs.perimeter import role_arn, role_name
from stacks.constructs.schedule import run_every
from stacks.constructs.shared import Shared
from stacks.constructs.tags import classify
from stacks.data.stack import SNAPSHOT_ROLE, DataStack
from stacks.environment import Environment
from stacks.models.settings import Embedding
from stacks.network.stack import NetworkStack
from stacks.search.snapshots import SnapshotRole
from stacks.search.watch import watch

Access = Literal["read", "write", "reindex", "upkeep"]

INDEX_ALIAS = "passages"
ALIASES = (INDEX_ALIAS, f"{INDEX_ALIAS}-even")  # of generations side by side: docs/decisions/232
SEARCH_PIPELINE = "hybrid"
LOADS = "causeway-loads"
SETUP_TIMEOUT = Duration.minutes(10)
MINUTES_BETWEEN_UPKEEP = 5
MINUTES_BETWEEN_REVIEWS = 24 * 60
RETRIEVAL = Path(__file__).resolve().parents[2] / "lambdas" / "causeway" / "retrieval"
# What the setup function puts into the domain; a change to one of these runs it again.
DESCRIBED_IN = tuple(RETRIEVAL / f"{each}.py" for each in ("schema", "auditing", "ageing", "snapshots"))
RIGHTS = (RETRIEVAL / "access.py",)  # as what the functions' roles are made in the engine; a change makes each of them again
LOG_KINDS = {"SEARCH_SLOW_LOGS": "slow-search", "INDEX_SLOW_LOGS": "slow-indexing", "ES_APPLICATION_LOGS": "errors", "AUDIT_LOGS": "audit"}
# A search of many names its indexes in the body, which IAM does not see: the engine's own roles hold it (decision 259).
SEARCH_PATH, WRITE_ACTIONS = "_msearch", ("_bulk", "_delete_by_query", "_refresh", "_search")
SLOW_SEARCHES_KEPT = logs.RetentionDays.TWO_WEEKS  # the engine writes questions into them, and knows no way not to: decision 260
HTTP_ACTIONS = [f"es:ESHttp{verb}" for verb in ("Delete", "Get", "Head", "Patch", "Post", "Put")]


def pipeline_of(size: Embedding) -> str:
    """The search pipeline of an embedding model, which has its weights."""
    return size.named(SEARCH_PIPELINE)


def fingerprint(files: Iterable[Path]) -> str:
    """Changes with the contents of the files."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


class SearchStack(Stack):
    """OpenSearch in private subnets, and the resource that owns its templates, aliases, pipelines and roles."""

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, shared: Shared, network: NetworkStack, data: DataStack
    ) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.shared, self.network, self.data = environment, shared, network, data
        self.key = self._key()
        self.layer = layer(self, "answering", environment)
        self.setup = self._setup_function()
        self.logs = self._log_groups()
        self.domain = self._domain(self._log_policy())
        self.endpoint = self.domain.attr_domain_endpoint
        self._let_setup_own_the_domain()
        self.snapshots = self._snapshots()
        self.index = self._index()
        self._review_rights()
        self.upkeep = self._upkeep_function()
        self._watch()

    @property
    def domain_name(self) -> str:
        return f"causeway-{self.settings.name}"

    @property
    def variables(self) -> Mapping[str, str]:
        """Of a function that searches or indexes."""
        own = {"OWN_INDEX_TENANTS": ",".join(self.settings.search.own_index)} if self.settings.search.own_index else {}
        return {"SEARCH_ENDPOINT": self.endpoint, "SEARCH_INDEX": INDEX_ALIAS, **own}

    @property
    def domain_arn(self) -> str:
        return self.format_arn(service="es", resource="domain", resource_name=self.domain_name)

    def _key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            alias=f"causeway/{self.settings.name}/search",
            description="Encrypts the search domain: passages and their embeddings",
        )

    def _setup_function(self) -> CausewayFunction:
        return CausewayFunction(
            self,
            "Setup",
            shared=self.shared,
            name="search-setup",
            key=self.key,
            layers=[self.layer],
            publish=False,
            timeout=SETUP_TIMEOUT,
            concurrency=2,
            variables={"ROLE_PREFIX": role_arn(self, role_name(self.settings, ""))},
        )

    def _log_groups(self) -> Mapping[str, logs.LogGroup]:
        groups = {
            kind: logs.LogGroup(
                self,
                f"Log{name.title().replace('-', '')}",
                log_group_name=f"/causeway/{self.settings.name}/search/{name}",
                encryption_key=self.shared.logs_key,
                retention=SLOW_SEARCHES_KEPT if kind == "SEARCH_SLOW_LOGS" else None,  # None: that of the environment
            )
            for kind, name in LOG_KINDS.items()
        }
        classify(groups["SEARCH_SLOW_LOGS"], "restricted")  # whole questions
        return groups

    def _log_policy(self) -> logs.CfnResourcePolicy:
        """The domain writes logs as the service, which a resource policy has to allow before the domain is made."""
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn for group in self.logs.values()],
            conditions={"StringEquals": {"aws:SourceAccount": self.account}, "ArnEquals": {"aws:SourceArn": self.domain_arn}},
        )
        document = iam.PolicyDocument(statements=[statement])
        return logs.CfnResourcePolicy(
            self,
            "LogPolicy",
            policy_name=f"causeway-{self.settings.name}-search",
            policy_document=self.to_json_string(document.to_json()),
        )

    def _domain(self, log_policy: logs.CfnResourcePolicy) -> opensearch.CfnDomain:
        size = self.settings.search
        domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=self.domain_name,
            engine_version="OpenSearch_3.5",
            cluster_config=self._nodes(),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(ebs_enabled=True, volume_type="gp3", volume_size=size.volume_gb),
            vpc_options=opensearch.CfnDomain.VPCOptionsProperty(
                subnet_ids=self._private_subnets()[: size.zones],
                security_group_ids=[self.network.search_security_group.security_group_id],
            ),
            advanced_options={"rest.action.multi.allow_explicit_index": "true"},
            log_publishing_options={
                kind: opensearch.CfnDomain.LogPublishingOptionProperty(enabled=True, cloud_watch_logs_log_group_arn=group.log_group_arn)
                for kind, group in self.logs.items()
            },
            **self._protection(),
            **self._upkeep(),
        )
        domain.cfn_options.update_policy = CfnUpdatePolicy(enable_version_upgrade=True)
        domain.apply_removal_policy(self.settings.removal_policy)
        domain.add_resource_dependency(log_policy)
        self._acknowledge(domain)
        return domain

    def _acknowledge(self, domain: opensearch.CfnDomain) -> None:
        size = self.settings.search
        acknowledge(
            domain,
            ["AwsSolutions-OS3"],
            reasons.NO_ADDRESSES,
            "Its security group admits the functions' group and nothing else.",
        )
        if size.master_nodes == 0:
            why = "a domain this small lets its data nodes elect the master; prod must have dedicated ones."
            acknowledge_setting(domain, ["AwsSolutions-OS4"], self.settings, "search.master_nodes", reasons.SMALLER_THAN_PROD, why)
        if size.zones == 1:
            why = "one node has no second zone to be in; its passages can be indexed again. Prod must have two zones."
            acknowledge_setting(domain, ["AwsSolutions-OS7"], self.settings, "search.zones", reasons.SMALLER_THAN_PROD, why)

    def _private_subnets(self) -> list[str]:
        return self.network.private_subnet_ids

    def _nodes(self) -> opensearch.CfnDomain.ClusterConfigProperty:
        size = self.settings.search
        spread = opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=size.zones) if size.zones > 1 else None
        return opensearch.CfnDomain.ClusterConfigProperty(
            instance_type=size.instance_type,
            instance_count=size.data_nodes,
            dedicated_master_enabled=size.master_nodes > 0,
            dedicated_master_count=size.master_nodes or None,
            dedicated_master_type=size.master_instance_type,
            zone_awareness_enabled=size.zones > 1,
            zone_awareness_config=spread,
            multi_az_with_standby_enabled=False,
        )

    def _protection(self) -> dict[str, Any]:
        """Who gets in, and what is encrypted: the setup function's role is the only master user."""
        return {
            "access_policies": self._access_policy(),
            "advanced_security_options": opensearch.CfnDomain.AdvancedSecurityOptionsInputProperty(
                enabled=True,
                internal_user_database_enabled=False,
                anonymous_auth_enabled=False,
                master_user_options=opensearch.CfnDomain.MasterUserOptionsProperty(master_user_arn=self.setup.role.role_arn),
            ),
            "encryption_at_rest_options": opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True, kms_key_id=self.key.key_id),
            "node_to_node_encryption_options": opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            "domain_endpoint_options": opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
        }

    def _access_policy(self) -> dict[str, Any]:
        """Signed requests of this environment's roles. What each of them may do, its own policy and the engine's roles decide."""
        statement = iam.PolicyStatement(
            principals=[iam.AccountRootPrincipal()],
            actions=HTTP_ACTIONS,
            resources=[f"{self.domain_arn}/*"],
            conditions={"ArnLike": {"aws:PrincipalArn": role_arn(self, role_name(self.settings, "*"))}},
        )
        document: dict[str, Any] = iam.PolicyDocument(statements=[statement]).to_json()
        return document

    def _upkeep(self) -> dict[str, Any]:
        """Patches and blue/green changes wait for the ten quiet hours from 02:00 UTC."""
        start = opensearch.CfnDomain.WindowStartTimeProperty(hours=2, minutes=0)
        window = opensearch.CfnDomain.OffPeakWindowProperty(window_start_time=start)
        return {
            "off_peak_window_options": opensearch.CfnDomain.OffPeakWindowOptionsProperty(enabled=True, off_peak_window=window),
            "software_update_options": opensearch.CfnDomain.SoftwareUpdateOptionsProperty(auto_software_update_enabled=True),
        }

    def _let_setup_own_the_domain(self) -> None:
        self.setup.allow(
            HTTP_ACTIONS, [f"{self.domain_arn}/*"], why="It alone makes what the domain holds: templates, indexes, roles, by any path."
        )
        self.setup.tell("SEARCH_ENDPOINT", self.endpoint)
        self.setup.tell("INDEX", json.dumps(self._index_properties()))

    def _index(self) -> CustomResource:
        roles = {"Role": self.snapshots.role.role_arn, "SetupRole": self.setup.role.role_arn}
        snapshots = {"Bucket": self.data.snapshots.bucket_name, **roles}
        properties = {**self._index_properties(), "Snapshots": snapshots, "Schema": fingerprint(DESCRIBED_IN)}
        return self._setup_resource(self, "PassageIndex", properties)

    def _snapshots(self) -> SnapshotRole:
        kept = SnapshotRole(
            self,
            "Snapshots",
            name=role_name(self.settings, SNAPSHOT_ROLE),
            bucket=self.data.snapshots,
            key=self.data.documents_key,
            boundary=self.shared.boundaries.jobs,
        )
        self.setup.allow(["iam:PassRole"], [kept.role.role_arn])
        return kept

    def _index_properties(self) -> dict[str, Any]:
        size = self.settings.search
        return {
            "Kind": "Index",
            "Shards": size.shards,
            "Replicas": size.replicas,
            **({"OwnIndex": list(size.own_index)} if size.own_index else {}),
            "TextWeights": {pipeline_of(size): size.calibrated.text_weight for size in self.settings.models.embeddings},
            "Dimensions": self.settings.models.embedding.dimensions,
        }

    def _setup_resource(self, scope: Construct, id: str, properties: Mapping[str, Any]) -> CustomResource:
        resource = CustomResource(
            scope,
            id,
            service_token=self.setup.function.function_arn,
            service_timeout=SETUP_TIMEOUT.plus(Duration.minutes(1)),
            resource_type="Custom::SearchSetup",
            properties=properties,
        )
        if Stack.of(scope) is self:
            resource.node.add_dependency(self.domain, self.setup.permissions, self.snapshots)
        return resource

    def _review_rights(self) -> None:
        """Whoever is let in by hand is found within a day: the function fails, and its dead letter is an alarm."""
        why = "Who may do what in the search domain is compared with what this app has let in"
        run_every(MINUTES_BETWEEN_REVIEWS, self.setup, self.setup, shared=self.shared, key=self.key, why=why, event={"Kind": "Access"})

    def _upkeep_function(self) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Upkeep",
            shared=self.shared,
            name="search-upkeep",
            key=self.key,
            layers=[self.layer],
            timeout=Duration.minutes(4),
            concurrency=1,
            variables={**self.variables, "SEARCH_REPLICAS": str(self.settings.search.replicas)},
        )
        self._allow_upkeep(function)
        why = "Index settings of a bulk load are set and set back"
        run_every(MINUTES_BETWEEN_UPKEEP, function, function, shared=self.shared, key=self.key, why=why)
        return function

    def _allow_upkeep(self, function: CausewayFunction) -> None:
        """Its settings and what they depend on, and no passage."""
        read = ["_tasks", *self._paths("_settings", "_stats")]
        loads = [f"{LOADS}/{action}" for action in ("_delete_by_query", "_refresh", "_search")]
        written = [*self._paths("_forcemerge", "_refresh"), *loads]
        for verb, paths in {"Get": read, "Put": self._paths("_settings"), "Post": written}.items():
            function.allow([f"es:ESHttp{verb}"], [f"{self.domain_arn}/{path}" for path in paths])
        self._role(function, "upkeep").node.add_dependency(self.index)

    def _paths(self, *actions: str) -> list[str]:
        """Below the domain's address, of each index of passages."""
        aliases = [f"{shared}{own}" for shared in ALIASES for own in ("", *(f"-of-{tenant}" for tenant in self.settings.search.own_index))]
        return [f"{alias}/{action}" for alias in aliases for action in actions]

    def allow_index(self, function: CausewayFunction, access: Literal["read", "write", "reindex"]) -> CustomResource:
        """Let `function` search (`read`), index and delete passages (`write`), or both (`reindex`). Its role is made in its own stack."""
        searched = [] if access == "write" else [SEARCH_PATH]
        written = [] if access == "read" else [*self._paths(*WRITE_ACTIONS), f"{LOADS}/_bulk"]
        function.allow(["es:ESHttpPost"], [f"{self.domain_arn}/{path}" for path in (*searched, *written)])
        return self._role(function, access)

    def _role(self, function: CausewayFunction, access: Access) -> CustomResource:
        who = {"Name": function.role.role_name, "RoleArn": function.role.role_arn}
        return self._setup_resource(function, "SearchRole", {"Kind": "Role", **who, "Access": access, "Rights": fingerprint(RIGHTS)})

    def _watch(self) -> None:
        watch(self, domain=self.domain_name, volume_gb=self.settings.search.volume_gb, topic=self.shared.alarm_topic)
