"""AWS clients, made once for each process by botocore alone: boto3 adds nothing that is used, and takes time at a cold start."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

import botocore.session
from botocore.config import Config
from botocore.exceptions import IncompleteReadError
from botocore.handlers import add_expect_header

from causeway.runtime.service_models import FastLoader

if TYPE_CHECKING:
    from typing import Unpack

    from botocore.credentials import Credentials
    from mypy_boto3_appconfigdata import AppConfigDataClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_comprehend import ComprehendClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient


class Patience(TypedDict, total=False):
    """How long a client waits, in seconds.

    connect: for a connection, 2 by default. read: for the next bytes of an answer, 30 by default.
    """

    connect: float
    read: float


@overload
def client(service: Literal["appconfigdata"], **patience: "Unpack[Patience]") -> "AppConfigDataClient": ...
@overload
def client(service: Literal["bedrock-runtime"], **patience: "Unpack[Patience]") -> "BedrockRuntimeClient": ...
@overload
def client(service: Literal["cloudformation"], **patience: "Unpack[Patience]") -> Any: ...
@overload
def client(service: Literal["codedeploy"], **patience: "Unpack[Patience]") -> Any: ...
@overload
def client(service: Literal["comprehend"], **patience: "Unpack[Patience]") -> "ComprehendClient": ...
@overload
def client(service: Literal["dynamodb"], **patience: "Unpack[Patience]") -> "DynamoDBClient": ...
@overload
def client(service: Literal["ec2"], **patience: "Unpack[Patience]") -> Any: ...
@overload
def client(service: Literal["kms"], **patience: "Unpack[Patience]") -> "KMSClient": ...
@overload
def client(service: Literal["lambda"], **patience: "Unpack[Patience]") -> "LambdaClient": ...
@overload
def client(service: Literal["s3"], **patience: "Unpack[Patience]") -> "S3Client": ...
@overload
def client(service: Literal["sagemaker-runtime"], **patience: "Unpack[Patience]") -> "SageMakerRuntimeClient": ...
@overload
def client(service: Literal["secretsmanager"], **patience: "Unpack[Patience]") -> Any: ...
@overload
def client(service: Literal["sns"], **patience: "Unpack[Patience]") -> "SNSClient": ...
@overload
def client(service: Literal["events"], **patience: "Unpack[Patience]") -> "EventBridgeClient": ...
@overload
def client(service: Literal["sqs"], **patience: "Unpack[Patience]") -> "SQSClient": ...
@overload
def client(service: Literal["ssm"], **patience: "Unpack[Patience]") -> "SSMClient": ...
@overload
def client(service: Literal["stepfunctions"], **patience: "Unpack[Patience]") -> "SFNClient": ...
@overload
def client(service: Literal["sts"], **patience: "Unpack[Patience]") -> "STSClient": ...
@overload
def client(service: Literal["textract"], **patience: "Unpack[Patience]") -> Any: ...
def client(service: str, **patience: "Unpack[Patience]") -> Any:
    """The process's client of an AWS service, shared by all callers who ask for the same patience."""
    return _client(service, patience.get("connect", 2.0), patience.get("read", 30.0))


@cache
def _client(service: str, connect: float, read: float) -> Any:
    return made_by(session(), service, connect, read)


def made_by(maker: botocore.session.Session, service: str, connect: float, read: float) -> Any:
    """A new client with the settings of every client here. maker: has the credentials; connect, read: as in `Patience`."""
    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": 1},  # `Dependency` retries
        # These settings save a sixth of the time of a request: mypy and the service check shapes, and one user agent serves all requests.
        parameter_validation=False,
        user_agent=maker.user_agent(),
        # Unless told so, botocore signs upload forms by version 2, which S3 does not take where KMS encrypts, and names a global
        # host in them, which answers for a new bucket elsewhere with a redirect that few forms survive.
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    made = maker.create_client(service, region_name=region(), config=config)
    # Before it sends an object, botocore asks S3 whether it may: one more round trip for each, which pays for large ones only.
    made.meta.events.unregister("before-call.s3", add_expect_header)
    return made


def region() -> str:
    """The region the function runs in."""
    return os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]


def credentials() -> "Credentials":
    """The function's own credentials; they renew themselves, so keep the object, not its keys."""
    found = session().get_credentials()
    if found is None:
        raise RuntimeError("no AWS credentials: the function has no role, or the variables are missing")
    return found


@cache
def session() -> botocore.session.Session:
    """The process's session: settings, credentials and service descriptions."""
    return new_session(_loader())


@cache
def _loader() -> FastLoader:
    """What it has read is the same in every environment, and outlives the session."""
    return FastLoader()


def new_session(loader: FastLoader) -> botocore.session.Session:
    """loader: keeps the service descriptions that it has read; sessions may share it."""
    made = botocore.session.get_session()
    made.register_component("data_loader", loader)
    made.register("before-parse", _refuse_a_part)
    return made


def _refuse_a_part(**event: Any) -> None:
    """botocore takes an answer that breaks off for a whole one, and reads what is left as an answer without most of its fields."""
    body, announced = event["response_dict"]["body"], event["response_dict"]["headers"].get("content-length", "")
    is_read = isinstance(body, bytes) and event["operation_model"].http.get("method") != "HEAD"
    if is_read and announced.isdigit() and len(body) < int(announced):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(announced))


def forget_clients() -> None:
    """Drop every client and the session, so that the next ones read the environment again."""
    _client.cache_clear()
    session.cache_clear()
