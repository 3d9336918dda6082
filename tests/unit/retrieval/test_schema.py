import re
from typing import get_args, get_type_hints

from causeway.language.detection import COMMON
from causeway.retrieval import schema
from causeway.retrieval.passage import IndexedPassage, ShownPicture

STORED_AS = {
    str: {"keyword", "text", "date"},
    int: {"integer"},
    list[float]: {"knn_vector"},
    list[tuple[int, int]]: {"integer"},
    dict[str, str]: {"object"},
    list[ShownPicture]: {"object"},
}


def test_the_index_takes_every_field_of_a_passage_in_its_type_and_no_other() -> None:
    fields, types = schema.mappings()["properties"], get_type_hints(IndexedPassage)
    assert fields.keys() == IndexedPassage.model_fields.keys()
    assert not [name for name, field in fields.items() if field.get("type", "object") not in _stored_as(types[name])]


def _stored_as(annotation: object) -> set[str]:
    """Types of the search engine for a field of this type, None or not; a field of named values is text."""
    known = [option for option in (annotation, *get_args(annotation)) if option in STORED_AS]
    return STORED_AS[known[0] if known else str]


def test_passages_are_found_by_cosine_in_a_lucene_graph_of_1024_dimensions() -> None:
    embedding = schema.mappings()["properties"]["embedding"]
    assert embedding == {
        "type": "knn_vector",
        "dimension": 1024,
        "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": {"ef_construction": 512, "m": 16}},
    }


def test_an_index_has_the_shards_and_replicas_asked_for_and_refreshes_every_30_seconds() -> None:
    settings = schema.index_template(shards=2, replicas=1)["template"]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == (2, 1)
    assert (settings["refresh_interval"], settings["merge_on_flush.enabled"], settings["knn"]) == ("30s", "false", True)


def test_a_shard_has_its_vectors_and_their_graph_in_memory_before_it_answers() -> None:
    assert schema.index_template(1, 0)["template"]["settings"]["index"]["store.preload"] == ["vec", "vex"]
    assert "store.preload" not in schema.live_settings(0), "an index that is open cannot take it"


def test_what_people_search_in_is_analyzed_as_words() -> None:
    fields = schema.mappings()["properties"]
    assert {name for name, field in fields.items() if field.get("analyzer") == "words"} == {"text", "title", "heading"}


def test_an_index_brings_the_analyzer_that_its_fields_name_and_every_filter_of_it_that_is_ours() -> None:
    analysis = schema.index_template(1, 0)["template"]["settings"]["index"]["analysis"]
    words = analysis["analyzer"]["words"]
    assert set(words["char_filter"]) == set(analysis["char_filter"])
    assert set(analysis["filter"]) < set(words["filter"])


def test_three_characters_in_a_row_are_parted_where_a_script_has_no_spaces() -> None:
    triples = schema.analysis()["char_filter"]["triples"]
    parted = re.sub(triples["pattern"], r"\1\2 ", "พนักงาน 10 ok ພະນັກ បុគ្គល")
    assert parted.split() == ["พนั", "นัก", "ักง", "กงา", "งาน", "าน", "10", "ok", "ພະນ", "ະນັ", "ນັກ", "ັກ", "បុគ", "ុគ្", "គ្គ", "្គល", "គល"]


def test_a_field_that_no_one_declared_is_refused() -> None:
    assert schema.mappings()["dynamic"] == "strict"


def test_the_template_covers_the_first_index_and_not_the_alias() -> None:
    assert schema.index_template(1, 0)["index_patterns"] == ["passages-*"]
    assert schema.FIRST_INDEX.startswith("passages-")


def test_the_pipeline_weighs_text_first_and_vectors_with_the_rest() -> None:
    (processor,) = schema.search_pipeline(0.8)["phase_results_processors"]
    combination = processor["normalization-processor"]["combination"]
    assert combination["parameters"]["weights"] == [0.8, 0.2]


def test_every_language_that_is_told_by_its_words_has_its_analyzer_and_so_do_chinese_japanese_and_korean() -> None:
    fields = schema.mappings()["properties"]["stems"]["properties"]
    assert {"en", "de", "es", "fr", "pt", "it", "nl", "ja", "zh", "ko", "ar"} <= fields.keys()
    assert fields["und"]["analyzer"] == "words"
    assert fields["de"] == {"type": "text", "analyzer": "german"}
    # The engine brings no analyzer for these, so their passages are in "und".
    assert COMMON.keys() - fields.keys() == {"pl", "sk", "vi", "hr", "mr", "ne", "he"}
