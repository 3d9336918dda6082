"""Synthesizing one environment and reading back what its templates ask for."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from stacks.application import Causeway, CheckedApp
from stacks.constructs.nag import ACKNOWLEDGE
from stacks.constructs.settings import Common
from stacks.delivery.application import DeliveryApp
from stacks.delivery.settings import DELIVERY
from stacks.environment import Environment, InvalidEnvironment

TEMPLATE = ".template.json"
WITHOUT_COPIES_OF_ASSETS = "aws:cdk:disable-asset-staging"


@dataclass(frozen=True)
class Assembly:
    """A synthesized app, and the folder its templates are in."""

    app: CheckedApp
    folder: Path

    @property
    def settings(self) -> Common:
        """Of the environment, or of the pipeline."""
        return self.app.settings if isinstance(self.app, DeliveryApp) else self.environment

    @property
    def environment(self) -> Environment:
        """Raises InvalidEnvironment for the pipeline, which is none."""
        if isinstance(self.app, DeliveryApp):
            raise InvalidEnvironment(f"{DELIVERY} is the pipeline and no environment: `make synth`, `make comply` and `make cost` read it")
        return cast(Causeway, self.app).environment

    def properties(self, *types: str) -> list[dict[str, Any]]:
        """The properties of every resource of these types."""
        return [resource.get("Properties", {}) for resource in self.resources() if resource["Type"] in types]

    def resources(self) -> list[dict[str, Any]]:
        """Every resource of every template."""
        return [resource for template in self.templates().values() for resource in template.get("Resources", {}).values()]

    def templates(self) -> dict[str, dict[str, Any]]:
        """Name of a stack → its template."""
        return {file.name.removesuffix(TEMPLATE): json.loads(file.read_text()) for file in sorted(self.folder.glob(f"*{TEMPLATE}"))}


@contextmanager
def synthesized(environment: str, acknowledge: bool = True) -> Iterator[Assembly]:
    """The assembly of an environment, in a folder that is gone afterwards. Open findings do not stop it. Raises InvalidEnvironment.

    acknowledge: false leaves every finding open.
    """
    with tempfile.TemporaryDirectory() as folder:
        context = {ACKNOWLEDGE: acknowledge, WITHOUT_COPIES_OF_ASSETS: True}
        app = DeliveryApp(folder, context) if environment == DELIVERY else Causeway(environment, folder, context)
        try:
            app.synth()
        except RuntimeError as error:
            if "ValidationFailed" not in str(error):
                raise
        yield Assembly(app, Path(folder))
