"""DynamoDB as moto plays it, with the tables of runs and conversations."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from benchmarks.scripted_agents import KEYS
from causeway.runtime.clients import client, forget_clients
from tests.unit.loopback import http_server, log_lines, make_table, services

__all__ = ["dynamodb", "http_server", "log_lines", "services"]

VARIABLES = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        forget_clients()
        for name, keys in KEYS.items():
            make_table(name, *keys)
        yield client("dynamodb")
    forget_clients()
