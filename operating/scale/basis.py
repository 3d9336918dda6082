"""Prices, limits and measured sizes, from one file with their sources."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("basis.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prices(_Part):
    """US dollars."""

    gp3_gb_month: float
    ultrawarm_gb_month: float
    s3_vectors_gb_month: float
    s3_vectors_put_gb: float
    embedding_million_tokens: float
    batch_million_tokens: float
    embedding_instance_hour: float
    lambda_gb_second: float
    processing_instance_hour: float


class Instance(_Part):
    memory_gib: int
    vcpus: int
    usd_hour: float


class Master(_Part):
    up_to_nodes: int
    instance: str
    usd_hour: float


class UltraWarm(_Part):
    instance: str
    tib: int
    usd_hour: float
    least_nodes: int


class Readers(_Part):
    """functions: calls at once. cores: of an instance. start_minutes: of a job."""

    functions: int
    function_gb: int
    instances: int
    cores: int
    start_minutes: int


class Limits(_Part):
    nodes: int
    nodes_raised: int
    volume_gb: int
    heap_gib: int
    shards_each_gib_of_heap: int
    s3_vectors_each_index: int
    s3_vectors_a_second: int


class Measured(_Part):
    """Bytes a passage of so many bytes of text, bytes a vector, and vectors a second."""

    text_bytes: int
    tokens: int
    stored: int
    words: int
    values: int
    lucene_graph: int
    faiss_graph: int
    indexed_a_second: int


class Assumed(_Part):
    shard_gb: int
    memory_for_lucene: float
    memory_for_faiss: float
    embedded_a_second: int
    indexed_a_second_by_vcpu: int


class Basis(_Part):
    prices: Prices
    reading: Readers
    instances: Mapping[str, Instance]
    masters: list[Master]
    ultrawarm: UltraWarm
    limits: Limits
    measured: Measured
    assumed: Assumed


def read(file: Path = FILE) -> Basis:
    return Basis.model_validate(yaml.safe_load(file.read_text()))
