"""A document of AppConfig as it is deployed, and another one in its place."""

import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from causeway.runtime.appconfig import Place
from local.console import Trouble
from operating.account import Account

IN_PROGRESS = ("VALIDATING", "DEPLOYING", "BAKING", "ROLLING_BACK")
PARAMETERS = {
    "switches": "switches/switches",
    "experiments": "assistant/experiments",
    "deploy-at-once": "switches/deploy-at-once",
    "deploy-step-by-step": "assistant/deploy-step-by-step",
}
PATIENCE = 90.0  # seconds for a deployment at once
PAUSE = 0.5


@dataclass(frozen=True)
class Found:
    """text: of the document that is deployed. deployment: the number of the newest deployment, whatever became of it."""

    text: str
    deployment: int


class DeployedDocument:
    """name: "switches" or "experiments". PARAMETERS say where each is and how it is deployed."""

    def __init__(self, account: Account, name: str) -> None:
        self._client = account.client("appconfig")
        self._account, self._name = account, name
        place = Place.of(account.parameter(PARAMETERS[name]))
        self._environment = {"ApplicationId": place.application, "EnvironmentId": place.environment}
        self._profile = {"ApplicationId": place.application, "ConfigurationProfileId": place.profile}

    def read(self) -> Found:
        """What functions get. A deployment that is under way does not count, nor one that was taken back."""
        made = self._deployments()
        complete = [each for each in made if each["State"] == "COMPLETE"]
        if not complete:
            raise Trouble(f"Nothing is deployed as {self._name} of {self._account.environment}: deploy the app.")
        version = int(complete[0]["ConfigurationVersion"])
        content = self._client.get_hosted_configuration_version(**self._profile, VersionNumber=version)["Content"].read()
        return Found(content.decode(), made[0]["DeploymentNumber"])

    def under_way(self) -> dict[str, Any] | None:
        """The deployment that has not ended, if there is one."""
        return next((each for each in self._deployments() if each["State"] in IN_PROGRESS), None)

    def deploy(self, text: str, known: Found, description: str, *, strategy: str = "deploy-at-once") -> str:
        """Put another document in the place of the one that was found. Returns the deployment's state: COMPLETE after one at once.

        Raises Trouble when someone else has deployed meanwhile, and when AppConfig does not take the document.
        """
        way, at_once = (self._account.parameter(PARAMETERS[name]) for name in (strategy, "deploy-at-once"))
        try:
            version = self._client.create_hosted_configuration_version(
                **self._profile, Content=text.encode(), ContentType="application/json", Description=description
            )
            number = self._client.start_deployment(
                **self._environment,
                ConfigurationProfileId=self._profile["ConfigurationProfileId"],
                ConfigurationVersion=str(version["VersionNumber"]),
                DeploymentStrategyId=way,
                Description=description,
                LatestDeploymentNumber=known.deployment,
            )["DeploymentNumber"]
        except ClientError as error:
            raise Trouble(_said(error)) from error
        return self._followed(number) if way == at_once else "DEPLOYING"

    def stop(self) -> None:
        """Take back the deployment that is under way, if there is one."""
        found = self.under_way()
        if found is None or found["State"] == "ROLLING_BACK":
            return
        self._client.stop_deployment(**self._environment, DeploymentNumber=found["DeploymentNumber"], AllowRevert=True)
        self._followed(found["DeploymentNumber"], ("ROLLED_BACK", "REVERTED"))

    def _deployments(self) -> list[dict[str, Any]]:
        """Newest first."""
        pages = self._client.get_paginator("list_deployments").paginate(**self._environment)
        return sorted((each for page in pages for each in page["Items"]), key=lambda each: -each["DeploymentNumber"])

    def _followed(self, number: int, ends: tuple[str, ...] = ("COMPLETE",)) -> str:
        until = time.monotonic() + PATIENCE
        while True:
            state = str(self._client.get_deployment(**self._environment, DeploymentNumber=number)["State"])
            if state in ends:
                return state
            if state not in IN_PROGRESS or time.monotonic() > until:
                raise Trouble(f"Deployment {number} of {self._name} is {state}, not {ends[0]}: look at it in AppConfig's console.")
            time.sleep(PAUSE)


def _said(error: ClientError) -> str:
    if error.response["Error"]["Code"] == "ConflictException":
        return "Somebody else is deploying, or has deployed since you looked: look again, then repeat the command."
    return f"AppConfig refuses the document: {error.response['Error']['Message']}"
