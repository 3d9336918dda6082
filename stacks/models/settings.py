"""The section `models` of an environment."""

import hashlib
import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from stacks.constructs.settings import FileName, Section, refuse
from stacks.models.calibration import Calibration, read
from stacks.regions import REGIONS

GPU_INSTANCE = re.compile(r"^ml\.[gp]\d")
# The chat models that take a JSON schema for their reply, by AWS's page "Get validated JSON results from models".
TAKE_A_SCHEMA = ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5", "claude-opus-4-6")
FIRST = "first"
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+(:[0-9a-z]+)*$", max_length=140)]
TITAN_DIMENSIONS = (256, 512, 1024)
HOSTED_ANYWHERE = frozenset[str]().union(*(region.hosting_instances for region in REGIONS.values()))


class UsdPerMillion(Section):
    """What a million tokens cost, in US dollars: sent to the model, and written by it."""

    input: float = Field(gt=0, le=10_000)
    output: float = Field(gt=0, le=10_000)


class ModelTier(Section):
    """One chat model, by the name of what it is used for."""

    model: ModelId = Field(description="Bedrock inference profile or model id")
    usd_per_million: UsdPerMillion = Field(
        description="on-demand price of the profile itself: one that stays in a geography costs a tenth more than a global one"
    )
    regions: tuple[str, ...] = Field(min_length=1, description="regions the inference profile may route to")
    output_tokens: int = Field(ge=1, le=4096, description="maximum length of one answer")
    claims: bool = Field(default=False, description="ask for claims with their citations in JSON (outputConfig) in place of a text")

    @model_validator(mode="after")
    def a_model_that_writes_claims_takes_a_schema(self) -> Self:
        if self.claims and not any(f"anthropic.{name}-" in self.model for name in TAKE_A_SCHEMA):
            raise ValueError(f"claims=true needs a model that takes a schema ({', '.join(TAKE_A_SCHEMA)}); model={self.model}")
        return self


class Embedding(Section):
    """Where texts become vectors."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-?[a-z0-9]){0,23}$")] = Field(
        default=FIRST, description="what `make reindex TO=model=` calls it; part of the endpoint's name, so it never changes"
    )
    provider: Literal["bedrock", "sagemaker"]
    dimensions: int = Field(
        default=1024,
        ge=16,
        le=1024,
        description="of its vectors; fewer than the model gives for one that is trained to be cut (Matryoshka), such as Titan V2",
    )
    calibration: FileName = Field(
        description="file of environments/calibrations with the weights and the floor of similarity that fit the model"
    )
    languages: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], ...] = Field(
        min_length=1, description="ISO 639 codes of the languages whose meaning the model knows; uploads in other languages get a notice"
    )
    model: ModelId = Field(default="amazon.titan-embed-text-v2:0", description="Bedrock model id, used when provider=bedrock")
    instance_type: Annotated[str, StringConstraints(pattern=r"^ml\.[a-z0-9]+\.[a-z0-9]+$")] | None = None
    min_instances: int = Field(default=1, ge=1, le=100)
    max_instances: int = Field(default=1, ge=1, le=100)
    artifact: str | None = Field(default=None, description="JumpStart prefix that holds the weights, used when provider=sagemaker")
    image: str | None = Field(
        default=None, description="tag of AWS's huggingface-pytorch-inference container, used when provider=sagemaker"
    )
    texts_a_minute: int | None = Field(
        default=None, ge=60, description="what the model takes: on Bedrock the account's requests a minute, a text each; null: any number"
    )
    revision: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = Field(
        default="1", description="changes when weights or handler do; names the artifact's folder"
    )

    @property
    def calibrated(self) -> Calibration:
        return read(self.calibration)

    @property
    def version(self) -> str:
        """Of the weights behind an endpoint; "" on Bedrock, where the model's id says it."""
        weights = hashlib.sha256((self.artifact or "").encode()).hexdigest()[:8]
        return f"{self.revision}-{weights}" if self.provider == "sagemaker" else ""

    def named(self, what: str) -> str:
        """What is made for this model alone: `what`, with the model's name unless it is the first."""
        return what if self.name == FIRST else f"{what}-{self.name}"

    @field_validator("calibration")
    @classmethod
    def the_calibration_is_there(cls, name: str) -> str:
        read(name)
        return name

    @model_validator(mode="after")
    def titan_has_these_dimensions(self) -> Self:
        if self.provider == "bedrock" and self.dimensions not in TITAN_DIMENSIONS:
            raise ValueError(f"dimensions={self.dimensions}: {self.model} gives {', '.join(map(str, TITAN_DIMENSIONS))}")
        return self

    @model_validator(mode="after")
    def an_endpoint_is_described_whole(self) -> Self:
        hosted = self.provider == "sagemaker"
        refuse(
            "models.embedding.provider=sagemaker needs models.embedding.instance_type" if hosted and not self.instance_type else None,
            "models.embedding.provider=sagemaker needs models.embedding.artifact" if hosted and not self.artifact else None,
            "models.embedding.provider=sagemaker needs models.embedding.image" if hosted and not self.image else None,
            f"models.embedding.image={self.image} does not fit instance_type={self.instance_type}: -gpu- images need GPUs"
            if hosted and self._image_fits_another_instance()
            else None,
            "models.embedding.provider=bedrock needs models.embedding.texts_a_minute" if not hosted and not self.texts_a_minute else None,
            f"models.embedding.instance_type={self.instance_type} is only for provider=sagemaker"
            if not hosted and self.instance_type
            else None,
            f"models.embedding.max_instances={self.max_instances} is below min_instances={self.min_instances}"
            if self.max_instances < self.min_instances
            else None,
        )
        return self

    def _image_fits_another_instance(self) -> bool:
        """Whether one has GPUs and the other not; an instance type that no region hosts is refused for that alone."""
        if not self.image or self.instance_type not in HOSTED_ANYWHERE:
            return False
        return ("-gpu-" in self.image) != bool(GPU_INSTANCE.match(self.instance_type))


