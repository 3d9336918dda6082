"""A document that AppConfig deploys, as this process last read it. See docs/decisions/199-switches-are-read-by-botocore.md."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from pydantic import BaseModel, ValidationError

from causeway.runtime.breakers import Instant
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyError, DependencyRejected
from causeway.runtime.logs import record_unread

if TYPE_CHECKING:
    from mypy_boto3_appconfigdata import AppConfigDataClient

Model = TypeVar("Model", bound=BaseModel)
SHORTEST_INTERVAL = 15  # seconds that AppConfig lets a session wait at least
# Asked while someone waits for an answer, and never needed for it.
SWITCHES = Dependency("switches", attempt_seconds=0.6, budget_seconds=0.8, connect_seconds=0.3, attempts=2, base_seconds=0.05)


@dataclass(frozen=True)
class Place:
    """Ids of an AppConfig application, of an environment and of a configuration profile in it."""

    application: str
    environment: str
    profile: str

    @classmethod
    def of(cls, text: str) -> Self:
        """From `application/environment/profile`. Raises ValueError for anything else."""
        application, environment, profile = text.split("/")
        return cls(application, environment, profile)


class Document(Generic[Model]):
    """Asks AppConfig when what it knows is older than `seconds`, during a request: a process that is frozen asks nobody.

    While AppConfig cannot be asked, or deploys what is no document of ours, the last one that was read stays, and before the first one
    the model's defaults. Names that this version of the code does not know are passed by: a later version may have written them.
    """

    def __init__(
        self,
        appconfig: "AppConfigDataClient",
        place: Place,
        model: type[Model],
        dependency: Dependency,
        seconds: float,
        told: Callable[[DependencyError], None],
        now: Callable[[], Instant] = Instant.now,
    ) -> None:
        """appconfig: a client that has the patience of `dependency`. model: all its fields have defaults. told: hears each failure."""
        self._client, self._place, self._model, self._dependency = appconfig, place, model, dependency
        self._seconds, self._told, self._now = seconds, told, now
        self._known = model()
        self._asked: Instant | None = None
        self._token = ""

    def current(self) -> Model:
        """The document, at most `seconds` old as long as AppConfig answers. Raises nothing."""
        if self._asked is None or self._now().since(self._asked) >= self._seconds:
            self._asked = self._now()
            self._ask()
        return self._known

    def _ask(self) -> None:
        try:
            content = self._dependency.call(self._latest)
            if content:  # it is empty when nothing has changed
                self._known = self._model.model_validate_json(content, extra="ignore")
        except DependencyError as failure:
            self._told(failure)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
            self._told(DependencyRejected(self._dependency.name, f"the document is not valid: {fields or 'no JSON'}"))

    def _latest(self) -> bytes:
        """A token is good for one call; after a failed one a new session begins."""
        token, self._token = self._token or self._session(), ""
        answer = self._client.get_latest_configuration(ConfigurationToken=token)
        content = answer["Configuration"].read()
        self._token = answer.get("NextPollConfigurationToken", "")
        return content

    def _session(self) -> str:
        return self._client.start_configuration_session(
            ApplicationIdentifier=self._place.application,
            EnvironmentIdentifier=self._place.environment,
            ConfigurationProfileIdentifier=self._place.profile,
            RequiredMinimumPollIntervalInSeconds=SHORTEST_INTERVAL,
        )["InitialConfigurationToken"]


def document(place: str, model: type[Model], seconds: float) -> Document[Model]:
    """The document at `application/environment/profile`. seconds: how old what is known of it may be."""
    return Document(client("appconfigdata", **SWITCHES.patience), Place.of(place), model, SWITCHES, seconds, record_unread)
