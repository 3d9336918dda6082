"""What is set up once in the search engine: the index template, the index behind the alias and the search pipeline."""

import re
from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]

TEMPLATE = "causeway-passages"
PATTERN = "passages-*"
FIRST_INDEX = "passages-000001"
ALIAS = "passages"
OWN_ALIASES = ("passages-of-*", "passages-even-of-*")
PIPELINE = "hybrid"
FIRST_MODEL = "first"
LOADS = "causeway-loads"
LOADING_REFRESH = "300s"
DIMENSIONS = 1024  # of the vectors of a model that nobody says otherwise of
# The engine's own analyzer for the words of each language (ISO 639-1).
ANALYZERS: Mapping[str, str] = {
    "ar": "arabic", "bg": "bulgarian", "bn": "bengali", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "fa": "persian", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "ja": "cjk", "ko": "cjk", "lt": "lithuanian",
    "lv": "latvian", "nb": "norwegian", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish", "zh": "cjk",
}  # fmt: skip
# Files of vectors and of the graph between them. A shard that comes to a new node reads them into memory before it answers.
LOADED_FIRST = ["vec", "vex"]
SLOW_SEARCH = "500ms"
SLOW_INDEXING = "2s"

OTHER = "und"

_UNNAMEABLE = re.compile(r"[^a-z0-9._-]+")
_KEYWORD: Body = {"type": "keyword"}
_INTEGER: Body = {"type": "integer"}
_WORDS: Body = {"type": "text", "analyzer": "words"}
_UNSPACED = "\\u0E01-\\u0E3A\\u0E40-\\u0E4E\\u0E81-\\u0ECE\\u0EDC-\\u0EDF\\u1000-\\u103F\\u1050-\\u109F\\u1780-\\u17D3"
_INVISIBLE = "\\u00AD\\u034F\\u061C\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF"


def alias_of(generation: int, tenant: str = "", alias: str = ALIAS) -> str:
    """The alias of a generation's index: the shared one, or the one that a tenant has for itself.

    Odd and even generations have aliases of their own, so that two stand side by side and roles name what they reach. No tenant's name
    makes it another tenant's alias. See docs/decisions/232-generations-of-the-index.md.
    """
    shared = alias if generation % 2 else f"{alias}-even"
    return f"{shared}-of-{tenant}" if tenant else shared


def index_of(shared_index: str, tenant: str) -> str:
    """The index that a tenant has for itself beside the shared one of the same generation."""
    return f"{shared_index}-of-{tenant}"


def pipeline_of(model: str) -> str:
    """The search pipeline of an embedding model, by the name that the environment has for it."""
    return PIPELINE if model == FIRST_MODEL else f"{PIPELINE}-{model}"


def index_name(generation: int, model: str, chunking: str) -> str:
    """The shared index of a generation; the first one's is as it always was. It names all that its passages depend on.

    model: its label, with version and dimensions.
    """
    if generation == 1:
        return FIRST_INDEX
    return f"passages-{generation:06}-{_UNNAMEABLE.sub('-', model.lower())}-{chunking}"


def generation_of(index: str) -> int:
    """The generation that an index belongs to, by the index's name."""
    return int(index.removeprefix("passages-")[:6])


def index_template(shards: int, replicas: int, dimensions: int = DIMENSIONS) -> Body:
    """The composable template of every passage index.

    shards: primaries of an index. replicas: copies beside each primary; the cluster needs more data nodes than this.
    dimensions: of the vectors in an index that is made without a word on its own.
    """
    settings = {"number_of_shards": shards, "knn": True, "store.preload": LOADED_FIRST, "analysis": analysis(), **live_settings(replicas)}
    return {
        "index_patterns": [PATTERN],
        "priority": 100,
        "template": {
            "settings": {"index": settings},
            "mappings": mappings(dimensions),
        },
        "_meta": {"owner": "causeway"},
    }


