"""Where data of an environment may be: the regions of its key `residency`, and what its other keys would send elsewhere."""

from collections.abc import Iterator, Sequence
from functools import cache

from aws_cdk.region_info import RegionInfo

from stacks.data.settings import Data
from stacks.models.settings import Models, ModelTier
from stacks.regions import geography

GEOGRAPHIES = ("apac", "au", "ca", "eu", "global", "jp", "us", "us-gov")  # first words of Bedrock's inference profiles


@cache
def regions_of_aws() -> frozenset[str]:
    return frozenset(each.name for each in RegionInfo.regions)


def unknown(residency: Sequence[str]) -> list[str]:
    """A sentence for each name that is no region of AWS."""
    return [f"residency={each}: AWS has no such region" for each in residency if each not in regions_of_aws()]


def unreachable(residency: Sequence[str], region: str) -> list[str]:
    """A sentence for each region where an account of `region` can have nothing, such as one of China for an account that is elsewhere."""
    here = RegionInfo.get(region).partition
    return [
        f"residency={each} is of another partition than region={region} ({there}, not {here}): no account reaches both; leave it out"
        for each in residency
        if (there := RegionInfo.get(each).partition) not in (None, here)
    ]


def strays_of_models(models: Models, region: str, residency: Sequence[str]) -> Iterator[str]:
    """What models would send out of the allowed regions, a sentence each."""
    for name, tier in models.tiers.items():
        yield from _strays_of_tier(f"models.tiers.{name}", tier, region, residency)
    for key, embedding in {"models.embedding": models.embedding, "models.embedding_beside": models.embedding_beside}.items():
        if embedding and embedding.model.partition(".")[0] in GEOGRAPHIES:
            yield (
                f"{key}.model={embedding.model} is an inference profile, which may send texts to other regions: "
                f"choose the id of a model of region={region}"
            )


def _strays_of_tier(key: str, tier: ModelTier, region: str, residency: Sequence[str]) -> Iterator[str]:
    """An inference profile says by its first word where it may send a question: `us.`, `eu.`, `global.`."""
    here = geography(region)
    if not tier.model.startswith(f"{here}."):
        yield f"{key}.model={tier.model} is no inference profile of region={region}: choose one that begins with {here}."
    if outside := [each for each in tier.regions if each not in residency]:
        named = ", ".join(outside)
        yield f"{key}.regions={named}: questions and answers would go there, and {_allowed(residency)}; choose another model, or allow it"


def strays_of_data(data: Data, residency: Sequence[str]) -> Iterator[str]:
    """Copies of everything that is kept go to one region: objects, tables, backups, snapshots, access logs, records of the account."""
    if data.replica_region and data.replica_region not in residency:
        yield (
            f"data.replica_region={data.replica_region}: copies of documents, tables, backups, snapshots and logs would be there, "
            f"and {_allowed(residency)}; choose one of these"
        )
    if data.log_archive and data.log_archive.region not in residency:
        yield f"data.log_archive.region={data.log_archive.region}: logs would be there, and {_allowed(residency)}; choose one of these"


def _allowed(residency: Sequence[str]) -> str:
    return f"residency allows {', '.join(residency)} alone"
