"""How well the questions of the sample domain are answered, each asked of the running local deployment over HTTP by its tenant's user.

What right, near, wrong and refused mean: `evaluation.answers`. The chat model is whatever `make up` started, the stand-in by default.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from benchmarks.deployed import running
from benchmarks.measure import print_table
from benchmarks.recall import FILES
from evaluation.answers import Given, Verdict, tally
from evaluation.golden import Question, questions
from local.app.api import call
from local.app.domain import BOOKSHOP, Domain
from local.app.people import Person, sign_in
from local.commands.ask import ask

AT_ONCE = 2


def main() -> None:
    running()
    people = {tenant: sign_in(user) for tenant, user in Domain.read(BOOKSHOP).owners.items()}
    rows, notes = [], ["Goal: 80% of the answerable right or near, at most one in ten of the unanswerable answered."]
    for name, file in FILES.items():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(lambda question: (question, _given(question, people[question.tenant])), questions(BOOKSHOP, file)))
        for tenant in people:
            for answerable in (True, False):
                group = [each for each in results if each[0].tenant == tenant and bool(each[0].evidence) is answerable]
                rows.append([f"{name}, {tenant}", "some document" if answerable else "none", *_cells(group)])
        notes.append(f"{name}: " + _ids(results))
    headers = ["questions", "answered by", "asked", "right", "near", "wrong", "refused", "citations astray"]
    print_table("Answers of the local deployment", headers, rows, notes)


def _given(question: Question, person: Person) -> Given:
    answer = ask(question.text, person).require(f"{question.id} was not answered")
    names = [_name(citation["document"], person) for citation in answer["citations"]]
    return Given(bool(names), answer["answer"], names)


@cache
def _name(document: str, person: Person) -> str:
    name: str = call("GET", f"/v1/documents/{document}", person).require("A cited document is not known")["name"]
    return name


def _cells(results: list[tuple[Question, Given]]) -> list[str]:
    found = tally(results)
    return [str(found.questions), *(str(len(found.by[verdict])) for verdict in Verdict), f"{found.strays:.0%}"]


def _ids(results: list[tuple[Question, Given]]) -> str:
    found = tally(results).by
    return "; ".join(f"{verdict}: {' '.join(found[verdict]) or 'none'}" for verdict in Verdict if verdict is not Verdict.RIGHT)


if __name__ == "__main__":
    main()
