"""Where texts become vectors: a private SageMaker endpoint, or a model on Bedrock."""

import re
from abc import abstractmethod
from collections.abc import Mapping

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge_setting, shared_rule
from stacks.constructs.perimeter import role_name
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.artifact import ModelArtifact
from stacks.models.embedding_role import IMAGES_ACCOUNT, IMAGES_REPOSITORY, Uses, execution_role
from stacks.models.settings import Embedding as Size
from stacks.network.stack import NetworkStack

VARIANT = "live"
SLOW_EMBEDDING = Duration.seconds(5)
INVOCATIONS_PER_MINUTE_AND_INSTANCE = 120
LOCAL_DISK = re.compile(r"^ml\.(g4dn|g5|g6|p\d\w*|\w+d)\.")


class Embedding(Construct):
    """size: its section of the environment. model: the endpoint's name, or the model's id."""

    size: Size
    model: str

    @property
    def variables(self) -> Mapping[str, str]:
        """As `EmbeddingSettings` of `causeway.retrieval.embeddings` reads them."""
        return {
            "EMBEDDING_NAME": self.size.name,
            "EMBEDDING_PROVIDER": self.size.provider,
            "EMBEDDING_MODEL": self.model,
            "EMBEDDING_DIMENSIONS": str(self.size.dimensions),
            "EMBEDDING_VERSION": self.size.version,
        }

    def wait_for(self, check: CustomResource) -> None:
        """Nothing of the model changes before `check` has passed."""
        self.node.add_dependency(check)

    @abstractmethod
    def allow_embed(self, function: CausewayFunction) -> None:
        """Let `function` turn texts into vectors."""


class BedrockEmbedding(Embedding):
    """A model on demand: nothing to run, nothing to pay for while idle."""

    def __init__(self, scope: Construct, id: str, *, size: Size) -> None:
        super().__init__(scope, id)
        self.size, self.model = size, size.model

    def allow_embed(self, function: CausewayFunction) -> None:
        arn = Stack.of(self).format_arn(service="bedrock", account="", resource="foundation-model", resource_name=self.model)
        function.allow(["bedrock:InvokeModel"], [arn])


