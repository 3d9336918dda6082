"""Formulas are read where they are, in one line."""

import pytest

from tests.unit.documents.readers.word.parts import docx, p, r, tbl, tc, texts_of, tr


def t(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(name: str, inner: str) -> str:
    return f"<m:{name}>{inner if inner.startswith('<') or not inner else t(inner)}</m:{name}>"


def form(name: str, *parts: str, properties: str = "") -> str:
    return f"<m:{name}><m:{name}Pr>{properties}<m:ctrlPr/></m:{name}Pr>{''.join(parts)}</m:{name}>"


def fraction(over: str, under: str, properties: str = "") -> str:
    return form("f", part("num", over), part("den", under), properties=properties)


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (t("a=b+c"), "a=b+c"),
        (fraction("a", "b"), "a/b"),
        (fraction("a+b", "c-1"), "(a+b)/(c-1)"),
        (fraction("1", fraction("x", "2")), "1/(x/2)"),
        (fraction("n", "k", '<m:type m:val="noBar"/>'), "(n / k)"),
        (form("sSup", part("e", "x"), part("sup", "2")), "x^2"),
        (form("sSub", part("e", "x"), part("sub", "i+1")), "x_(i+1)"),
        (form("sSubSup", part("e", "x"), part("sub", "i"), part("sup", "2")), "x_i^2"),
        (form("sPre", part("sub", "6"), part("sup", "14"), part("e", "C")), "_6^14 C"),
        (form("sSup", part("e", "a+b"), part("sup", "2")), "(a+b)^2"),
        (form("rad", part("deg", ""), part("e", "x+1"), properties='<m:degHide m:val="1"/>'), "√(x+1)"),
        (form("rad", part("deg", "3"), part("e", "x")), "3√(x)"),
        (
            form("nary", part("sub", "i=1"), part("sup", "n"), part("e", "x"), properties='<m:chr m:val="∑"/>'),
            "∑_(i=1)^n x",
        ),
        (form("nary", part("sub", "0"), part("sup", "1"), part("e", "x dx")), "∫_0^1 x dx"),
        (form("d", part("e", "a+b")), "(a+b)"),
        (form("d", part("e", "a"), part("e", "b"), properties='<m:begChr m:val="["/><m:sepChr m:val=";"/><m:endChr m:val="]"/>'), "[a;b]"),
        (form("d", part("e", "x"), properties='<m:begChr m:val="{"/><m:endChr m:val=""/>'), "{x"),
        (form("m", part("mr", part("e", "1") + part("e", "2")), part("mr", part("e", "3") + part("e", "4"))), "[1, 2; 3, 4]"),
        (form("d", part("e", form("m", part("mr", part("e", "1") + part("e", "2"))))), "(1, 2)"),
        (form("eqArr", part("e", "x&amp;=1"), part("e", "y&amp;=2")), "x=1; y=2"),
        (form("func", part("fName", "sin"), part("e", "x")), "sin x"),
        (form("limLow", part("e", "lim"), part("lim", "n→∞")), "lim_(n→∞)"),
        (form("limUpp", part("e", "x"), part("lim", "def")), "x^def"),
        (form("acc", part("e", "x"), properties='<m:chr m:val="⃗"/>'), "x⃗"),
        (form("bar", part("e", "x"), properties='<m:pos m:val="top"/>'), "x̅"),
        (form("box", part("e", "a")) + form("borderBox", part("e", "b")) + form("groupChr", part("e", "c")), "abc"),
        (form("phant", part("e", "x"), properties='<m:show m:val="0"/>') + t("y"), "y"),
        (f"<w:del w:id='1'>{t('old')}</w:del><w:ins w:id='2'>{t('new')}</w:ins>", "new"),
        ("<m:r><w:rPr><w:vanish/></w:rPr><m:t>secret</m:t></m:r>" + t("open"), "open"),
    ],
)
def test_a_formula_is_written_in_one_line(formula: str, line: str) -> None:
    assert texts_of(docx(p(r("See ") + f"<m:oMath>{formula}</m:oMath>" + r(".")))) == [f"See {line}."]


def test_a_formula_stands_in_its_sentence() -> None:
    body = p(r("The bonus is ") + f"<m:oMath>{t('3.75 x crates - 12')}</m:oMath>" + r(" for every week."))
    assert texts_of(docx(body)) == ["The bonus is 3.75 x crates - 12 for every week."]


def test_a_word_and_a_formula_do_not_grow_together() -> None:
    assert texts_of(docx(p(r("bonus") + f"<m:oMath>{t('b')}</m:oMath>"))) == ["bonus b"]


def test_formulas_of_their_own_lines_are_lines() -> None:
    lines = "".join(f"<m:oMath>{t(text)}</m:oMath>" for text in ("ceiling = 4200", "floor = 12"))
    assert texts_of(docx(p(f"<m:oMathPara><m:oMathParaPr/>{lines}</m:oMathPara>"))) == ["ceiling = 4200\nfloor = 12"]
    assert texts_of(docx(f"<m:oMathPara>{lines}</m:oMathPara>")) == ["ceiling = 4200\nfloor = 12"]


def test_a_formula_in_a_cell_is_its_value() -> None:
    cell = tc(p(f"<m:oMath>{fraction('a', 'b')}</m:oMath>"))
    assert texts_of(docx(tbl(tr("Name", "Rule"), tr("rate", cell)))) == ["Name: rate; Rule: a/b"]
