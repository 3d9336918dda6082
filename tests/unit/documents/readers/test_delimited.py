from typing import Any

import pytest

from causeway.documents.bad import BadDocument
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read


def lines(text: str, name: str = "stock.csv", **limits: Any) -> list[str]:
    return [block.text for block in read(text.encode(), name, Limits(**limits)).blocks]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_values_are_said_with_the_names_of_their_columns_whatever_separates_them(sign: str) -> None:
    assert lines(f"Title{sign}Price\nKilns{sign}12.50\nLooms{sign}8\n") == ["Title: Kilns; Price: 12.50", "Title: Looms; Price: 8"]


def test_a_comma_within_numbers_is_no_separator_where_semicolons_are() -> None:
    assert lines("Titel;Preis\nÖfen;12,50\nWebstühle;8,00\n")[0] == "Titel: Öfen; Preis: 12,50"


def test_a_declared_separator_is_taken() -> None:
    assert lines("sep=!\nTitle!Shelf\nKilns!B4, top\n") == ["Title: Kilns; Shelf: B4, top"]


def test_quoted_values_may_hold_separators_quotes_and_line_ends() -> None:
    assert lines('Title,Note\n"Kilns, small","He said ""hot"".\nTwice."\n') == ['Title: Kilns, small; Note: He said "hot". Twice.']


def test_the_file_of_a_spreadsheet_program_with_a_mark_and_carriage_returns_is_read() -> None:
    data = "Title,Shelf\r\n\r\nÖfen,B4\r\n".encode("utf-16")
    assert [block.text for block in read(data, "stock.tsv").blocks] == ["Title: Öfen; Shelf: B4"]


def test_lines_above_the_header_are_texts_and_values_alone_have_no_names() -> None:
    assert lines("Stock of March\nTitle,Copies\nKilns,3\n") == ["Stock of March", "Title: Kilns; Copies: 3"]
    assert lines("1,17.5\n2,18.5\n") == ["1; 17.5", "2; 18.5"]


def test_short_and_long_rows_lose_nothing() -> None:
    assert lines("A,B\n1\n1,2,3\n") == ["A: 1", "A: 1; B: 2; 3"]


def test_text_in_another_encoding_is_refused_and_so_is_a_large_file() -> None:
    with pytest.raises(BadDocument, match="not_utf8"):
        read("Titel;Preis\nÖfen;12".encode("latin-1"), "stock.csv")
    with pytest.raises(BadDocument, match="too_long"):
        lines("Title,Note\n" + "Kilns,hot\n" * 1_000, characters=5_000)


def test_an_open_quote_ends_with_the_file() -> None:
    assert "Kilns" in " ".join(lines('Title,Note\nKilns,"open\nLooms,x\n'))
