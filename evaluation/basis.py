"""What figures of retrieval depend on, as digests: a figure holds as long as its digest is the same.

Comments, docstrings and the form of code do not count.
"""

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from causeway.answering import confidence
from causeway.documents import chunking
from causeway.documents.chunking.passages import embedding_text, passages_of_content
from causeway.documents.chunkings import STANDARD
from causeway.documents.readers.reading import read
from causeway.retrieval import schema
from causeway.retrieval.indexes import Indexes
from causeway.retrieval.passage import Passage
from causeway.retrieval.queries import passage_search
from causeway.retrieval.scope import Scope
from causeway.safety import asking, contradiction, grounding, order, passages, read_passage
from local.app.weights import FILES
from local.settings import ROOT

CUTTING = tuple(Path(chunking.__path__[0]) / f"{name}.py" for name in ("chunks", "cuts", "tokens"))
PASSAGE = Passage(
    tenant="t", document_id="d", version="1", position=0, source="s", title="Title", heading="Title > Part", kind="text", text="Text.",
    content_hash="", language="en", tokens=1,
)  # fmt: skip
PROSE = " ".join(
    f"Customer {number} may return up to {number + 3} books within thirty days, unless they were read." for number in range(40)
)
SAMPLES = {
    "returns.md": f"""---
title: Returns
---
# Returns

{PROSE}

## By post

- Print the **label**.
- Wrap the [book](https://example.org/book).
  1. In paper.
  2. In a box.

| Country | Days |
| --- | --- |
| Malta | 5 |
| Chile | 9 |

```python
print("returned")
```

<p>In a <b>shop</b> too.</p><!-- not this -->

### Of gifts

{PROSE}
""",
    "returns.txt": f"Returns\n\n{PROSE}\n\nRückgabe: 30 Tage.\n\n{PROSE}\n",
}
QUESTIONS = ("How are books returned?", "Wie gibt man ein Buch zurück?", "?")


def _pinned(package: str) -> str:
    found = re.search(rf"^{package}==\S+", (ROOT / "local" / "requirements.txt").read_text(), re.MULTILINE)
    if not found:
        raise ValueError(f"local/requirements.txt pins no {package}")
    return found[0]


MODEL = _pinned("wordllama")


def parts() -> dict[str, str]:
    """The digest of each part: the embedding model of the laptop, the index schema, chunking, and the queries."""
    template = schema.index_template(1, 0)["template"]
    return {
        "model": _digest([sorted(FILES.values()), MODEL, _code(ROOT / "sagemaker" / "embedding" / "code")]),
        "schema": _digest([_searched(template["mappings"]["properties"]), template["settings"]["index"]["analysis"]]),
        "chunking": _digest([*map(_statements, CUTTING), asdict(STANDARD), embedding_text(PASSAGE), _cut_samples()]),
        "queries": _digest([_search(question) for question in QUESTIONS]),
    }


def checks() -> dict[str, str]:
    """The digest of what the confidence of an answer is made from, beside what `parts` names: the checks of its text, and the signals."""
    modules = (grounding, passages, read_passage, order, asking, contradiction, confidence)
    return {"checks": _digest([_statements(Path(module.__file__ or "")) for module in modules])}


@cache
def _cut_samples() -> list[tuple[str, str, str]]:
    """What is read and cut of a document in each format of the public sets."""
    return [cut for name, text in SAMPLES.items() for cut in _cut(name, text)]


def _cut(name: str, text: str) -> list[tuple[str, str, str]]:
    passages = passages_of_content(read(text.encode(), name), tenant="t", document_id="d", version="1", name=name)
    return [(passage.kind, passage.language, embedding_text(passage)) for passage in passages]


def digest(*names: str) -> str:
    """One digest of these parts, of all without a name."""
    found = parts()
    return _digest([found[name] for name in names or sorted(found)])


def _search(question: str) -> Any:
    return passage_search(
        "hybrid", Scope("tenant", closed=()), question, [0.0], size=1, indexes=Indexes(schema.ALIAS), pipeline=schema.PIPELINE
    )


def _searched(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fields that a search can use, and not those that are only kept with a passage."""
    return {name: field for name, field in fields.items() if field.get("index", True) and field.get("enabled", True)}


def _code(folder: Path) -> list[str]:
    """The statements of each module, in the order of their names."""
    return [_statements(file) for file in sorted(folder.glob("*.py"))]


def _statements(file: Path) -> str:
    return ast.dump(bare(ast.parse(file.read_text(encoding="utf-8"))))


def bare(tree: ast.Module) -> ast.Module:
    """The tree without docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
