"""The dictionary as Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from causeway.erasure.places import Place, Remains
from docs.dictionary.meanings import CLASSES, Field, fields_of, said_of
from docs.dictionary.stores import STORES, Held, Store
from docs.dictionary.templates import Deployed

FEW = 3
HEAD = """# Data dictionary

Made by `make dictionary` from the code and from prod's templates; a test holds this page to both. Meanings and classes of data stand in
the docstrings of the classes that declare the fields ([decision 285](decisions/285-the-data-dictionary.md)); which class is kept where
stands in `docs/dictionary/stores.py`; keys, days and rights are those of the templates.

| class | holds | personal data |
| --- | --- | --- |
| restricted | what identifies a user, or what one said | of users |
| confidential | documents and what is made of them | of whoever the documents name |
| internal | ids, times, counts, names of ours, hashes | none |

No store holds public data. A store has the class of its highest field, and its resources carry the tag `data-class` with it; a log group, a
queue or a copy in the second region may be tagged higher. *May read* and *may write* list roles by their rights, without `causeway-prod-`;
those that end in `-rows` reach the rows of one tenant alone. DynamoDB deletes an expired item some days late; nothing reads it meanwhile.

"""


def page(deployed: Deployed) -> str:
    parts = [HEAD, "## Stores\n", *_overview(deployed), ""]
    for store in STORES:
        parts += [f"### {store.name}\n", *_store(store, deployed), ""]
    parts += ["## Fields\n", "Classes of the code that are kept as JSON, or as attributes of items.\n"]
    for model in _every_model():
        parts += [f"### {_title(model)}\n", *_table(["field", "type", "means", "class"], map(_row, fields_of(model))), ""]
    return "\n".join(parts)


def _overview(deployed: Deployed) -> Iterator[str]:
    rows = ([f"[{store.name}](#{_anchor(store.name)})", store.data_class, _keys(deployed.keys(store))] for store in STORES)
    yield from _table(["store", "class", "encrypted by the key of"], rows)


def _keys(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= FEW else f"{len(names)} keys, that of each one's stack"


def _store(store: Store, deployed: Deployed) -> Iterator[str]:
    facts = {
        "resources": ", ".join(f"`{each}`" for each in store.resources),
        "class": store.data_class,
        "key": _keys(deployed.keys(store)),
        "can be restored to": f"any moment of the last {deployed.restorable(store)}" if deployed.restorable(store) else "",
        "may write": ", ".join(deployed.users(store, "writes")),
        "may read": ", ".join(deployed.users(store, "reads")),
        "erased with a person": ", ".join(dict.fromkeys(trace for place in deployed.places(store) for trace in place.traces)) or "nothing",
        "then remains": "; ".join(_remains(deployed.places(store), deployed)),
    }
    yield from _table(["", ""], ([name, said] for name, said in facts.items() if said))
    yield ""
    yield from _table(["holds", "under", "kept", "class", "as"], (_held(each, store, deployed) for each in store.holds))
    if store.about:
        yield f"\n{store.about}"


def _remains(places: Sequence[Place], deployed: Deployed) -> Iterator[str]:
    return (_left(each, deployed) for place in places for each in place.remains)


def _left(remains: Remains, deployed: Deployed) -> str:
    return f"{remains.what} ({'no end is set' if remains.days is None else f'{deployed.retention.days(remains.days)} days'})"


def _held(held: Held, store: Store, deployed: Deployed) -> list[str]:
    models = ", ".join(f"[{_title(each)}](#{_anchor(_title(each))})" for each in (*held.rows, *held.models))
    return [held.what, held.found, deployed.kept(held, store), held.highest, models]


def _every_model() -> list[type]:
    """Each once, those before it that hold it."""
    found: dict[type, None] = {}

    def take(model: type) -> None:
        if model not in found:
            found[model] = None
            for field in fields_of(model):
                for each in field.of:
                    take(each)

    for store in STORES:
        for held in store.holds:
            for model in (*held.rows, *held.models):
                take(model)
    return list(found)


def _title(model: type) -> str:
    """Two rooms may have a class of one name."""
    return f"{'.'.join(model.__module__.split('.')[1:])}.{model.__name__}"


def _anchor(title: str) -> str:
    """As GitHub makes them of headings."""
    return "".join(each for each in title.lower().replace(" ", "-") if each.isalnum() or each in "-_")


def _row(field: Field) -> list[str]:
    form = field.form
    for each in field.of:
        form = form.replace(said_of(each), f"[{each.__name__}](#{_anchor(_title(each))})")
    return [f"`{field.name}`", form, field.meaning, field.data_class]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    yield from (f"| {' | '.join(each.replace('|', chr(92) + '|') for each in row)} |" for row in rows)


def about() -> str:
    models = _every_model()
    fields = [field for model in models for field in fields_of(model)]
    kinds = sum(len(store.holds) for store in STORES)
    counts = ", ".join(f"{sum(field.data_class == each for field in fields)} {each}" for each in reversed(CLASSES))
    return f"{len(STORES)} stores hold {kinds} kinds of things; {len(fields)} fields of {len(models)} classes: {counts}"
