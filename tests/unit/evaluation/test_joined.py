import gzip
import json
from pathlib import Path

from causeway.answering.join import Join
from causeway.answering.turn import Turn
from causeway.permissions.access import Access
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.searcher import Searcher
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.search import search_client
from evaluation.tables.joined import Prompt, Sought, long_documents, prompts
from tests.unit.loopback import Services, hit, http_server, services

__all__ = ["http_server", "services"]
CONTEXT = "Weirs hold water. They have sluices, which Ada opens. Locks have gates."


def passage(position: int, text: str, tokens: int, document: str = "a") -> FoundPassage:
    return FoundPassage.of_hit(hit(document, position=position, text=text, tokens=tokens), 0.7)


def asked(question: str, answer: str) -> dict[str, object]:
    return {"question": question, "answers": [{"text": answer, "answer_start": CONTEXT.index(answer)}]}


def test_an_article_is_one_document_without_line_ends_and_each_answer_has_its_sentence_and_paragraph(tmp_path: Path):
    questions = [asked("Who opens sluices?", "Ada"), asked("What is there?", "opens. Locks")]
    articles = [{"title": "Weirs", "paragraphs": [{"context": CONTEXT, "qas": questions}, {"context": "More\nof them.", "qas": []}]}]
    (tmp_path / "en.json.gz").write_bytes(gzip.compress(json.dumps({"data": articles}).encode()))
    corpus, sought = long_documents(tmp_path / "en.json.gz")
    assert [file.content.decode() for file in corpus.files] == [f"{CONTEXT} More of them."]
    assert sought == [Sought("Who opens sluices?", "They have sluices, which Ada opens.", CONTEXT)]


def test_a_prompt_has_a_text_that_one_of_its_passages_has_whole():
    prompt = Prompt([passage(0, "Weirs  hold\nwater. They", 9), passage(1, "have sluices.", 9)], 18)
    assert prompt.has("weirs hold water.")
    assert not prompt.has("They have sluices.")


def test_more_of_the_best_have_no_more_tokens_than_the_best_with_their_neighbours(services: Services):
    services.neighbours = [hit("a", position=1, text="hold water:\n\nmuch of it.", tokens=50)]
    found = [passage(0, "Weirs hold water:", 40), *(passage(n, "Other.", 20, document=str(n)) for n in range(5))]
    turn = Turn("r", "harbour", "What do weirs hold?", Deadline.after(60), access=Access(), candidates=found)
    searcher = Searcher(search_client(services.url), Indexes("passages"), "hybrid", Dependency("search", 1.0, 2.0))
    made = prompts(turn, 1, Join(searcher, 60, reserved_seconds=0.0))
    assert {form: (len(prompt.passages), prompt.tokens) for form, prompt in made.items()} == {
        "the best": (1, 40),
        "with neighbours": (1, 90),
        "more of the best": (3, 80),
    }
    assert made["with neighbours"].has("Weirs hold water: much of it.")
