import datetime
import io
import tracemalloc
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from causeway.documents.bad import BadDocument
from causeway.documents.content import Block
from causeway.documents.readers.limits import Limits
from causeway.documents.readers.reading import read
from tests.unit.documents.readers.excel.making import blocks, changed, content, lines, sheet, told, workbook, written


def shared(text: str) -> bytes:
    """A table with this text under "Title", which the sheet refers to."""

    def write(page: Any) -> None:
        page.write_row(0, 0, ["Title", "Shelf"])
        page.write_row(1, 0, [text, "B4"])

    return written(write)


SHEET = "xl/worksheets/sheet1.xml"


def test_each_row_is_said_with_the_names_of_its_columns_under_the_name_of_its_sheet() -> None:
    def build(made: Any) -> None:
        made.active.append(["Title", "Shelf"])
        made.active.append(["Kilns", "B4"])
        other = made.create_sheet("Orders")
        other.append(["Order", "Sum"])
        other.append(["A-1", 17])

    assert blocks(workbook(build)) == [
        Block("heading", "Stock", 1),
        Block("table", "Title: Kilns; Shelf: B4"),
        Block("heading", "Orders", 1),
        Block("table", "Order: A-1; Sum: 17"),
    ]


def test_numbers_and_dates_are_read_as_the_sheet_shows_them() -> None:
    def build(made: Any) -> None:
        page = made.active
        page.append(["Title", "Price", "Share", "Since", "Opens", "Count", "Sold"])
        page.append(["Kilns", 1234.5, 0.256, datetime.date(2024, 3, 1), datetime.time(9, 30), 12345678, True])
        for place, code in {"B2": "#,##0.00 €", "C2": "0.0%", "D2": "dd.mm.yyyy", "E2": "h:mm AM/PM", "F2": "#,##0"}.items():
            page[place].number_format = code

    assert lines(workbook(build)) == [
        "Title: Kilns; Price: 1,234.50 €; Share: 25.6%; Since: 01.03.2024; Opens: 9:30 AM; Count: 12,345,678; Sold: TRUE"
    ]


def test_a_title_above_a_table_is_a_text_and_an_empty_row_parts_two_tables() -> None:
    file = sheet(["Stock in March"], [], ["Title", "Copies"], ["Kilns", 3], [], ["Supplier", "City"], ["Bindery", "Bath"])
    assert lines(file) == ["Stock in March", "Title: Kilns; Copies: 3", "Supplier: Bindery; City: Bath"]


def test_a_table_goes_on_after_an_empty_row_that_no_header_follows() -> None:
    file = sheet(["Title", "Copies"], ["Kilns", 3], [], ["Looms", 4], [], [], ["Wheels", 5])
    assert lines(file) == ["Title: Kilns; Copies: 3", "Title: Looms; Copies: 4", "Title: Wheels; Copies: 5"]


def test_years_and_dates_may_name_columns_and_other_numbers_may_not() -> None:
    assert lines(sheet(["Item", 2023, 2024], ["Clay", 5, 6])) == ["Item: Clay; 2023: 5; 2024: 6"]
    assert lines(sheet([1, 17.5], [2, 18.5])) == ["1; 17.5", "2; 18.5"]


def test_header_rows_that_are_merged_name_the_columns_together() -> None:
    def build(made: Any) -> None:
        page = made.active
        for row in (["Region", 2023, None, 2024, None], [None, "Q1", "Q2", "Q1", "Q2"], ["North", 1, 2, 3, 4]):
            page.append(row)
        for area in ("A1:A2", "B1:C1", "D1:E1"):
            page.merge_cells(area)

    assert lines(workbook(build)) == ["Region: North; 2023 Q1: 1; 2023 Q2: 2; 2024 Q1: 3; 2024 Q2: 4"]


def test_a_cell_merged_over_rows_is_said_in_each_of_them_even_over_an_empty_or_a_hidden_one() -> None:
    def build(made: Any) -> None:
        page = made.active
        for row in (
            ["Room", "Day", "Hours"],
            ["Kiln room", "Mon", "9-12"],
            [None, "Tue", "hidden"],
            [None, "Wed", "9-17"],
            [],
            ["Shop", "Mon", "8"],
        ):
            page.append(row)
        page.merge_cells("A2:A5")
        page.row_dimensions[3].hidden = True

    assert lines(workbook(build)) == [
        "Room: Kiln room; Day: Mon; Hours: 9-12",
        "Room: Kiln room; Day: Wed; Hours: 9-17",
        "Room: Shop; Day: Mon; Hours: 8",
    ]


