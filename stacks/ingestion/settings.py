"""The section `ingestion` of an environment."""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator

from stacks.constructs.settings import KeyArn, Section, Tenant, refuse


class Source(Section):
    """A prefix of a bucket of this account and region that is mirrored as documents of a tenant; what follows the prefix is their names."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    prefix: str = Field(default="", description="ends with a slash; empty: the whole bucket")
    tenant: Tenant
    every_hours: int | None = Field(default=None, ge=1, le=24 * 31, description="null: only when somebody starts it")
    key_arn: KeyArn | None = Field(default=None, description="the key that encrypts the bucket, if it has one")

    @field_validator("prefix")
    @classmethod
    def the_prefix_is_a_whole_folder(cls, prefix: str) -> str:
        if prefix and not re.search(r"[^/]/$", prefix):
            raise ValueError(f'ingestion.sources.prefix="{prefix}": end it with one "/", or folders beside it are mirrored, too')
        return prefix


class Reindex(Section):
    """A new generation of the index beside the old one."""

    segments: int = Field(default=4, ge=1, le=40, description="parts of the registry that are filled beside each other")
    writers_seconds: int = Field(
        default=330, ge=5, le=3600, description="after which no call is under way that began before a change; a function takes 300 at most"
    )
    settle_seconds: int = Field(
        default=3600, ge=0, le=86_400, description="from the last passage filled in to the first search: the settings of a load end (228)"
    )
    step_seconds: int = Field(default=1800, ge=5, le=86_400, description="that 10, 50 and 100 % of the users search the new index")
    look_seconds: int = Field(default=300, ge=1, le=3600, description="between two comparisons meanwhile")
    kept_seconds: int = Field(default=7 * 86_400, ge=1, le=14 * 86_400, description="that the old index stays, written and ready")


class BulkJob(Section):
    """A SageMaker Processing job that somebody starts to read what waits in bulk, beside the functions: docs/operations/bulk-jobs.md."""

    image: str = Field(
        pattern=r"^3\.5-cpu-py312-v[A-Za-z0-9._-]{1,100}$", description="tag of SageMaker's image of Spark; its Python must be 3.12"
    )
    instance_type: str = Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$", description="with x86 processors and about 4 GB for each of them")
    instances: int = Field(ge=1, le=100)
    volume_gb: int = Field(default=100, ge=10, le=16_384, description="of each instance")
    hours: int = Field(default=24, ge=1, le=119, description="after which a job ends; the next one goes on")
    idle_seconds: int = Field(default=60, ge=3, le=60, description="without a message, after which a job ends")


class BatchEmbedding(Section):
    """Batch jobs of Bedrock that somebody starts to embed what waits in bulk, for half the price: docs/operations/batch-embedding.md."""

    batches: int = Field(default=5, ge=1, le=10, description="of an execution, at once; a quota of the account limits the jobs of a model")
    passages: int = Field(default=20_000, ge=100, le=50_000, description="of a batch, at most")


class Ingestion(Section):
    """From an uploaded file to searchable passages. What one person uploads does not wait behind what is loaded in bulk."""

    max_document_mb: int = Field(default=50, ge=1, le=500)
    max_lost_share: float = Field(
        default=0.2, ge=0, le=1, description="of a document's visible text; a document that lost more is partial, not ready"
    )
    readers: int = Field(ge=2, le=500, description="calls at once that read what people upload")
    bulk_readers: int = Field(ge=2, le=500, description="calls at once that read what is loaded in bulk")
    indexers: int = Field(ge=2, le=500, description="calls at once that embed and index what people upload")
    bulk_indexers: int = Field(ge=2, le=500, description="the same in bulk: so many requests at once reach embedding and search")
    comprehend: bool = Field(
        default=False,
        description="Comprehend, too, looks for personal data in English and Spanish documents, where the domain does something about it",
    )
    textract: bool = Field(
        default=False,
        description="Textract recognises the pages of scans, for a price by the page; Tesseract what Textract does not take",
    )
    sync_concurrency: int = Field(default=4, ge=1, le=100, description="calls at once that compare and copy objects of a source")
    sources: tuple[Source, ...] = Field(default=(), description="buckets that are mirrored: docs/operations/syncing.md")
    embedding_share: float = Field(default=0.8, gt=0, le=1, description="of models.embedding.texts_a_minute; the rest is left to questions")
    reindex: Reindex = Reindex()
    bulk_job: BulkJob | None = Field(default=None, description="null: functions alone read documents")
    batch_embedding: BatchEmbedding | None = Field(
        default=None, description="null: passages are embedded one request at a time; needs models.embedding.provider=bedrock"
    )
    max_receives: int = Field(default=100, ge=20, le=1000, description="deliveries before a message goes to the dead letters")

    @model_validator(mode="after")
    def sources_are_named_once(self) -> Self:
        places = [(source.bucket, source.prefix, source.tenant) for source in self.sources]
        twice = sorted({place for place in places if places.count(place) > 1})
        refuse(*(f"ingestion.sources names {bucket}/{prefix} for {tenant} twice" for bucket, prefix, tenant in twice))
        return self

    @property
    def max_document_bytes(self) -> int:
        return self.max_document_mb * 1024 * 1024
