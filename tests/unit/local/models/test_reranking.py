import json

import pytest
import urllib3

from local.models.reranking import MAX_DOCUMENTS, answered, relevance, rerank_server
from tests.unit.local.models.test_relevance import embed

DOCUMENTS = ["Shops\nHours\nDogs sleep here. Pirates dance.", "Shops\nHours\nPirates wait in our cellar.", "Books travel by lorry.", ""]


def test_a_document_counts_as_its_best_sentence_does():
    found = relevance("Where do pirates wait?", DOCUMENTS, embed)
    assert found[1] > found[0] > 0.1 > found[2] >= found[3] == 0.0


def test_the_lines_above_a_text_count_for_its_sentences():
    above, without = relevance(
        "When is a refund made?", ["Shop\nRefunds\nIt takes five days.", "Shop\nDelivery\nIt takes five days."], embed
    )
    assert above > without


def test_the_best_come_first_with_their_places_in_the_request():
    request = {"api_version": 2, "query": "Where do pirates wait?", "documents": DOCUMENTS}
    assert [result["index"] for result in answered(request, embed)["results"]] == [1, 0, 2, 3]
    assert len(answered({**request, "top_n": 1}, embed)["results"]) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"api_version": 1}, "api_version"),
        ({"query": ""}, "query"),
        ({"documents": []}, "documents"),
        ({"documents": ["a"] * (MAX_DOCUMENTS + 1)}, "documents"),
        ({"documents": [1]}, "documents"),
    ],
)
def test_what_the_model_on_aws_refuses_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        answered({"api_version": 2, "query": "Where?", "documents": ["a"], **wrong}, embed)


def test_it_is_served_for_programs_that_measure(serving):
    with serving(rerank_server(0, embed)) as url:
        request = {"api_version": 2, "query": "Where do pirates wait?", "documents": DOCUMENTS}
        answer = urllib3.request("POST", url, body=json.dumps(request))
        assert (answer.status, answer.json()["results"][0]["index"]) == (200, 1)
        assert urllib3.request("POST", url, body=b"[]").status == 400
        assert urllib3.request("GET", url).status == 200
