"""A turn of an agent as server-sent events, as `causeway.agents.stream_contract` describes them."""

from collections.abc import Sequence

from causeway.agents.contract import CallBody, RunBody
from causeway.agents.progress import Progress
from causeway.agents.recorded import Recorded
from causeway.agents.run import Run
from causeway.agents.steps import AnyStep, Asked, Handed, Replied, Returned
from causeway.agents.stream_contract import BeganBody
from causeway.runtime.errors import Gone
from functions.server_sent import Events, Output

KINDS = {Handed: "handed", Returned: "result", Asked: "asks"}


class Heedless:
    """An output that loses no word about a reader who has gone: the run that writes to it goes on."""

    def __init__(self, output: Output) -> None:
        self._output, self._gone = output, False

    @property
    def started(self) -> bool:
        return self._output.started

    def start(self, status: int, headers: dict[str, str]) -> None:
        if not self._gone:
            try:
                self._output.start(status, headers)
            except Gone:
                self._gone = True

    def write(self, piece: bytes) -> None:
        if not self._gone:
            try:
                self._output.write(piece)
            except Gone:
                self._gone = True


class TurnEvents(Events):
    """As `agents.listening.Listener`."""

    def began(self, run: Recorded) -> None:
        self._send("began", BeganBody(run_id=run.id))

    def writes(self, text: str) -> None:
        self.shows(text)

    def took(self, steps: Sequence[AnyStep], progress: Progress) -> None:
        known = {each.call.id: each for each in progress.calls}
        for step in steps:
            if isinstance(step, Replied) and step.calls:
                self._begin_anew()
                for call in step.calls:
                    self._send("call", CallBody.of(known[call.id].shown))
            elif isinstance(step, Handed | Returned | Asked):
                self._send(KINDS[type(step)], CallBody.of(known[step.call_id].shown))

    def ended(self, run: Run) -> None:
        """The last event. What was shown of the last reply becomes the run's answer, by a delta or in place of all."""
        if run.state == "done":
            self.shows(run.text)
        self._send("working" if run.state == "working" else "done", RunBody.of(run))
