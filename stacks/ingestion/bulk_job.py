"""A Processing job that reads what waits in the lane `bulk`, and the state machine that starts it. See docs/decisions/242."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aws_cdk import ArnFormat, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.constructs import layer, reasons
from stacks.constructs.code import build
from stacks.constructs.function import CausewayFunction
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.perimeter import role_name
from stacks.constructs.runtime import host_compiles_for
from stacks.constructs.sagemaker_role import allow, disk_statements, image_statement, interfaces, metrics_statement, network_statements
from stacks.constructs.settings import Interpreter
from stacks.constructs.shared import Shared
from stacks.constructs.state_machine import State, StateMachine, choice
from stacks.constructs.trust import service
from stacks.ingestion.lanes import Lane
from stacks.ingestion.settings import BulkJob as Settings
from stacks.network.stack import NO_TRAFFIC
from stacks.regions import REGIONS

JOB = Path(__file__).resolve().parents[2] / "sagemaker" / "processing" / "code" / "job.py"
ENTRY = "read-bulk"
IMAGE = "sagemaker-spark-processing"
INPUTS, MESSAGE = "/opt/ml/processing/input", "/opt/ml/output/message"
LONGEST_VALUE = 256  # of a variable of a job, SageMaker's limit
SECONDS_TO_FINISH = 900  # from the last file begun to the end of the job
SECONDS_TO_START = 3600  # SageMaker finds instances, loads the image and the inputs
LOGS = "/aws/sagemaker/ProcessingJobs"
ALL_STREAMS = "SageMaker names the streams, and writes all jobs of an account into one group, which it makes."
JOBS = "SageMaker names a job's ARN by its name, which is new for each start."
FAILED = "A fault of ours kept documents from being read. The job has finished all others. See docs/operations/bulk-executions-failed.md."
# A job that has died is begun anew: what it has read is off the queue. A request that SageMaker refuses stays refused.
REFUSED = {"ErrorEquals": ["SageMaker.ResourceLimitExceededException", "SageMaker.ResourceLimitExceeded"], "MaxAttempts": 0}
DIED = {"ErrorEquals": ["States.TaskFailed"], "BackoffRate": 2, "MaxAttempts": 2}


@dataclass(frozen=True)
class _Image:
    """The interpreter of SageMaker's image of Spark, as in `Interpreter`."""

    runtime: str = "python3.12"
    python_version: str = "3.12"
    machine: str = "x86_64"
    system: str = "aws-x86_64"


