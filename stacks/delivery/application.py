"""The pipeline as an app of its own: `cdk deploy -c env=delivery`. What it deploys knows nothing of it."""

from collections.abc import Mapping
from pathlib import Path

from stacks.application import CheckedApp, deployed
from stacks.delivery.actions import Deployment
from stacks.delivery.settings import DELIVERY, Delivery, StageOf
from stacks.delivery.stack import PipelineStack, RegionStack
from stacks.delivery.stage import StageStack
from stacks.environment import InvalidEnvironment, load, read, typed

FILE = Path(__file__).resolve().parents[2] / "delivery.yaml"


class DeliveryApp(CheckedApp):
    """The pipeline in its account, and roles in the account of each stage."""

    def __init__(self, outdir: str | None = None, context: Mapping[str, object] | None = None, file: Path = FILE) -> None:
        """Raises InvalidEnvironment when `delivery.yaml` or the file of an environment that it names cannot be used."""
        super().__init__(outdir=outdir, context=context)
        self.settings = settings_of(file)
        self._begin(self.settings, log_retention=self.settings.log_retention, recovery_days=1)
        self.deployments = [deployment(stage) for stage in self.settings.stages]
        self._make_stacks()
        names = [each.node.id.removeprefix("causeway-delivery-") for each in self.node.children]
        self._finish(self.settings, dict.fromkeys(names, "internal"))

    def _make_stacks(self) -> None:
        settings = self.settings
        for each in self.deployments:
            StageStack(self, _id(each.stage.environment), settings=settings, deployment=each)
        regions = sorted({region for each in self.deployments for region in each.regions} - {settings.region})
        beside = [RegionStack(self, _id(region), settings=settings, region=region) for region in regions]
        pipeline = PipelineStack(self, _id("pipeline"), settings=settings, deployments=self.deployments)
        for stack in beside:
            pipeline.add_stack_dependency(stack, "its artifacts for that region are there")


def settings_of(file: Path = FILE) -> Delivery:
    """Raises InvalidEnvironment, a line for each error."""
    if not file.is_file():
        raise InvalidEnvironment(f"no {file.name}: it says what the pipeline deploys, and where (docs/operations/delivering.md)")
    return typed(Delivery, read(file), file.name)


def deployment(stage: StageOf) -> Deployment:
    """Raises InvalidEnvironment when the environment's own file names another account, or has nothing to rehearse with."""
    environment = load(stage.environment)
    if environment.account not in (None, stage.account):
        raise InvalidEnvironment(
            f"delivery.yaml deploys {stage.environment} to account {stage.account}; environments/{stage.environment}.yaml pins it to "
            f"{environment.account}"
        )
    if stage.rehearse and not environment.assistant.rehearsal:
        raise InvalidEnvironment(
            f"delivery.yaml: stages.{stage.environment}.rehearse=true needs assistant.rehearsal in environments/{stage.environment}.yaml"
        )
    return Deployment(stage, environment.region, deployed(environment))


def _id(stack: str) -> str:
    return f"causeway-{DELIVERY}-{stack}"