class Models(Section):
    """Chat models, guardrail and embedding."""

    tiers: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")], ModelTier] = Field(min_length=1)
    answer_tier: str = Field(description="tier that writes answers")
    fallback_tiers: tuple[str, ...] = Field(
        default=(), description="tiers asked in this order when the answer tier is throttled or unavailable; fast ones, for time is short"
    )
    second_opinion_tier: str | None = Field(
        default=None,
        min_length=1,
        description="tier that answers each question too; where the two differ, no answer is given and a person decides",
    )
    embedding: Embedding = Field(description="answers are found by it, until a re-index has moved them to the one beside it")
    embedding_beside: Embedding | None = Field(
        default=None, description="a second one, which `make reindex TO=model=NAME` moves to; docs/operations/embedding-models.md"
    )
    reranker: Literal["cohere.rerank-v3-5:0"] | None = Field(
        default=None, description="Bedrock model that puts search results in order; null: the search's order stays"
    )
    rerank_weight: float = Field(default=1.0, gt=0, le=1, description="the reranker's say in the order; the rest is the search's scores'")

    @property
    def embeddings(self) -> list[Embedding]:
        return [self.embedding, *([self.embedding_beside] if self.embedding_beside else [])]

    @property
    def answer_model(self) -> ModelTier:
        return self.tiers[self.answer_tier]

    @property
    def fallback_models(self) -> list[ModelTier]:
        return [self.tiers[name] for name in self.fallback_tiers]

    @property
    def second_model(self) -> ModelTier | None:
        return self.tiers[self.second_opinion_tier] if self.second_opinion_tier else None

    @model_validator(mode="after")
    def the_one_beside_is_another(self) -> Self:
        first, beside = self.embedding, self.embedding_beside
        if beside is None:
            return self
        same_vectors = (first.provider, first.model, first.dimensions) == (beside.provider, beside.model, beside.dimensions)
        same_quota = "bedrock" == first.provider == beside.provider and first.model == beside.model
        refuse(
            f"models.embedding_beside.name={beside.name} is that of models.embedding" if beside.name == first.name else None,
            f"models.embedding_beside is {beside.model} with {beside.dimensions} dimensions, as models.embedding is: nothing to move to"
            if same_vectors and beside.provider == "bedrock"
            else None,
            f"models.embedding_beside.texts_a_minute={beside.texts_a_minute}: the quota is that of the model, as in models.embedding"
            if same_quota and first.texts_a_minute != beside.texts_a_minute
            else None,
        )
        return self

    @model_validator(mode="after")
    def a_second_opinion_is_another_s(self) -> Self:
        tier = self.second_opinion_tier
        refuse(
            f"models.second_opinion_tier={tier} is no key of models.tiers ({', '.join(self.tiers)})"
            if tier and tier not in self.tiers
            else None,
            f"models.second_opinion_tier={tier} is the answer tier: ask another model" if tier == self.answer_tier else None,
        )
        return self

    @model_validator(mode="after")
    def the_answer_tier_exists(self) -> Self:
        if self.answer_tier not in self.tiers:
            raise ValueError(f"models.answer_tier={self.answer_tier} is no key of models.tiers ({', '.join(self.tiers)})")
        return self

    @model_validator(mode="after")
    def fallbacks_are_other_tiers(self) -> Self:
        chain = (self.answer_tier, *self.fallback_tiers)
        refuse(
            *(
                f"models.fallback_tiers={name} is no key of models.tiers ({', '.join(self.tiers)})"
                for name in self.fallback_tiers
                if name not in self.tiers
            ),
            *(f"models.fallback_tiers={name} is asked already before" for at, name in enumerate(chain) if name in chain[:at]),
        )
        return self
