"""SageMaker endpoints: a host process runs the code and weights of the model's S3 prefix, and the runtime's route calls it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import urllib3

from local import settings
from local.cloud.clients import client
from local.cloud.options import Options
from local.cloud.recorded import Handler, Properties, Recipe, Records, handler
from local.cloud.resource_types import SAGEMAKER
from local.loopback import free_port
from local.process import Process

ENDPOINT = "AWS::SageMaker::Endpoint"
READY_SECONDS = 90
AWS_INVOCATION_SECONDS = 60
Answer = tuple[int, dict[str, str], bytes]


class HostFailed(RuntimeError):
    """A host ended, or was not ready in time; the message contains the end of its log."""


@dataclass
class Host:
    """One running host."""

    process: subprocess.Popen[bytes]
    port: int
    variant: str

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Endpoints:
    """The endpoints of this cloud, each with its host, by name."""

    def __init__(self, options: Options, records: Records) -> None:
        self._options, self._records = options, records
        self._hosts: dict[str, Host] = {}
        self._http = urllib3.PoolManager(maxsize=32, retries=False, timeout=urllib3.Timeout(total=AWS_INVOCATION_SECONDS))

    def handler(self) -> Handler:
        """The handler for CloudFormation: an endpoint is created when its host answers, and changed by replacing its host."""
        recorded = handler(ENDPOINT, Recipe(SAGEMAKER + ":endpoint/{name}", {"EndpointName": "{name}"}, "EndpointName"), self._records)

        def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, Properties]:
            arn, attributes = recorded["create"](logical_id, properties, stack_name)
            self.start(attributes["EndpointName"], properties)
            return arn, attributes

        def update(arn: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> tuple[str, Properties]:
            renewed, attributes = create(logical_id, new, stack_name)
            if renewed != arn:
                delete(arn, old)
            return renewed, attributes

        def delete(arn: str, properties: Properties) -> None:
            self._stop(arn.rsplit("/", 1)[-1])
            recorded["delete"](arn, properties)

        return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}

    def start(self, name: str, properties: Properties) -> None:
        """Run the endpoint's model instead of what ran under that name. Raises HostFailed or KeyError."""
        config = self._records.get("AWS::SageMaker::EndpointConfig", _arn("endpoint-config", properties["EndpointConfigName"]))
        variant = config["ProductionVariants"][0]
        model = self._records.get("AWS::SageMaker::Model", _arn("model", variant["ModelName"]))
        source = model["PrimaryContainer"]["ModelDataSource"]["S3DataSource"]["S3Uri"]
        host = self._run(name, self._download(source), variant["VariantName"])
        self._stop(name)
        self._hosts[name] = host
        settings.update(file=self._options.state_file, processes={f"embedding-{name}": Process.of(host.process.pid)})

    def resume(self) -> None:
        """Start the hosts of the endpoints of an earlier run. One that fails logs the reason; its endpoint then answers 503."""
        for arn, properties in self._records.of(ENDPOINT).items():
            try:
                self.start(arn.rsplit("/", 1)[-1], properties)
            except Exception as error:
                print(f"endpoint {arn} does not run: {error}", flush=True)

    def stop(self) -> None:
        """End every host."""
        for name in list(self._hosts):
            self._stop(name)

    def invoke(self, name: str, content_type: str, accept: str, body: bytes) -> Answer:
        """The answer of SageMaker's runtime to InvokeEndpoint: (status, headers, body)."""
        if _arn("endpoint", name) not in self._records.of(ENDPOINT):
            return _error(400, "ValidationError", {"Message": f"Endpoint {name} of account {settings.ACCOUNT} not found."})
        host = self._hosts.get(name)
        try:
            if host is None:
                raise OSError("its host does not run")
            url = f"http://127.0.0.1:{host.port}/invocations"
            answer = self._http.request("POST", url, body=body, headers={"Content-Type": content_type, "Accept": accept})
        except (OSError, urllib3.exceptions.HTTPError) as error:
            return _error(503, "ServiceUnavailable", {"Message": f"Endpoint {name} does not answer: {error}"})
        if answer.status >= 400:
            return _model_error(answer.status, answer.data.decode(errors="replace"))
        headers = {
            "content-type": answer.headers.get("Content-Type", "application/json"),
            "x-amzn-invoked-production-variant": host.variant,
        }
        return 200, headers, answer.data

    def _stop(self, name: str) -> None:
        host = self._hosts.pop(name, None)
        if host:
            host.stop()
            settings.update(file=self._options.state_file, processes={f"embedding-{name}": None})

    def _download(self, source: str) -> Path:
        """A folder with the objects below an s3:// prefix; the same objects are downloaded once."""
        uri = urlparse(source)
        prefix = uri.path.lstrip("/")
        pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=uri.netloc, Prefix=prefix)
        objects = [each for page in pages for each in page.get("Contents", []) if not each["Key"].endswith("/")]
        if not objects:
            raise HostFailed(f"there is nothing at {source}")
        identity = json.dumps([[each["Key"], each["ETag"]] for each in objects])
        folder = self._options.folder / "models" / hashlib.sha256(identity.encode()).hexdigest()[:16]
        if not folder.exists():
            self._fetch(uri.netloc, prefix, objects, folder)
        return folder

    def _fetch(self, bucket: str, prefix: str, objects: list[Any], folder: Path) -> None:
        fresh = folder.with_suffix(".fetching")
        shutil.rmtree(fresh, ignore_errors=True)
        for each in objects:
            file = fresh / each["Key"].removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            client("s3").download_file(bucket, each["Key"], str(file))
        fresh.rename(folder)

    def _run(self, name: str, folder: Path, variant: str) -> Host:
        """Start a host and wait until it answers. Raises HostFailed."""
        port = free_port()
        log = self._options.folder / f"embedding-{name}.log"
        command = [str(self._options.embedding_python), "-m", "local.models.embedding_host", "--folder", str(folder), "--port", str(port)]
        environment = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=settings.ROOT, env=environment, stdout=output, stderr=output, start_new_session=True)
        host = Host(process, port, variant)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers(host):
            if process.poll() is not None or time.monotonic() > deadline:
                host.stop()
                raise HostFailed(
                    f"the embedding host of {name} did not start; the end of {log}:\n{log.read_text(errors='replace')[-1500:]}"
                )
            time.sleep(0.05)
        return host

    def _answers(self, host: Host) -> bool:
        try:
            return bool(self._http.request("GET", f"http://127.0.0.1:{host.port}/ping").status == 200)
        except (OSError, urllib3.exceptions.HTTPError):
            return False


def resume_in_background(endpoints: Endpoints) -> None:
    """Start earlier endpoints while the server already answers: their files come from its S3."""
    threading.Thread(target=endpoints.resume, daemon=True).start()


def _arn(kind: str, name: str) -> str:
    return SAGEMAKER.format(region=settings.REGION, account=settings.ACCOUNT) + f":{kind}/{name}"


def _error(status: int, kind: str, body: Properties) -> Answer:
    return status, {"content-type": "application/json", "x-amzn-errortype": kind}, json.dumps(body).encode()


def _model_error(status: int, text: str) -> Answer:
    """The runtime's error for an answer of the container."""
    whose = "client" if status < 500 else "server"
    message = f'Received {whose} error ({status}) from primary with message "{text}".'
    return _error(424, "ModelError", {"Message": message, "OriginalMessage": text, "OriginalStatusCode": status})