class SageMakerEmbedding(Embedding):
    """A real-time endpoint in private subnets whose container reaches nothing; weights and code come from our own bucket."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        size: Size,
        environment: Environment,
        shared: Shared,
        network: NetworkStack,
        data: DataStack,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        self.settings, self.shared, self.network = environment, shared, network
        self.data, self.key, self.size = data, key, size
        self.model = f"causeway-{self.settings.name}-{size.named('embedding')}"
        self.artifact = ModelArtifact(self, "Artifact", settings=self.size, shared=shared, data=data, key=key)
        self.log_group = self._log_group()
        self.role, self.permissions = self._role()
        self.endpoint = self._endpoint(self._configuration(self._model()))
        self._scale()

    def allow_embed(self, function: CausewayFunction) -> None:
        arn = Stack.of(self).format_arn(service="sagemaker", resource="endpoint", resource_name=self.model)
        function.allow(["sagemaker:InvokeEndpoint"], [arn])

    def _log_group(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/sagemaker/Endpoints/{self.model}",
            encryption_key=self.shared.logs_key,
        )

    def _role(self) -> tuple[iam.Role, iam.ManagedPolicy]:
        uses = Uses(
            self.data.artifacts,
            self.data.artifacts_key,
            self.artifact.prefix,
            self.log_group,
            self.network.private_subnet_ids,
            self._security_group,
            self.disk_key,
        )
        return execution_role(self, role_name(self.settings, self.size.named("embedding")), uses, self.shared.boundaries.jobs)

    @property
    def disk_key(self) -> kms.IKey | None:
        """The key of the instances' disks; None where the disks are local and the hardware encrypts them."""
        return None if LOCAL_DISK.match(self.size.instance_type or "") else self.key

    @property
    def _security_group(self) -> str:
        return self.network.embedding_security_group.security_group_id

    def _model(self) -> sagemaker.CfnModel:
        source = sagemaker.CfnModel.S3DataSourceProperty(s3_uri=self.artifact.uri, s3_data_type="S3Prefix", compression_type="None")
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=self.role.role_arn,
            enable_network_isolation=True,
            vpc_config=sagemaker.CfnModel.VpcConfigProperty(
                subnets=self.network.private_subnet_ids, security_group_ids=[self._security_group]
            ),
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=f"{IMAGES_ACCOUNT}.dkr.ecr.{self.settings.region}.amazonaws.com/{IMAGES_REPOSITORY}:{self.size.image}",
                model_data_source=sagemaker.CfnModel.ModelDataSourceProperty(s3_data_source=source),
                environment={
                    "SAGEMAKER_PROGRAM": "inference.py",
                    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
                    "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
                    "SAGEMAKER_REGION": self.settings.region,
                },
            ),
        )
        model.node.add_dependency(self.permissions)
        return model

    def _configuration(self, model: sagemaker.CfnModel) -> sagemaker.CfnEndpointConfig:
        configuration = sagemaker.CfnEndpointConfig(
            self,
            "Configuration",
            kms_key_id=self.disk_key.key_arn if self.disk_key else None,
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    variant_name=VARIANT,
                    model_name=model.attr_model_name,
                    instance_type=self.size.instance_type,
                    initial_instance_count=self.size.min_instances,
                    initial_variant_weight=1.0,
                    container_startup_health_check_timeout_in_seconds=600,
                    model_data_download_timeout_in_seconds=900,
                )
            ],
        )
        if self.disk_key is None:
            acknowledge_setting(
                configuration,
                shared_rule("SageMakerEndpointConfigurationKMSKeyConfigured"),
                self.settings,
                "models.embedding.instance_type"
                if self.size is self.settings.models.embedding
                else "models.embedding_beside.instance_type",
                reasons.NVME,
                "it keeps data on local NVMe disks, which the hardware encrypts; SageMaker refuses KmsKeyId there.",
            )
        return configuration

    def _endpoint(self, configuration: sagemaker.CfnEndpointConfig) -> sagemaker.CfnEndpoint:
        return sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.model,
            endpoint_config_name=configuration.attr_endpoint_config_name,
            retain_all_variant_properties=False,
            deployment_config=self._deployment(),
        )

    def _deployment(self) -> sagemaker.CfnEndpoint.DeploymentConfigProperty:
        """A new fleet beside the old one; an alarm within ten minutes puts the old one back."""
        one = sagemaker.CfnEndpoint.CapacitySizeProperty(type="INSTANCE_COUNT", value=1)
        several = self.size.min_instances > 1
        routing = sagemaker.CfnEndpoint.TrafficRoutingConfigProperty(
            type="CANARY" if several else "ALL_AT_ONCE", canary_size=one if several else None, wait_interval_in_seconds=600
        )
        alarms = [sagemaker.CfnEndpoint.AlarmProperty(alarm_name=each.alarm_name) for each in (self._errors(), self._latency())]
        return sagemaker.CfnEndpoint.DeploymentConfigProperty(
            auto_rollback_configuration=sagemaker.CfnEndpoint.AutoRollbackConfigProperty(alarms=alarms),
            blue_green_update_policy=sagemaker.CfnEndpoint.BlueGreenUpdatePolicyProperty(
                traffic_routing_configuration=routing, termination_wait_in_seconds=300, maximum_execution_timeout_in_seconds=3600
            ),
        )

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=name,
            statistic=statistic,
            period=Duration.minutes(1),
            dimensions_map={"EndpointName": self.model, "VariantName": VARIANT},
        )

    def _errors(self) -> cloudwatch.Alarm:
        return alarm(
            self,
            "Errors",
            metric=self._metric("Invocation5XXErrors", "Sum"),
            threshold=5,
            unit="requests a minute, 3 minutes in a row",
            periods=3,
            meaning="The embedding endpoint fails requests",
            topic=self.shared.alarm_topic,
        )

    def _latency(self) -> cloudwatch.Alarm:
        return alarm(
            self,
            "Latency",
            metric=self._metric("ModelLatency", "p99"),
            threshold=SLOW_EMBEDDING.to_seconds() * 1_000_000,
            unit="microseconds, 5 minutes in a row",
            periods=5,
            meaning="One embedding request in a hundred is slow",
            topic=self.shared.alarm_topic,
        )

    def _scale(self) -> None:
        if self.size.max_instances == self.size.min_instances:
            return
        target = scaling.CfnScalableTarget(
            self,
            "ScalableTarget",
            service_namespace="sagemaker",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            resource_id=f"endpoint/{self.model}/variant/{VARIANT}",
            min_capacity=self.size.min_instances,
            max_capacity=self.size.max_instances,
        )
        target.add_resource_dependency(self.endpoint)
        scaling.CfnScalingPolicy(
            self,
            "ScalingPolicy",
            policy_name=f"{self.model}-invocations",
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
            target_tracking_scaling_policy_configuration=scaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
                target_value=INVOCATIONS_PER_MINUTE_AND_INSTANCE,
                predefined_metric_specification=scaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(
                    predefined_metric_type="SageMakerVariantInvocationsPerInstance"
                ),
                scale_out_cooldown=60,
                scale_in_cooldown=600,
            ),
        )
