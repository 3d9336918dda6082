from local.commands.ask import shown


def test_an_answer_is_shown_with_name_heading_page_and_score_of_its_sources():
    citation = {"n": 1, "document": "d1", "title": "Returns", "heading": "Books", "page": 2, "quote": "q", "score": 0.7312}
    text = shown({"answer": "Thirty days [1].", "citations": [citation]}, {"d1": "policies/returns.md"})
    assert "Thirty days [1]." in text
    assert "[1] policies/returns.md · Books · page 2 (0.73)" in text


def test_a_page_that_several_claims_quote_is_shown_once_and_another_page_of_the_passage_beside_it():
    citations = [
        {"n": 1, "document": "d1", "title": "Weirs", "heading": "", "quote": q, "page": page, "score": 0.7}
        for q, page in ["a3", "b3", "c4"]
    ]
    shown_lines = shown({"answer": "Both [1].", "citations": citations}, {"d1": "weirs.pdf"}).splitlines()
    assert shown_lines[1:] == ["    [1] weirs.pdf · page 3 (0.70)", "    [1] weirs.pdf · page 4 (0.70)"]


def test_the_pictures_of_a_citation_are_shown_below_it_with_their_addresses():
    picture = {"id": "d49831997e5a642b", "page": 2, "caption": "Figure 8: The receipt", "url": "https://bucket/pictures/x.png?signed"}
    citation = {"n": 1, "document": "d1", "title": "Returns", "heading": "", "page": 2, "quote": "q", "score": 0.7, "pictures": [picture]}
    assert shown({"answer": "Thirty days [1].", "citations": [citation]}, {"d1": "returns.pdf"}).splitlines()[1:] == [
        "    [1] returns.pdf · page 2 (0.70)",
        "        picture d49831997e5a642b · page 2 · Figure 8: The receipt",
        "          https://bucket/pictures/x.png?signed",
    ]
