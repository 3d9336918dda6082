"""The arithmetic of docs/scale.md, against worked examples of the documentation that it comes from."""

import subprocess
import sys
from dataclasses import replace

import pytest

from operating.scale.__main__ import MARKED, PAGE, filled
from operating.scale.basis import read
from operating.scale.sizing import Shape, _room, domain, memory_bytes, primary_bytes, read_by_functions, read_by_job, s3_vectors, shards
from operating.scale.ways import WAYS

BASIS = read()
MILLION = Shape(1_000_000, 950, 251, dimensions=256, replicas=0)
BILLION = Shape(1_000_000_000, 950, 251)
BY_NAME = {way.name: way for way in WAYS}


def test_the_page_has_the_tables_that_the_program_computes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(MARKED.findall(page)) == 7
    assert filled(page, BASIS) == page, "run: python -m operating.scale --page"


@pytest.mark.parametrize(("way", "gigabytes"), [("lucene", 1.267), ("faiss, 16 bits", 0.704), ("lucene, 1 bit", 0.176)])
def test_memory_is_as_in_the_examples_of_opensearch(way: str, gigabytes: float) -> None:
    """A million vectors of 256 dimensions with 16 links."""
    assert memory_bytes(MILLION, BY_NAME[way]) / 1e9 == pytest.approx(gigabytes, abs=0.001)


def test_a_volume_keeps_back_what_aws_says_it_does() -> None:
    """66 GiB with a replica need 191 GiB at the worst: where the service takes a fifth of each disk."""
    assert _room(95) / 2**30 == pytest.approx(95 * (1 - 0.05) - 19)
    assert _room(1000) / 2**30 == pytest.approx(950 - 20)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_domain_holds_what_it_was_computed_for(way: object) -> None:
    shape, found = BILLION, domain(BILLION, way, BASIS)  # type: ignore[arg-type]
    assert found is not None
    instance = BASIS.instances[found.instance]
    heap = min(instance.memory_gib / 2, 32)
    assert found.nodes % 2 == 0
    assert found.nodes * (instance.memory_gib - heap) * 2**30 * way.share(BASIS) >= memory_bytes(shape, way)  # type: ignore[attr-defined, arg-type]
    assert found.nodes * _room(found.disk_gb) >= 2 * primary_bytes(shape, way, BASIS)  # type: ignore[arg-type]
    assert found.disk_gb <= BASIS.limits.volume_gb
    assert primary_bytes(shape, way, BASIS) / shards(shape, way, BASIS) <= 30e9  # type: ignore[arg-type]


def test_a_job_is_worth_its_start_for_many_documents_only() -> None:
    """A thousand hours of work, in 20 functions and on 128 processors."""
    functions, job = read_by_functions(1_000_000, 3.6, BASIS), read_by_job(1_000_000, 3.6, BASIS)
    assert (functions.hours, functions.usd) == (pytest.approx(50), pytest.approx(96, abs=0.1))
    assert (job.hours, job.usd) == (pytest.approx(7.9, abs=0.02), pytest.approx(58.4, abs=0.1))
    assert read_by_job(1_000, 1, BASIS).hours > read_by_functions(1_000, 1, BASIS).hours


def test_each_copy_has_a_node_however_small_the_index() -> None:
    found = domain(replace(MILLION, passages=10, replicas=3), WAYS[0], BASIS)
    assert found is not None
    assert found.nodes == 4


def test_more_than_the_raised_limit_of_nodes_has_no_domain() -> None:
    assert domain(replace(BILLION, passages=10**12), WAYS[0], BASIS) is None
    over = domain(replace(BILLION, passages=5 * 10**9), WAYS[0], BASIS)
    assert over is not None
    assert over.over


def test_s3_vectors_take_as_many_indexes_as_their_limit_asks_for() -> None:
    assert [s3_vectors(replace(BILLION, passages=count), BASIS).units for count in (1, 2 * 10**9, 2 * 10**9 + 1)] == [1, 1, 2]
    assert s3_vectors(BILLION, BASIS).fill_hours == pytest.approx(1e9 / 2500 / 3600)


@pytest.mark.parametrize("wrong", [["0"], ["1000", "--dimensions", "0"], ["1000", "--replicas", "-1"]])
def test_sizes_that_cannot_be_are_refused_in_a_sentence(wrong: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "operating.scale", *wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "must be at least" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
