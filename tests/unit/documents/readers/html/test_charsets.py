"""A page's bytes are read as browsers read them, or refused."""

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.readers.html.charsets import decode_page

LABELS = [
    ("iso-8859-1", "windows-1252", "€49 – “half”"),
    ("latin1", "windows-1252", "€49 – “half”"),
    ("us-ascii", "windows-1252", "€49 – “half”"),
    ("x-user-defined", "windows-1252", "€49"),
    ("gb2312", "gb18030", "陈喆先生"),
    ("gbk", "gb18030", "陈喆先生"),
    ("shift_jis", "cp932", "①髙橋"),
    ("x-sjis", "cp932", "①髙橋"),
    ("euc-kr", "cp949", "똠방각하"),
    ("ks_c_5601-1987", "cp949", "똠방각하"),
    ("big5", "cp950", "繁體中文"),
    ("iso-8859-9", "windows-1254", "İstanbul – €5"),
    ("iso-8859-11", "windows-874", "ราคา"),
    ("tis-620", "windows-874", "ราคา"),
    ("windows-1251", "windows-1251", "Привет"),
    ("koi8-r", "koi8-r", "Привет"),
    ("iso-8859-2", "iso-8859-2", "Łódź"),
    ("iso-2022-jp", "iso-2022-jp", "日本語"),
    ("macintosh", "mac-roman", "été"),
]


@pytest.mark.parametrize(("label", "codec", "words"), LABELS)
@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset={}>",
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
        '<?xml version="1.0" encoding="{}"?>',
        "<!--{{}}-->{}",
    ],
)
def test_a_label_means_what_browsers_take_it_for(label: str, codec: str, words: str, declaration: str) -> None:
    declared = ("<!--" + "x" * 2_000 + f"--><meta charset='{label}'>") if declaration.startswith("<!--") else declaration.format(label)
    if codec == "windows-874":
        codec = "cp874"
    text, tallies = decode_page((declared + "<p>" + words).encode(codec))
    assert text.endswith(words)
    assert not tallies


def test_a_mark_and_utf_8_go_before_a_declaration() -> None:
    assert decode_page("\ufeff<meta charset=koi8-r><p>é".encode())[0].endswith("é")
    assert decode_page("<meta charset=gb2312><p>中é".encode())[0].endswith("中é")
    assert decode_page("<meta charset=koi8-r><p>é".encode("utf-16"))[0].endswith("é")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_first_tag(codec: str) -> None:
    assert decode_page('<?xml version="1.0" encoding="utf-16"?><p>né'.encode(codec))[0].endswith("né")


@pytest.mark.parametrize(
    "page",
    [
        b"<p>caf\xe9",
        b"<meta charset=nonsense><p>\xe9",
        b"<meta charset=gb2312><p>\x81",
        b"<meta charset=euc-kr><p>\xc9",
        b"<meta charset=windows-1252><p>\x81",
        b"<meta charset=hz-gb-2312><p>x\xe9",
        b"<!-- <meta charset=koi8-r> --><p>\xc1",
        b"<meta charset=utf-8><p>\xe9",
        b"<meta charset=shift_jis><p>\xfd",
    ],
)
def test_a_page_that_is_not_in_its_encoding_is_refused(page: bytes) -> None:
    with pytest.raises(BadDocument, match="not_utf8"):
        decode_page(page)


def test_one_bad_character_in_a_long_page_is_told() -> None:
    text, (tally,) = decode_page(b"<meta charset=gb2312><p>" + "陈".encode("gbk") * 5_000 + b"<b>\x81</b>")
    assert "陈" * 5_000 in text
    assert (tally.part, tally.left_out, tally.lost) == ("characters", 1, 1)


def test_a_file_of_nul_bytes_is_no_page() -> None:
    with pytest.raises(BadDocument, match="binary"):
        decode_page(b"<p>a\0\0\0b")
