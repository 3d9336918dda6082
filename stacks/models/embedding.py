"""Where texts become vectors: a private SageMaker endpoint, or a model on Bedrock."""

import hashlib
import re
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from stacks.constructs.alarms import alarm
from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.nag import acknowledge
from stacks.constructs.perimeter import role_name, weights_bucket
from stacks.constructs.shared import Shared
from stacks.data.stack import DataStack
from stacks.environment import Environment
from stacks.models.embedding_role import IMAGES_ACCOUNT, IMAGES_REPOSITORY, Uses, execution_role
from stacks.network.stack import NetworkStack

CODE = Path(__file__).resolve().parents[2] / "sagemaker" / "embedding" / "code"
NOT_CODE = ["tests", "**/__pycache__", "**/*.pyc", "**/.*", "**/*.md"]
VARIANT = "live"
ASSEMBLE_TIMEOUT = Duration.minutes(14)
INVOCATIONS_PER_MINUTE_AND_INSTANCE = 120
LOCAL_DISK = re.compile(r"^ml\.(g4dn|g5|g6|p\d\w*|\w+d)\.")


class Embedding(Construct):
    """provider, model: the values of EMBEDDING_PROVIDER and EMBEDDING_MODEL."""

    provider: str
    model: str

    @property
    def variables(self) -> Mapping[str, str]:
        return {"EMBEDDING_PROVIDER": self.provider, "EMBEDDING_MODEL": self.model}

    @abstractmethod
    def allow_embed(self, function: CausewayFunction) -> None:
        """Let `function` turn texts into vectors."""


class BedrockEmbedding(Embedding):
    """A model on demand: nothing to run, nothing to pay for while idle."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        self.provider, self.model = "bedrock", environment.models.embedding.model

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
        environment: Environment,
        shared: Shared,
        network: NetworkStack,
        data: DataStack,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, id)
        self.settings, self.shared, self.network = environment, shared, network
        self.data, self.key, self.size = data, key, self.settings.models.embedding
        self.provider, self.model = "sagemaker", f"causeway-{self.settings.name}-embedding"
        self.code = assets.Asset(self, "Code", path=str(CODE), exclude=NOT_CODE)
        self.prefix = self._prefix()
        self.assembler = self._assembler()
        self.artifact = self._artifact()
        self.log_group = self._log_group()
        self.role, self.permissions = self._role()
        self.endpoint = self._endpoint(self._configuration(self._model()))
        self._scale()

    def allow_embed(self, function: CausewayFunction) -> None:
        arn = Stack.of(self).format_arn(service="sagemaker", resource="endpoint", resource_name=self.model)
        function.allow(["sagemaker:InvokeEndpoint"], [arn])

    def _prefix(self) -> str:
        """A folder of its own for every combination of weights and code, so that a roll-back finds the former one."""
        parts = f"{self.size.artifact} {self.code.asset_hash}"
        return f"embedding/{self.size.revision}-{hashlib.sha256(parts.encode()).hexdigest()[:12]}/"

    def _assembler(self) -> CausewayFunction:
        function = CausewayFunction(
            self,
            "Assembler",
            shared=self.shared,
            name="model-artifact",
            key=self.key,
            layers=[layer(self, "answering", self.settings)],
            publish=False,
            timeout=ASSEMBLE_TIMEOUT,
            concurrency=2,
            variables={"ARTIFACTS_BUCKET": self.data.artifacts.bucket_name},
        )
        weights = f"arn:{Stack.of(self).partition}:s3:::{weights_bucket(self.settings.region)}"
        function.allow(["s3:ListBucket"], [weights], {"StringLike": {"s3:prefix": f"{self.size.artifact}*"}})
        folder = "The folder of one revision of the model, file by file; which files there are is for the model's publisher to say."
        function.allow(["s3:GetObject"], [f"{weights}/{self.size.artifact}*"], why=folder)
        function.allow(["s3:GetObject"], [f"{self.code.bucket.bucket_arn}/{self.code.s3_object_key}"])
        any_revision = "A new revision's folder is written at once; permission for that folder alone would still be spreading through IAM."
        function.allow(["s3:PutObject"], [self.data.artifacts.arn_for_objects("embedding/*")], why=any_revision)
        function.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self.data.artifacts_key.key_arn])
        return function

    def _artifact(self) -> CustomResource:
        artifact = CustomResource(
            self,
            "Artifact",
            service_token=self.assembler.function.function_arn,
            service_timeout=ASSEMBLE_TIMEOUT.plus(Duration.minutes(1)),
            resource_type="Custom::ModelArtifact",
            properties={
                "WeightsBucket": weights_bucket(self.settings.region),
                "WeightsPrefix": self.size.artifact,
                "CodeBucket": self.code.s3_bucket_name,
                "CodeKey": self.code.s3_object_key,
                "Prefix": self.prefix,
            },
        )
        artifact.node.add_dependency(self.assembler.permissions)
        return artifact

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
            self.prefix,
            self.log_group,
            self.network.private_subnet_ids,
            self._security_group,
        )
        return execution_role(self, role_name(self.settings, "embedding"), uses, self.shared.permission_boundary)

    @property
    def _security_group(self) -> str:
        return self.network.embedding_security_group.security_group_id

    def _model(self) -> sagemaker.CfnModel:
        source = sagemaker.CfnModel.S3DataSourceProperty(
            s3_uri=self.artifact.get_att_string("Uri"), s3_data_type="S3Prefix", compression_type="None"
        )
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
        local_disk = LOCAL_DISK.match(self.size.instance_type or "") is not None
        configuration = sagemaker.CfnEndpointConfig(
            self,
            "Configuration",
            kms_key_id=None if local_disk else self.key.key_arn,
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
        if local_disk:
            packs = ("HIPAA.Security", "NIST.800.53.R5", "PCI.DSS.321")
            acknowledge(
                configuration,
                ["AwsSolutions-SM2", *(f"{pack}-SageMakerEndpointConfigurationKMSKeyConfigured" for pack in packs)],
                f"{self.size.instance_type} keeps data on local NVMe disks, which the hardware encrypts; SageMaker refuses KmsKeyId there.",
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
        metric = self._metric("Invocation5XXErrors", "Sum")
        return alarm(self, "Errors", metric, 5, self.shared.alarm_topic, "The embedding endpoint fails requests", 3)

    def _latency(self) -> cloudwatch.Alarm:
        seconds = 5
        metric = self._metric("ModelLatency", "p99")
        return alarm(self, "Latency", metric, seconds * 1e6, self.shared.alarm_topic, "Embedding takes over 5 seconds (microseconds)", 5)

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
