"""datasketch's MinHash and MinHashLSH: candidates of the index whose estimate is high enough."""

from collections.abc import Sequence

from datasketch import MinHash, MinHashLSH

from causeway.documents.duplicates.words import shingles, text_hash, words


def found(texts: Sequence[str], least: float) -> list[tuple[int, int]]:
    firsts: dict[str, int] = {}
    pairs = []
    index = MinHashLSH(threshold=least, num_perm=128)
    sketches: dict[int, MinHash] = {}
    for place, text in enumerate(texts):
        of = words(text)
        first = firsts.setdefault(text_hash(of), place)
        if first != place:
            pairs.append((first, place))
        elif len(of) > 16:
            sketch = MinHash(num_perm=128)
            sketch.update_batch(shingles(of))
            pairs += [(other, place) for other in index.query(sketch) if sketch.jaccard(sketches[other]) >= least]
            index.insert(place, sketch)
            sketches[place] = sketch
    return pairs
