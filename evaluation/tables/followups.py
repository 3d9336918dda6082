"""Whether a question within a conversation finds its passages: by its own words, and as the app rewrites it with what was asked before."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.measure import print_table
from evaluation.conversations import Conversation, mt_rag
from evaluation.corpora import SETS, Asked
from evaluation.laboratory import Laboratory
from evaluation.ranking import Ranked, mean_with_interval, ranked

FORMS: Mapping[str, Callable[[Conversation], Asked]] = {
    "last question alone": lambda conversation: conversation.alone,
    "rewritten by the app": lambda conversation: conversation.rewritten,
    "all questions as one": lambda conversation: conversation.whole,
}
HEADERS = ("searched for", "conversations", "recall@5", "MRR", "changed", "recall@5 of the changed", "the same questions alone")


def table(laboratory: Laboratory) -> None:
    corpus, conversations = mt_rag(laboratory.data / "mt_rag")
    laboratory.hold(corpus)
    search = laboratory.search(corpus)
    found = {name: ranked([form(each) for each in conversations], search) for name, form in FORMS.items()}
    rows = [_row(name, conversations, found) for name in FORMS]
    notes = [
        f"{SETS['mt_rag']}: {len(corpus.files)} passages, each a document; conversations of two questions or more that a passage answers.",
        "A question that the app does not rewrite is searched for as it is: it is complete, or changes the subject.",
    ]
    print_table("Questions that follow others", HEADERS, rows, notes)


def _row(name: str, conversations: Sequence[Conversation], found: Mapping[str, Ranked]) -> list[str]:
    changed = [place for place, each in enumerate(conversations) if FORMS[name](each) != each.alone]
    alone, here = (Ranked([found[form].ranks[place] for place in changed]) for form in ("last question alone", name))
    total = found[name]
    cells = [str(total.recall), mean_with_interval(total.reciprocals), str(len(changed)), str(here.recall), str(alone.recall)]
    return [name, str(len(conversations)), *cells]
