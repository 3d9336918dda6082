"""Names by which the pipeline and the accounts that it deploys to know each other: no stack of one account can refer to another's."""

from collections.abc import Iterable

from aws_cdk import Stack

from stacks.delivery.settings import Delivery

PIPELINE = "causeway-delivery"  # also the folder of its artifacts
ALIAS = "alias/causeway-delivery-artifacts"
# What CloudFormation is told before anybody approves, what it reads, and what is carried out: a role for each.
CHANGES, PUBLISH, DEPLOY, REHEARSE = "changes", "publish", "deploy", "rehearse"
READERS = (CHANGES, PUBLISH)
# What CodeBuild, and what CodePipeline and its S3 action, are documented to look at in a bucket before they use it.
IDENTITY = ("s3:GetBucketAcl", "s3:GetBucketLocation")
BUCKET = (*IDENTITY, "s3:GetBucketVersioning")


def role_of(stage: str, does: str) -> str:
    return f"{PIPELINE}-{stage}-{does}"


def role_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def pipeline_role(settings: Delivery) -> str:
    return role_arn(settings.account, f"{PIPELINE}-pipeline")


def artifacts_bucket(settings: Delivery, region: str) -> str:
    return f"{PIPELINE}-artifacts-{settings.account}-{region}"


def artifacts(settings: Delivery, region: str) -> str:
    """What a run keeps for its actions, all objects of it."""
    return f"arn:aws:s3:::{artifacts_bucket(settings, region)}/{PIPELINE}/*"


def keys(settings: Delivery, region: str) -> str:
    """Of the account of the pipeline: the key's own id is known in its stack alone."""
    return f"arn:aws:kms:{region}:{settings.account}:key/*"


def for_artifacts(settings: Delivery, region: str) -> dict[str, dict[str, object]]:
    """The condition for use of a key of `keys`: by S3, for the bucket of artifacts. With a bucket key the context is the bucket's ARN."""
    bucket = f"arn:aws:s3:::{artifacts_bucket(settings, region)}"
    return {
        "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": bucket},
    }


def bootstrapped(stack: Stack, what: str, account: str, region: str) -> str:
    """What `cdk bootstrap` made: `cfn-exec-role` or `assets`."""
    qualifier = stack.synthesizer.bootstrap_qualifier or "hnb659fds"
    return f"cdk-{qualifier}-{what}-{account}-{region}"


def readers(settings: Delivery) -> Iterable[str]:
    """The roles of all stages that read artifacts."""
    return [role_arn(stage.account, role_of(stage.environment, does)) for stage in settings.stages for does in READERS]
