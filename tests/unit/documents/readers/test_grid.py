"""A table's rows, each with the names of its columns, whatever is merged."""

import time
from collections.abc import Sequence

import pytest

from causeway.documents.content import Block
from causeway.documents.readers.grid import Cell, blocks_of


def head(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell(text, columns, rows, header=True)


def lines(*rows: Sequence[str | Cell]) -> list[str]:
    return [block.text for block in blocks_of([[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows])]


def test_a_row_names_the_column_of_each_value_and_leaves_empty_ones_out() -> None:
    rows = [[Cell("Cover"), Cell("Price")], [Cell("Hard\n back"), Cell("12")], [Cell("Soft"), Cell(" ")]]
    assert blocks_of(rows, page=3) == [Block("table", "Cover: Hard back; Price: 12", page=3), Block("table", "Cover: Soft", page=3)]


def test_a_value_over_several_rows_is_said_in_each_of_them() -> None:
    header = ["District", "Quarter", "Lamps"]
    assert lines(header, [Cell("Northreach", rows=2), "Spring", "300"], ["Summer", "420"], ["Southreach", "Spring", "80"]) == [
        "District: Northreach; Quarter: Spring; Lamps: 300",
        "District: Northreach; Quarter: Summer; Lamps: 420",
        "District: Southreach; Quarter: Spring; Lamps: 80",
    ]


def test_a_value_over_several_columns_is_said_once_and_moves_none_behind_it() -> None:
    header = ["Quarter", "Lamps ordered", "Lamps fitted", "Lamps in reserve"]
    assert lines(header, ["Autumn", Cell("works stopped", 2), "44"], ["Winter", "7", "6", "45"]) == [
        "Quarter: Autumn; Lamps ordered, Lamps fitted: works stopped; Lamps in reserve: 44",
        "Quarter: Winter; Lamps ordered: 7; Lamps fitted: 6; Lamps in reserve: 45",
    ]


def test_a_block_of_merged_cells_is_laid_around() -> None:
    header = ["Day", "Morning", "Noon", "Evening"]
    assert lines(header, ["Monday", Cell("closed", 2, 2), "six"], ["Tuesday", "seven"], ["Friday", "a", "b", "c"]) == [
        "Day: Monday; Morning, Noon: closed; Evening: six",
        "Day: Tuesday; Morning, Noon: closed; Evening: seven",
        "Day: Friday; Morning: a; Noon: b; Evening: c",
    ]


def test_leading_rows_over_all_columns_are_captions() -> None:
    blocks = blocks_of(
        [[Cell("Stall fees", 3)], [Cell("Size"), Cell("Member fee"), Cell("Guest fee")], [Cell("Small"), Cell("35"), Cell("52")]]
    )
    assert blocks == [Block("text", "Stall fees"), Block("table", "Size: Small; Member fee: 35; Guest fee: 52")]


def test_a_caption_of_header_cells_is_no_header() -> None:
    assert lines([head("Fees", 2)], [head("Size"), head("Fee")], ["Small", "35"]) == ["Fees", "Size: Small; Fee: 35"]


def test_a_row_of_one_cell_over_all_columns_is_said_before_the_rows_below_it() -> None:
    rows = [["Tour", "Price"], ["Walk", "3"], [Cell("Winter", 2)], ["Sledge", "9"], [Cell("Summer", 2)], ["Boat", "8"]]
    assert lines(*rows) == ["Tour: Walk; Price: 3", "Winter; Tour: Sledge; Price: 9", "Summer; Tour: Boat; Price: 8"]


def test_a_header_cell_alone_in_its_row_is_a_sub_heading_too() -> None:
    assert lines([head("Tour"), head("Price")], [head("Winter")], ["Sledge", "9"]) == ["Winter; Tour: Sledge; Price: 9"]


def test_a_note_in_a_table_is_text_and_heads_no_row() -> None:
    rows = [["Tour", "Price"], ["Walk", "3"], [Cell("Children pay half.", 2)], ["Boat", "8"], [Cell("Sources: office", 2)]]
    assert lines(*rows) == ["Tour: Walk; Price: 3", "Children pay half.", "Tour: Boat; Price: 8", "Sources: office"]


def test_sub_headings_without_rows_are_not_lost() -> None:
    rows = [["Tour", "Price"], [Cell("Abroad", 2)], [Cell("Winter", 2)], ["Sledge", "9"]]
    assert lines(*rows) == ["Abroad", "Winter; Tour: Sledge; Price: 9"]


def test_header_rows_are_joined_column_by_column() -> None:
    header = [[head("Size", rows=2), head("Fee", 2)], [head("Member"), head("Guest")]]
    assert lines(*header, ["Small", "35", "52"]) == ["Size: Small; Fee Member: 35; Fee Guest: 52"]


def test_an_unmarked_header_has_the_rows_that_its_cells_span() -> None:
    assert lines([Cell("Size", rows=2), Cell("Fee", 2)], ["Member", "Guest"], ["Small", "35", "52"], ["Large", "70", "90"]) == [
        "Size: Small; Fee Member: 35; Fee Guest: 52",
        "Size: Large; Fee Member: 70; Fee Guest: 90",
    ]


def test_an_unmarked_row_that_groups_columns_is_joined_with_the_names_below_it() -> None:
    assert lines(["", Cell("Fee", 2)], ["", "Member", "Guest"], ["Small", "35", "52"]) == ["Small; Fee Member: 35; Fee Guest: 52"]


def test_a_header_that_spans_columns_names_each_of_them() -> None:
    assert lines([head("Size"), head("Fee", 2)], ["Small", "35", "52"], ["Large", Cell("none", 2)]) == [
        "Size: Small; Fee: 35; Fee: 52",
        "Size: Large; Fee: none",
    ]


def test_an_empty_corner_leaves_the_first_value_without_a_name() -> None:
    assert lines(["", head("Summer"), head("Winter")], [head("North"), "4", "5"]) == ["North; Summer: 4; Winter: 5"]


def test_a_header_column_without_a_header_row_names_its_row() -> None:
    assert lines([head("Owner"), "Anna"], [head("Hours"), "9 to 12", "14 to 17"]) == ["Owner: Anna", "Hours: 9 to 12; 14 to 17"]


def test_a_first_column_that_ends_in_colons_names_its_row() -> None:
    assert lines(["Owner:", "Anna"], ["Room:", "14"]) == ["Owner: Anna", "Room: 14"]


@pytest.mark.parametrize("value", ["BF-77031", "0555 010 442", "4.50", "office@quarry.example"])
def test_a_first_row_with_a_value_of_figures_is_no_header_of_two_columns(value: str) -> None:
    assert lines(["Contract", value], ["Customer", "Tolland Quarry"]) == [f"Contract: {value}", "Customer: Tolland Quarry"]


@pytest.mark.parametrize("name", ["2026", "Summer 2026", "Every 300 hours", "Q1 2026", "Price"])
def test_a_year_or_a_name_with_figures_names_its_column(name: str) -> None:
    assert lines(["Fish", name], ["Herring", "12"]) == [f"Fish: Herring; {name}: 12"]


def test_names_in_colons_that_alternate_with_values_are_pairs() -> None:
    assert lines(["Name:", "Ada Brown", "Berth:", "Ash 4"], ["Born:", "", "Boat:", "Heron"], ["Town:", "Whitby", "Rent:", ""]) == [
        "Name: Ada Brown; Berth: Ash 4",
        "Born:; Boat: Heron",
        "Town: Whitby; Rent:",
    ]


def test_an_empty_header_row_makes_no_header_of_the_first_body_row() -> None:
    assert lines([head(""), head("")], ["Owner", "Anna"], ["Room", "14"]) == ["Owner; Anna", "Room; 14"]


def test_a_new_header_further_below_names_the_rows_below_it() -> None:
    rows = [[head("Tour"), head("Price")], ["Walk", "3"], [head("Boat"), head("Seats")], ["Swan", "12"]]
    assert lines(*rows) == ["Tour: Walk; Price: 3", "Boat: Swan; Seats: 12"]


def test_of_a_table_of_header_cells_only_the_first_row_is_the_header() -> None:
    assert lines([head("Tour"), head("Price")], [head("Walk"), head("3")]) == ["Tour: Walk; Price: 3"]


def test_a_row_shorter_or_longer_than_the_header_keeps_its_values() -> None:
    assert lines(["Tour", "Price"], ["Walk"], ["Boat", "8", "at noon"]) == ["Tour: Walk", "Tour: Boat; Price: 8; at noon"]


def test_a_table_of_one_row_is_that_row() -> None:
    assert lines(["one", "", "two"]) == ["one; two"]
    assert lines([head("Tour"), head("Price")]) == ["Tour; Price"]
    assert lines() == lines([]) == lines(["", " "]) == []


def test_a_table_of_one_column_is_paragraphs_unless_it_has_a_header() -> None:
    assert blocks_of([[Cell("First.")], [Cell("Second.")]]) == [Block("text", "First."), Block("text", "Second.")]
    assert lines([head("Fee")], ["35"], ["52"]) == ["Fee: 35", "Fee: 52"]


def test_a_header_that_is_a_paragraph_is_said_whole_once_and_by_its_beginning_in_every_row() -> None:
    long = "Conditions " * 40
    begin = "Conditions " * 5
    assert lines([head("Tour"), head(long)], ["Walk", "dry"]) == [f"Tour; {long.strip()}", f"Tour: Walk; {begin}…: dry"]


def test_a_span_of_no_rows_reaches_the_end_and_one_beyond_the_end_adds_none() -> None:
    assert lines(["Tour", "Month"], [Cell("Walk", rows=0), "May"], ["June"]) == ["Tour: Walk; Month: May", "Tour: Walk; Month: June"]
    assert lines(["Tour", "Month"], [Cell("Walk", rows=60_000), "May"], [], []) == ["Tour: Walk; Month: May"]


def test_a_span_of_no_columns_or_fewer_counts_as_one() -> None:
    assert lines(["Tour", "Month"], [Cell("Walk", columns=0, rows=-3), Cell("May", columns=-5)]) == ["Tour: Walk; Month: May"]


def test_bombs_of_spans_cost_little_and_lose_nothing() -> None:
    began = time.process_time()
    wide = lines(*[[Cell(f"a{n}", 10**9, 10**9) for n in range(100)] for _ in range(300)])
    tall = lines([Cell("x" * 10_000, rows=10**9)], *[[str(n), "y"] for n in range(20_000)])
    assert time.process_time() - began < 30
    assert all(f"a{n}" in wide[0] for n in range(100))
    assert "19999" in tall[-1]
    assert sum(map(len, [*wide, *tall])) < 10_000_000


def test_many_header_rows_cost_little_and_lose_nothing() -> None:
    began = time.process_time()
    read = lines(*[[head(f"a{n}", n % 7 + 1), head(f"b{n}")] for n in range(20_000)], ["1", "2"])
    assert time.process_time() - began < 30
    assert "a19999" in " ".join(read)


def test_a_column_without_any_value_is_named_once_before_the_rows() -> None:
    checklist = [["Item", "Done", "Initials"], ["Check the valve", "", ""], ["Oil the pump", "", ""]]
    assert lines(*checklist) == ["Item; Done; Initials", "Item: Check the valve", "Item: Oil the pump"]
    assert lines([head("Item"), head("Done")], ["Valve", ""], ["Pump", "yes"]) == ["Item: Valve", "Item: Pump; Done: yes"]


def test_an_empty_form_gives_its_header() -> None:
    assert lines(["Name", "Date", "Signature"], ["", "", ""], ["", "", ""]) == ["Name; Date; Signature"]
    assert lines([head("Name"), head("Date")], [Cell("", 2)]) == ["Name; Date"]


def test_a_group_of_columns_without_values_is_named_with_its_columns() -> None:
    header = [[head("Check", rows=2), head("Result", 2)], [head("Pass"), head("Fail")]]
    assert lines(*header, ["Brake", "", ""]) == ["Check; Result Pass; Result Fail", "Check: Brake"]


def test_each_header_of_a_table_is_judged_by_its_own_rows() -> None:
    rows = [[head("Tour"), head("Guide")], ["Walk", ""], [Cell("By water", 2)], [head("Boat"), head("Guide")], ["Swan", "Ada"]]
    assert lines(*rows) == ["Tour; Guide", "Tour: Walk", "By water; Boat: Swan; Guide: Ada"]


def test_a_value_over_several_columns_fills_each_of_them() -> None:
    assert lines(["Day", "Morning", "Noon"], ["Monday", Cell("closed", 2)]) == ["Day: Monday; Morning, Noon: closed"]


def test_labels_with_colons_name_what_is_beside_them_filled_in_or_not() -> None:
    assert lines(["Owner:", "Anna"], ["Phone:", ""], ["Mail:", "a@b"]) == ["Owner: Anna", "Phone:", "Mail: a@b"]
    assert lines(["Name:", "Ada", "Date:", "3 May"], ["Phone:", "", "Ward:", "North"]) == ["Name: Ada; Date: 3 May", "Phone:; Ward: North"]
    assert lines(["Name:", "", "Date:", ""], ["Phone:", "", "Ward:", ""]) == ["Name:; Date:", "Phone:; Ward:"]


def test_a_header_row_of_labels_with_colons_names_the_columns_below_it() -> None:
    assert lines(["Name:", "Date:"], ["Ada", "3 May"]) == ["Name: Ada; Date: 3 May"]


def test_header_cells_between_values_name_the_value_after_them() -> None:
    assert lines([head("Name"), "Ada", head("Date"), "3 May"], [head("Ward"), "North", head("Bed"), ""]) == [
        "Name: Ada; Date: 3 May",
        "Ward: North; Bed",
    ]
    assert lines([head("Name"), "", head("Date"), ""], [head("Ward"), "North", head("Bed"), "4"]) == ["Name; Date", "Ward: North; Bed: 4"]


def test_many_headers_without_values_are_read_in_a_second() -> None:
    started = time.monotonic()
    table = [[Cell("Name", header=True), Cell("Note", header=True)], [Cell("Ada"), Cell("")]] * 20_000
    assert len(blocks_of(table)) == 40_000
    assert time.monotonic() - started < 30


def test_a_group_beside_an_empty_corner_is_joined_with_the_names_below_it() -> None:
    assert lines([Cell("", rows=2), head("2031", 2)], [head("May"), head("June")], [head("Beds"), "4", "5"]) == [
        "Beds; 2031 May: 4; 2031 June: 5"
    ]
