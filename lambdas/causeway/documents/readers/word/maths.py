"""Formulas (OMML) in one line, as Word's own linear format writes them: (a+b)/c, x_i^2, √(x), ∑_(i=1)^n x."""

from collections.abc import Callable
from typing import Any

from causeway.documents.readers.office.xml import chosen
from causeway.documents.readers.word.xml import M, W

_OPERATORS = frozenset(" +-−±∓=<>≤≥≠≈*/·×÷,;|→∈")
_SKIPPED = frozenset({f"{W}rPr", f"{M}rPr", f"{M}ctrlPr", f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText"})


def linear(element: Any) -> str:
    """A formula's text in reading order."""
    return _one(element).strip()


def _inside(parent: Any) -> str:
    return "".join(_one(child) for child in parent)


def _one(element: Any) -> str:
    tag = element.tag
    if tag in {f"{M}t", f"{W}t"}:
        return element.text or ""
    if tag in _SKIPPED or (tag.startswith(M) and tag.endswith("Pr")):
        return ""
    if tag in {f"{W}br", f"{W}tab"}:
        return " "
    if tag == f"{W}r" or tag == f"{M}r":
        return "" if _hidden(element) else _inside(element)
    if tag.endswith("}AlternateContent"):
        return _inside(chosen(element))
    made = _FORMS.get(tag)
    return made(element) if made else _inside(element)


def _hidden(run: Any) -> bool:
    found = run.find(f"{W}rPr/{W}vanish")
    return found is not None and found.get(f"{W}val", "1") not in {"0", "false", "off"}


def _part(element: Any, name: str) -> str:
    found = element.find(f"{M}{name}")
    return "" if found is None else _inside(found).strip()


def _grouped(text: str) -> str:
    """In round brackets, when it has more than one term."""
    whole = text.startswith("(") and text.endswith(")") and ")" not in text[1:-1]
    return f"({text})" if any(character in _OPERATORS for character in text) and not whole else text


def _property(element: Any, name: str, default: str) -> str:
    properties = element.find(f"{element.tag}Pr")
    found = None if properties is None else properties.find(f"{M}{name}")
    return default if found is None else str(found.get(f"{M}val", default if name.endswith("Hide") else ""))


def _fraction(element: Any) -> str:
    over, under = _part(element, "num"), _part(element, "den")
    return f"({over} / {under})" if _property(element, "type", "bar") == "noBar" else f"{_grouped(over)}/{_grouped(under)}"


def _scripts(element: Any) -> str:
    return f"{_grouped(_part(element, 'e'))}{_bounds(element)}"


def _before(element: Any) -> str:
    return f"{_bounds(element)} {_part(element, 'e')}"


def _bounds(element: Any) -> str:
    low, high = _part(element, "sub"), _part(element, "sup")
    return (f"_{_grouped(low)}" if low else "") + (f"^{_grouped(high)}" if high else "")


def _radical(element: Any) -> str:
    degree = _part(element, "deg")
    return f"{_grouped(degree)}√({_part(element, 'e')})" if degree else f"√({_part(element, 'e')})"


def _nary(element: Any) -> str:
    return f"{_property(element, 'chr', '∫')}{_bounds(element)} {_part(element, 'e')}"


def _delimited(element: Any) -> str:
    inner = _property(element, "sepChr", "|").join(_inside(part).strip() for part in element.iterchildren(f"{M}e"))
    return f"{_property(element, 'begChr', '(')}{inner}{_property(element, 'endChr', ')')}"


def _matrix(element: Any) -> str:
    rows = (", ".join(_inside(cell).strip() for cell in row.iterchildren(f"{M}e")) for row in element.iterchildren(f"{M}mr"))
    matrix = "; ".join(rows)
    parent = element.getparent()
    bracketed = parent is not None and parent.getparent() is not None and parent.getparent().tag == f"{M}d"
    return matrix if bracketed else f"[{matrix}]"


def _lines(element: Any) -> str:
    return "; ".join(_inside(line).replace("&", "").strip() for line in element.iterchildren(f"{M}e"))


def _function(element: Any) -> str:
    return f"{_part(element, 'fName')} {_part(element, 'e')}"


def _limit(sign: str) -> Callable[[Any], str]:
    return lambda element: f"{_part(element, 'e')}{sign}{_grouped(_part(element, 'lim'))}"


def _accented(element: Any) -> str:
    return f"{_part(element, 'e')}{_property(element, 'chr', chr(0x302))}"


def _barred(element: Any) -> str:
    return f"{_part(element, 'e')}{chr(0x332) if _property(element, 'pos', 'bot') == 'bot' else chr(0x305)}"


def _phantom(element: Any) -> str:
    return "" if _property(element, "show", "1") in {"0", "off", "false"} else _part(element, "e")


def _paragraph(element: Any) -> str:
    return "\n".join(filter(None, (linear(formula) for formula in element.iterchildren(f"{M}oMath"))))


_FORMS: dict[str, Callable[[Any], str]] = {
    f"{M}oMathPara": _paragraph,
    f"{M}f": _fraction,
    f"{M}sSub": _scripts,
    f"{M}sSup": _scripts,
    f"{M}sSubSup": _scripts,
    f"{M}sPre": _before,
    f"{M}rad": _radical,
    f"{M}nary": _nary,
    f"{M}d": _delimited,
    f"{M}m": _matrix,
    f"{M}eqArr": _lines,
    f"{M}func": _function,
    f"{M}limLow": _limit("_"),
    f"{M}limUpp": _limit("^"),
    f"{M}acc": _accented,
    f"{M}bar": _barred,
    f"{M}phant": _phantom,
}
