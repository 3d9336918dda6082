"""What a passage takes on the disk of the search engine, by what it is used for: `python -m benchmarks.passage_bytes [PASSAGES]`.

Real documents through the app's own reading, chunking and index template; the vectors are synthetic, whose bytes are the same.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from opensearchpy import OpenSearch

from benchmarks import vectors
from benchmarks.corpus import documents
from benchmarks.measure import print_table
from causeway.documents.bad import BadDocument
from causeway.documents.chunking.passages import embedding_text, passages_of_content
from causeway.documents.readers.reading import read
from causeway.retrieval import schema
from causeway.retrieval.index import PassageIndex
from causeway.retrieval.passage import IndexedPassage, Passage
from causeway.retrieval.setup import prepare_passages
from causeway.runtime.deadlines import Deadline
from causeway.runtime.search import search_client
from evaluation.servers import serving
from local.loopback import free_port
from local.settings import State

PASSAGES = 2_000
NOW = "2026-11-27T00:00:00.000+00:00"
KINDS: Mapping[str, Sequence[str]] = {
    "vector": ("vec", "vemf"),
    "graph": ("vex", "vem"),
    "stored passage": ("fdt", "fdx", "fdm"),
    "words": ("doc", "pos", "pay", "tim", "tip", "tmd", "psm", "nvd", "nvm"),
    "values and numbers": ("dvd", "dvm", "kdd", "kdi", "kdm"),
}
OTHER = "other"


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else PASSAGES
    with tempfile.TemporaryDirectory(prefix="passage-bytes-") as temporary:
        folder = Path(temporary)
        passages = list(islice(_passages(documents(folder / "documents")), wanted))
        made = vectors.write(folder, len(passages), 1)
        with _engine(folder / "search") as client:
            whole = _sizes(client, _indexed(passages, made, stems=True))
            without = _sizes(client, _indexed(passages, made, stems=False))
    print_table(
        "A passage in the index", ["of it", "bytes a passage", "of them for stems"], _rows(whole, without, len(passages)), _notes(passages)
    )


def _passages(files: Iterable[Path]) -> Iterator[Passage]:
    for file in files:
        try:
            content = read(file.read_bytes(), file.name)
        except BadDocument:
            continue
        yield from passages_of_content(content, tenant="measured", document_id=f"d{file.stem}", version="v" * 32, name=file.name)


def _indexed(passages: Sequence[Passage], made: vectors.Vectors, stems: bool) -> Iterator[IndexedPassage]:
    for passage, vector in zip(passages, made.base, strict=True):
        indexed = IndexedPassage.of(passage, embedding_text(passage), vector.tolist(), NOW)
        yield indexed if stems else indexed.model_copy(update={"stems": {}})


@contextmanager
def _engine(folder: Path) -> Iterator[OpenSearch]:
    os.environ.update(State().aws_variables())
    port, inner = free_port(), free_port()
    module = ["local.search", "--folder", folder, "--port", port, "--engine-port", inner, "--heap", 1536]
    with serving(module, f"http://127.0.0.1:{port}/", folder / "search.log"):
        yield search_client(f"http://127.0.0.1:{port}", timeout=600.0)


def _sizes(client: OpenSearch, passages: Iterator[IndexedPassage]) -> dict[str, int]:
    """Bytes of a fresh index of one segment, by kind."""
    client.indices.delete(index=schema.PATTERN, ignore_unavailable=True)
    prepare_passages(client, 1, 0, 0.5)
    PassageIndex(client, [schema.ALIAS], Deadline.after(3600)).write(passages)
    client.indices.forcemerge(index=schema.ALIAS, params={"max_num_segments": 1}, request_timeout=3600)
    client.indices.flush(index=schema.ALIAS)
    client.indices.refresh(index=schema.ALIAS)
    stats = client.indices.stats(index=schema.ALIAS, metric="segments", params={"include_segment_file_sizes": "true"})
    files = {kind: int(file["size_in_bytes"]) for kind, file in stats["_all"]["primaries"]["segments"]["file_sizes"].items()}
    sizes = {name: sum(files.pop(kind, 0) for kind in kinds) for name, kinds in KINDS.items()}
    return {**sizes, OTHER: sum(files.values())}


def _rows(whole: Mapping[str, int], without: Mapping[str, int], count: int) -> list[list[str]]:
    total = [sum(sizes.values()) for sizes in (whole, without)]
    rows = [[name, f"{size / count:.0f}", f"{(size - without[name]) / count:.0f}"] for name, size in whole.items()]
    return [*rows, ["all", f"{total[0] / count:.0f}", f"{(total[0] - total[1]) / count:.0f}"]]


def _notes(passages: Sequence[Passage]) -> list[str]:
    text = sum(len(passage.text.encode()) for passage in passages) / len(passages)
    tokens = sum(passage.tokens for passage in passages) / len(passages)
    return [
        f"{len(passages):,} passages, {text:.0f} bytes of text and {tokens:.0f} tokens each, one shard, one segment, no replica.",
        "words: the inverted index of text, heading, title and stems. stored passage: what a search returns, compressed; no vector in it.",
    ]


if __name__ == "__main__":
    main()