class BulkJob(Construct):
    """Nothing runs, and nothing costs, until somebody starts `machine`."""

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, shared: Shared, key: kms.Key, bulk: Lane, read: CausewayFunction
    ) -> None:
        """read: the function whose work the job does, by its settings and its permissions. key: encrypts executions and the disks."""
        super().__init__(scope, id)
        self.settings, self.shared, self.key, self.bulk, self.read = settings, shared, key, bulk, read
        self.inputs = self._inputs()
        self.between = self._between()
        self.role = self._role()
        self.machine = self._machine()

    def _inputs(self) -> Mapping[str, assets.Asset]:
        """By the name of the folder in which the container finds each."""
        functions = self.shared.environment.functions
        target: Interpreter = functions if functions.runtime == "host" else _Image()
        code = build(ENTRY, byte_code=host_compiles_for(target))
        folders = {name: layer.build(name, target) for name in (layer.RUNTIME, "answering", "documents")}
        made = {name: assets.Asset(self, name.capitalize(), path=str(folder)) for name, folder in folders.items()}
        return {
            "job": assets.Asset(self, "Job", path=str(JOB)),
            "code": assets.Asset(self, "Code", path=str(code), asset_hash=code.name),
            **made,
        }

    def _between(self) -> ec2.SecurityGroup:
        """Of the instances beside the group of functions, so that Spark's processes reach each other and nothing else."""
        group = ec2.SecurityGroup(
            self, "Between", vpc=self.shared.functions.vpc, description="Instances of a bulk job among themselves", allow_all_outbound=False
        )
        group.connections.allow_internally(ec2.Port.all_tcp(), "Spark between the instances of a job")
        cast(ec2.CfnSecurityGroup, group.node.default_child).add_property_override("SecurityGroupEgress", [NO_TRAFFIC])
        return group

    @property
    def _groups(self) -> list[str]:
        return [self.shared.functions.security_group.security_group_id, self.between.security_group_id]

    @property
    def _subnets(self) -> list[str]:
        return self.shared.functions.vpc.select_subnets(subnet_group_name="isolated").subnet_ids

    def _role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=role_name(self.shared.environment, "bulk-job"),
            assumed_by=service(self, "sagemaker"),
            description="Runs bulk jobs, which read documents as the function read-documents does",
            permissions_boundary=self.shared.boundaries.jobs,
        )
        self.read.permissions.attach_to_role(role)
        stack = Stack.of(self)
        group = stack.format_arn(service="logs", resource="log-group", resource_name=LOGS, arn_format=ArnFormat.COLON_RESOURCE_NAME)
        statements = [
            *self._input_statements(),
            image_statement(stack, REGIONS[self.shared.environment.region].spark_images, IMAGE),
            *network_statements(stack, self._subnets, self._groups),
            *disk_statements(self.key),
            metrics_statement(),
            allow(["logs:CreateLogGroup"], [group]),
            allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [f"{group}:*"]),
        ]
        policy = iam.ManagedPolicy(
            self, "Own", description="Inputs, image, interfaces, disks, log and metrics of bulk jobs", roles=[role], statements=statements
        )
        acknowledge_wildcard(policy, f"{group}:*", reasons.NAMES, ALL_STREAMS)
        acknowledge_wildcard(policy, interfaces(stack), reasons.NAMES, "SageMaker makes a job's interfaces; they have no name before that.")
        acknowledge(
            policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reasons.NO_RESOURCE,
            "ecr:GetAuthorizationToken, ec2:Describe* and metrics take no resource.",
        )
        return role

    def _input_statements(self) -> list[iam.PolicyStatement]:
        every = list(self.inputs.values())
        keys = [each.s3_object_key for each in every]
        return [
            allow(["s3:GetObject"], [f"{each.bucket.bucket_arn}/{each.s3_object_key}" for each in every]),
            allow(["s3:ListBucket"], [every[0].bucket.bucket_arn], {"StringLike": {"s3:prefix": keys}}),
        ]

    def _machine(self) -> StateMachine:
        stack = Stack.of(self)
        machine = StateMachine(self, "Bulk", shared=self.shared, name="bulk-job", key=self.key, functions=[], definition=self._definition())
        jobs = stack.format_arn(service="sagemaker", resource="processing-job", resource_name=f"{self._beginning}*")
        rule = "rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule"
        actions = [f"sagemaker:{verb}ProcessingJob" for verb in ("Create", "Describe", "Stop")]
        machine.permissions.add_statements(
            allow([*actions, "sagemaker:AddTags", "sagemaker:ListTags"], [jobs]),
            allow(["iam:PassRole"], [self.role.role_arn], {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}),
            allow(
                [f"events:{verb}" for verb in ("DescribeRule", "PutRule", "PutTargets")],
                [f"arn:{stack.partition}:events:{stack.region}:{stack.account}:{rule}"],
            ),
        )
        acknowledge_wildcard(machine.permissions, jobs, reasons.NAMES, JOBS)
        return machine

    @property
    def _beginning(self) -> str:
        return f"causeway-{self.shared.environment.name}-bulk-"

    def _definition(self) -> State:
        """An execution's input means nothing; its output is what became of how many documents."""
        seconds = self.settings.hours * 3600
        said = "{% $exists($states.result.ExitMessage) ? $parse($states.result.ExitMessage) : {'failed': 0} %}"
        states = {
            "Read": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
                "Arguments": self._job(seconds),
                "Output": said,
                "TimeoutSeconds": seconds + SECONDS_TO_START,
                "Retry": [REFUSED, {**DIED, "IntervalSeconds": self.settings.idle_seconds}],
                "Next": "WereAllRead",
            },
            "WereAllRead": choice("{% $states.input.failed > 0 %}", "SomeFailed", "Done"),
            "SomeFailed": {"Type": "Fail", "Error": "DocumentsFailed", "Cause": FAILED},
            "Done": {"Type": "Succeed"},
        }
        return {"QueryLanguage": "JSONata", "StartAt": "Read", "States": states}

    def _job(self, seconds: int) -> State:
        """The request that makes the job, as CreateProcessingJob takes it."""
        environment = self.shared.environment
        registry = f"{REGIONS[environment.region].spark_images}.dkr.ecr.{environment.region}.amazonaws.com"
        job = self.inputs["job"]
        return {
            "ProcessingJobName": f"{{% '{self._beginning}' & $uuid() & '-' & $string($states.context.State.RetryCount) %}}",
            "RoleArn": self.role.role_arn,
            "AppSpecification": {
                "ImageUri": f"{registry}/{IMAGE}:{self.settings.image}",
                "ContainerEntrypoint": ["smspark-submit", f"{INPUTS}/job/{job.s3_object_key}"],
                "ContainerArguments": [
                    *("--inputs", INPUTS, "--message", MESSAGE),
                    *("--seconds", str(seconds - SECONDS_TO_FINISH), "--idle", str(self.settings.idle_seconds)),
                ],
            },
            "ProcessingInputs": [_input(name, each) for name, each in self.inputs.items()],
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": self.settings.instances,
                    "InstanceType": self.settings.instance_type,
                    "VolumeSizeInGB": self.settings.volume_gb,
                    "VolumeKmsKeyId": self.key.key_arn,
                }
            },
            "NetworkConfig": {
                "EnableInterContainerTrafficEncryption": True,
                "EnableNetworkIsolation": False,  # it would cut the job off from AWS; the VPC's endpoints are all it reaches
                "VpcConfig": {"SecurityGroupIds": self._groups, "Subnets": self._subnets},
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": seconds},
            "Environment": self._variables(),
        }

    def _variables(self) -> Mapping[str, str]:
        """Those of the function but its queues; the job works on one of them."""
        lane = {
            "TO_READ": self.bulk.to_read.queue_url,
            "TO_READ_ARN": self.bulk.to_read.queue_arn,
            "TO_INDEX": self.bulk.to_index.queue_url,
        }
        given = {name: value for name, value in self.read.variables.items() if name != "QUEUES"}
        region = {"AWS_REGION": self.shared.environment.region}
        return dict(part for each in {**given, **lane, **region}.items() for part in _parts(*each))


def _input(name: str, asset: assets.Asset) -> State:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": asset.s3_object_url,
            "LocalPath": f"{INPUTS}/{name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        },
    }


def _parts(name: str, value: str) -> Sequence[tuple[str, str]]:
    """A value that is too long for one variable as several, which the job puts together; those known at deployment only are short."""
    if Token.is_unresolved(value) or len(value) <= LONGEST_VALUE:
        return [(name, value)] if value else []
    starts = range(0, len(value), LONGEST_VALUE)
    return [(f"{name}__{number}", value[start : start + LONGEST_VALUE]) for number, start in enumerate(starts, 1)]
