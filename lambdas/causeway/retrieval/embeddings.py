"""The embedding models of an environment: one, or two while searches move from one to the other.

See docs/decisions/248-two-embedding-models.md.
"""

from typing import Any, Self

from pydantic import Field, Json

from causeway.retrieval.generations import Embedding, Generation, Provider
from causeway.retrieval.schema import DIMENSIONS, FIRST_MODEL
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.settings import Settings


class EmbeddingSettings(Settings):
    """embedding_model: an endpoint's name (sagemaker) or a model id (bedrock). embedding_dimensions, embedding_version, embedding_name: as
    `Embedding` has them. embedding_beside: whatever is otherwise with the second model, by the names of these settings; JSON.
    """

    embedding_provider: Provider
    embedding_model: str
    embedding_dimensions: int = Field(DIMENSIONS, ge=1)
    embedding_version: str = ""
    embedding_name: str = FIRST_MODEL
    embedding_beside: Json[dict[str, Any]] | None = None

    @property
    def embedding(self) -> Embedding:
        """The one that these settings are for."""
        return Embedding(
            provider=self.embedding_provider,
            model=self.embedding_model,
            dimensions=self.embedding_dimensions,
            version=self.embedding_version,
            name=self.embedding_name,
        )

    @property
    def first_generation(self) -> Generation:
        """The one that is alone as long as nobody has noted another."""
        return Generation(**self.embedding.model_dump(), number=1)

    @property
    def by_model(self) -> list[Self]:
        """For each embedding model the settings as they are with it. Raises pydantic.ValidationError for a wrong `embedding_beside`."""
        if not self.embedding_beside:
            return [self]
        own = self.model_dump(round_trip=True) | {"embedding_beside": None}
        return [type(self).model_validate(own), type(self).model_validate(own | self.embedding_beside)]

    def with_model(self, embedding: Embedding) -> Self:
        """The settings as they are with a model. Raises DependencyUnavailable for one that this function is deployed without."""
        found = next((each for each in self.by_model if each.embedding.vectors == embedding.vectors), None)
        if found is None:
            known = ", ".join(each.embedding.name for each in self.by_model)
            raise DependencyUnavailable("embedding", f"this function knows {known}, and not {embedding.label}")
        return found