def test_a_row_of_one_cell_that_looks_like_a_heading_is_said_before_the_rows_below_it() -> None:
    def build(made: Any) -> None:
        page = made.active
        for row in (["Title", "Copies"], ["North"], ["Kilns", 3], ["Looms", 4], ["South"], ["Wheels", 5], ["Ovens"]):
            page.append(row)
        for place in ("A2", "A5"):
            page[place].font = Font(bold=True)

    assert lines(workbook(build)) == [
        "North; Title: Kilns; Copies: 3",
        "North; Title: Looms; Copies: 4",
        "South; Title: Wheels; Copies: 5",
        "South; Title: Ovens",
    ]


def test_a_table_of_excel_and_a_filter_and_frozen_rows_tell_the_header() -> None:
    rows = [[2, 300], [1, 4000], [5, 6]]

    def with_table(made: Any) -> None:
        for row in [["No.", "Weight"], *rows]:
            made.active.append(row)
        made.active.add_table(Table(displayName="T", ref="A1:B4"))

    def with_filter(made: Any) -> None:
        for row in [[10, 20], *rows]:
            made.active.append(row)
        made.active.auto_filter.ref = "A1:B4"

    def with_frozen(made: Any) -> None:
        for row in [["Gauge", "Depth"], ["mm", "cm"], *rows]:
            made.active.append(row)
        made.active.freeze_panes = "A3"

    assert lines(workbook(with_table))[0] == "No.: 2; Weight: 300"
    assert lines(workbook(with_filter))[0] == "10: 2; 20: 300"
    assert lines(workbook(with_frozen))[0] == "Gauge mm: 2; Depth cm: 300"


def test_what_is_hidden_is_left_out_and_told() -> None:
    def build(made: Any) -> None:
        page = made.active
        for row in (["Title", "Cost", "Shelf"], ["Kilns", 7, "B4"], ["Looms", 8, "B5"]):
            page.append(row)
        page.row_dimensions[3].hidden = True
        page.column_dimensions["B"].hidden = True
        made.create_sheet("Plans").append(["secret"])
        made["Plans"].sheet_state = "veryHidden"

    file = workbook(build)
    assert lines(file) == ["Title: Kilns; Shelf: B4"]
    assert told(file) == [
        "1 sheet is hidden and was not read. Unhide what should be found.",
        "1 row is hidden or filtered out and was not read.",
        "2 cells are in hidden columns and were not read.",
    ]


def test_cells_in_the_colour_of_their_ground_or_with_a_format_that_shows_nothing_are_not_read() -> None:
    def build(made: Any) -> None:
        page = made.active
        page.append(["Title", "Note"])
        page.append(["Kilns", "white on white"])
        page.append(["Looms", "black on black"])
        page.append(["Wheels", "no section for text"])
        page["B2"].font = Font(color="FFFFFF")
        page["B3"].font, page["B3"].fill = Font(color="000000"), PatternFill("solid", fgColor="101010")
        page["B4"].number_format = ";;;"
        page.append(["Ovens", "white on black"])
        page["B5"].font, page["B5"].fill = Font(color="FFFFFF"), PatternFill("solid", fgColor="000000")

    file = workbook(build)
    assert lines(file) == ["Title: Kilns", "Title: Looms", "Title: Wheels", "Title: Ovens; Note: white on black"]
    assert told(file) == ["3 cells have a format or a colour that nobody sees and were not read."]


def test_formulas_give_their_stored_results_and_those_without_one_are_told() -> None:
    def write(page: Any) -> None:
        page.write_row(0, 0, ["Sum", "Word", "Other"])
        page.write_formula(1, 0, "=1+1", None, 2)
        page.write_formula(1, 1, '="a"&"b"', None, "ab")
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        page.write_formula(2, 0, "=2+2", None, "")

    file = written(write)
    assert lines(file) == ["Sum: 2; Word: ab; Other: #DIV/0!"]
    assert told(file) == ["1 formula has no result in the file. Open it in Excel and save it again."]