def analysis() -> Body:
    """The analyzer "words": English stems and stop words as the engine's own analyzer has them, and words of any script in one form.

    Only what the engine has without a plugin, so that it is the same on AWS and on a laptop; see docs/decisions/129-words-in-the-index.md.
    Han, kana and Hangul are indexed by pairs of characters, Thai, Lao, Khmer and Burmese by three in a row; accents with and without.
    """
    return {
        "char_filter": {
            "visible": {"type": "pattern_replace", "pattern": f"[{_INVISIBLE}\\u0300-\\u036F]", "replacement": ""},
            "triples": {"type": "pattern_replace", "pattern": f"([{_UNSPACED}])(?=([{_UNSPACED}]{{2}}))", "replacement": "$1$2 "},
        },
        "filter": {
            "folded": {"type": "asciifolding", "preserve_original": True},
            "possessive": {"type": "stemmer", "language": "possessive_english"},
            "stop": {"type": "stop", "stopwords": "_english_"},
            "stems": {"type": "stemmer", "language": "english"},
        },
        "analyzer": {
            "words": {
                "type": "custom",
                "char_filter": ["visible", "triples"],
                "tokenizer": "standard",
                "filter": [
                    *("cjk_width", "possessive", "lowercase", "decimal_digit", "arabic_normalization", "persian_normalization"),
                    *("indic_normalization", "hindi_normalization", "folded", "stop", "stems", "cjk_bigram"),
                ],
            },
        },
    }


def live_settings(replicas: int) -> Body:
    """Settings that an index already made can take without being closed.

    A refresh merges nothing: by default it may merge small segments, with their graphs, for 10 seconds, and who waits for passages to
    become searchable waits for that. They are merged in the background.
    """
    return {
        "number_of_replicas": replicas,
        "refresh_interval": "30s",
        "merge_on_flush.enabled": "false",
        "search.slowlog.threshold.query.warn": SLOW_SEARCH,
        "search.slowlog.threshold.fetch.warn": SLOW_SEARCH,
        "indexing.slowlog.threshold.index.warn": SLOW_INDEXING,
        "indexing.slowlog.source": "false",
    }


def loads_index() -> Body:
    """The index of the leases of loads; see `bulk_load`."""
    fields = {"alias": _KEYWORD, "passages": {"type": "long"}, "until": {"type": "date"}}
    settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
    return {"settings": {"index": settings}, "mappings": {"dynamic": "strict", "properties": fields}}


def mappings(dimensions: int = DIMENSIONS) -> Body:
    """Fields of a passage. A field that is not listed is refused, so a misspelt one cannot be indexed unseen."""
    return {
        "dynamic": "strict",
        "properties": {
            "tenant": _KEYWORD,
            "document_id": _KEYWORD,
            "version": _KEYWORD,
            "position": _INTEGER,
            "source": _KEYWORD,
            "title": _WORDS,
            "heading": _WORDS,
            "page": _INTEGER,
            "pages": {"type": "integer", "index": False, "doc_values": False},
            "instructions": {"type": "integer", "index": False, "doc_values": False},
            "pictures": {"type": "object", "enabled": False},
            "kind": _KEYWORD,
            "text": _WORDS,
            "content_hash": _KEYWORD,
            "language": _KEYWORD,
            "stems": {"properties": _stems()},
            "tokens": _INTEGER,
            "embedding": _embedding(dimensions),
            "indexed_at": {"type": "date"},
        },
    }


def _stems() -> Body:
    """A field for each language, and one for passages of a language without an analyzer or of none that could be told."""
    own = {language: {"type": "text", "analyzer": analyzer} for language, analyzer in ANALYZERS.items()}
    return {**own, OTHER: _WORDS}


def _embedding(dimensions: int) -> Body:
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": {"ef_construction": 512, "m": 16}}
    return {"type": "knn_vector", "dimension": dimensions, "method": method}


def search_pipeline(text_weight: float) -> Body:
    """Joins text and vector scores: each scaled to 0..1 within its result list, then a weighted mean.

    text_weight: 0 to 1; the rest is the vectors'. The hybrid query lists its sub-queries in this order: text, then vector.
    """
    combination = {"technique": "arithmetic_mean", "parameters": {"weights": [text_weight, round(1 - text_weight, 4)]}}
    return {
        "description": "Weighted mean of min-max normalized text and vector scores",
        "phase_results_processors": [
            {"normalization-processor": {"normalization": {"technique": "min_max"}, "combination": combination}},
        ],
    }
