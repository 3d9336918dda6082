"""Files that are not read say how to turn them into files that are."""

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.readers.formats import EXTENSIONS, format_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
REMEDIES = {
    ".doc": ("legacy_word", ".docx"),
    ".rtf": ("foreign_format", ".docx"),
    ".xls": ("foreign_format", ".xlsx"),
    ".xlsb": ("foreign_format", ".xlsx"),
    ".ppt": ("foreign_format", ".pptx"),
    ".odt": ("foreign_format", ".docx"),
    ".ods": ("foreign_format", ".xlsx"),
    ".odp": ("foreign_format", ".pptx"),
    ".msg": ("foreign_format", ".eml"),
    ".pages": ("foreign_format", ".docx"),
    ".numbers": ("foreign_format", ".xlsx"),
    ".key": ("foreign_format", ".pptx"),
    ".mobi": ("foreign_format", ".epub"),
    ".docm": ("macros", ".docx"),
    ".xlsm": ("macros", ".xlsx"),
    ".pptm": ("macros", ".pptx"),
}


@pytest.mark.parametrize("ending", REMEDIES)
def test_the_refusal_of_a_foreign_format_names_one_that_is_read(ending: str) -> None:
    code, remedy = REMEDIES[ending]
    with pytest.raises(BadDocument) as caught:
        format_of(f"a/b{ending.upper()}", b"some bytes")
    assert caught.value.code == code
    assert remedy in caught.value.message
    assert remedy in EXTENSIONS


@pytest.mark.parametrize("name", ["a.tar.gz", "a.7z", "a.rar"])
def test_an_archive_is_refused_with_the_way_to_unpack_it(name: str) -> None:
    with pytest.raises(BadDocument, match=r"archive: .* Unpack it"):
        format_of(name, b"PK\x03\x04 bytes")


@pytest.mark.parametrize(("name", "program"), [("a.xlsx", "Excel"), ("a.pptx", "PowerPoint"), ("a.docx", "Word")])
def test_an_office_file_with_a_password_and_an_old_one_under_a_new_name_are_told_apart(name: str, program: str) -> None:
    with pytest.raises(BadDocument, match=f"encrypted: The {program} file is protected"):
        format_of(name, OLE + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(BadDocument, match=f"97-2003. Open it in {program}, save it as {name[1:]}"):
        format_of(name, OLE)


def test_an_ending_of_which_nothing_is_known_lists_those_that_are_read() -> None:
    with pytest.raises(BadDocument, match=r"unsupported: Files ending in \.xyz are not read.*\.xlsx"):
        format_of("a.xyz", b"bytes")
