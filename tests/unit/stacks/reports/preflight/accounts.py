"""An account played at the client's edge: real boto3 clients with prepared answers, checked against AWS's own API descriptions."""

from typing import Any

import boto3
from botocore.stub import Stubber

from stacks.reports.preflight.step import Clients

Answer = dict[str, Any]
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Account:
    """Answers each call from a table of (service, method) → an answer, an error's code, or a function of the call's parameters."""

    def __init__(self, answers: dict[tuple[str, str], Any]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, str, str]] = []

    @property
    def clients(self) -> Clients:
        return self._client

    def _client(self, service: str, region: str) -> Any:
        client = boto3.Session(**KEYS).client(service, region_name=region)  # type: ignore[call-overload]
        stubber = Stubber(client)
        stubber.activate()
        client.meta.events.register("provide-client-params", lambda **call: self._prepare(client, stubber, **call))
        return client

    def _prepare(self, client: Any, stubber: Stubber, params: Answer, model: Any, **_: Any) -> None:
        service = client.meta.service_model.service_name
        method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == model.name)
        answer = self._answers[service, model.name]
        answer = answer(params) if callable(answer) else answer
        self.asked.append((service, client.meta.region_name, model.name))
        if isinstance(answer, str):
            stubber.add_client_error(method, service_error_code=answer)
        else:
            stubber.add_response(method, answer)
