"""The pipeline that operators can switch, with its two documents of AppConfig."""

from causeway.answering.assembly import answer_pipeline
from causeway.answering.experiments import Experiments
from causeway.answering.record import Record
from causeway.answering.settings import AnswerSettings
from causeway.answering.switched import SwitchedPipeline
from causeway.runtime.appconfig import document
from causeway.runtime.settings import Settings
from causeway.runtime.switches import Switches


class SwitchboardSettings(Settings):
    """switches, experiments: `application/environment/profile`, ids of AppConfig. switch_seconds: how old what is known of them may be."""

    switches: str
    experiments: str
    switch_seconds: float


def switched_pipeline(settings: AnswerSettings, switchboard: SwitchboardSettings) -> SwitchedPipeline:
    """Makes every client, so that a cold start pays for them and no caller does."""
    switches = document(switchboard.switches, Switches, switchboard.switch_seconds)
    experiments = document(switchboard.experiments, Experiments, switchboard.switch_seconds)
    return SwitchedPipeline(settings, answer_pipeline, switches, experiments, Record())