def test_comments_and_charts_are_counted() -> None:
    def build(made: Any) -> None:
        page = made.active
        for row in (["Month", "Sold"], ["May", 3], ["June", 4]):
            page.append(row)
        page["A2"].comment = Comment("check this", "Ada")
        chart = BarChart()
        chart.add_data(Reference(page, min_col=2, min_row=1, max_row=3), titles_from_data=True)
        page.add_chart(chart, "D2")

    report = content(workbook(build)).report
    assert {tally.part: tally.left_out for tally in report if tally.left_out} == {"comments": 1, "objects": 1}


def test_pictures_are_told_by_their_texts_and_text_boxes_are_read() -> None:
    picture = io.BytesIO()
    Picture.new("RGB", (9, 9), "red").save(picture, "PNG")

    def write(page: Any) -> None:
        page.write_row(0, 0, ["Title", "Shelf"])
        page.insert_textbox(3, 3, "Ask Ada for the key.")
        page.insert_image(9, 0, "a.png", {"image_data": picture, "description": "The plan of the shop"})
        page.insert_image(9, 3, "b.png", {"image_data": picture})

    file = written(write)
    assert lines(file) == ["Title; Shelf", "The plan of the shop", "Ask Ada for the key."]
    assert [(tally.read, tally.left_out) for tally in content(file).report if tally.part == "pictures"] == [(1, 1)]


def test_texts_with_escapes_runs_and_readings_are_read_as_shown() -> None:
    shown = "<r><t>豊</t></r><r><t>田_x0041_</t></r><rPh sb='0' eb='2'><t>トヨタ</t></rPh>"
    file = changed(shared("x"), {"xl/sharedStrings.xml": lambda text: text.replace("<t>x</t>", shown)})
    assert lines(file) == ["Title: 豊田A; Shelf: B4"]


def test_rows_and_cells_without_places_are_read_in_order() -> None:
    def bare(text: str) -> str:
        import re

        return re.sub(r'<(row|c) r="[A-Z]*\d+"', r"<\1", text)

    assert lines(changed(sheet(["Title", "Shelf"], ["Kilns", "B4"]), {SHEET: bare})) == ["Title: Kilns; Shelf: B4"]


def test_dates_from_1904_are_read_as_such() -> None:
    def build(made: Any) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active.append(["Title", "Since"])
        made.active.append(["Kilns", datetime.date(2024, 3, 1)])

    assert lines(workbook(build)) == ["Title: Kilns; Since: 2024-03-01"]


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("xl/workbook.xml", "<workbook", "truncated"),
        (SHEET, "<worksheet><sheetData><row><c>", "truncated"),
        ("xl/sharedStrings.xml", "<sst><si>", "truncated"),
        ("xl/workbook.xml", '<document xmlns="urn:other"/>', "not_excel"),
    ],
)
def test_a_damaged_part_refuses_the_file(part: str, text: str, code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        content(changed(shared("Kilns"), {part: lambda _: text}))
    assert caught.value.code == code


def test_a_workbook_with_an_entity_bomb_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE sst [<!ENTITY e0 "boom">{entities}]>'
    file = changed(shared("Kilns"), {"xl/sharedStrings.xml": lambda text: bomb + text.split("?>", 1)[-1].replace("Kilns", "&e8;")})
    with pytest.raises(BadDocument, match="truncated"):
        lines(file)


def test_a_large_sheet_is_refused_before_it_takes_memory() -> None:
    file = sheet(*([f"row {number}", "word " * 40] for number in range(4_000)))
    tracemalloc.start()
    with pytest.raises(BadDocument, match="too_long"):
        read(file, "stock.xlsx", Limits(characters=20_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_cell_that_spans_the_whole_sheet_costs_nothing() -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A2:A1048576"/></mergeCells>'
    file = changed(sheet(["Title", "Shelf"], ["Kilns", "B4"]), {SHEET: lambda text: text.replace("</sheetData>", merged)})
    assert lines(file) == ["Title: Kilns; Shelf: B4"]
