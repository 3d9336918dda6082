from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from causeway.runtime.service_models import FastLoader

SERVICES = ("bedrock-runtime", "dynamodb", "s3", "sagemaker-runtime", "sqs", "ssm", "stepfunctions")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("type_name", ["service-2", "endpoint-rule-set-1"])
def test_descriptions_are_read_as_botocore_reads_them(service: str, type_name: str):
    assert FastLoader().load_service_model(service, type_name) == Loader().load_service_model(service, type_name)


def test_a_service_that_does_not_exist_is_refused():
    session = botocore.session.get_session()
    session.register_component("data_loader", FastLoader())
    with pytest.raises(UnknownServiceError):
        session.create_client("no-such-service", region_name="us-east-1")


def test_the_folder_of_services_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Path] = []
    iterdir = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda folder: listed.append(folder) or iterdir(folder))
    loader = FastLoader()
    for service in SERVICES:
        for type_name in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, type_name)
    assert len(listed) == 1
