"""Tables as JSON, CSV and Markdown, and the files that --tables writes."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.batch import Task, Work, extract_one
from docai.commands import Request, extract
from docai.errors import SettingsError
from docai.extraction.result import Extraction, PageInfo
from docai.extraction.tables import ExtractedTable, shown
from docai.formats import Format, numbered, table_csv, table_markdown, to_markdown
from docai.geometry import box_polygon
from docai.reading import Line, Reading, Word
from docai.settings import Settings
from docai.sources import Source, places_in
from docai.table import Cell, Table


def table(*rows: list[str], num_headers: int = 1, page: int = 1) -> ExtractedTable:
    cells = [
        Cell(r, c, 1, 1, (10.0 * c, 10.0 * r, 10.0 * c + 10, 10.0 * r + 10), (), r < num_headers)
        for r, row in enumerate(rows)
        for c in range(len(row))
    ]
    whole = Table(page, (0.0, 0.0, 10.0 * len(rows[0]), 10.0 * len(rows)), tuple(cells))
    return ExtractedTable(whole, tuple(text for row in rows for text in row))


def extraction(*tables: ExtractedTable) -> Extraction:
    pages = (PageInfo(1, 100, 200, None, 0.0),)
    return Extraction("receipt", 1, "a.pdf", "ab" * 32, pages, {}, tables=tables)


ITEMS = table(["Item", "Price"], ["Pen", "1.00"], ["Ink", "2.50"])
SPANNED = ExtractedTable(
    Table(
        1,
        (0.0, 0.0, 30.0, 20.0),
        (
            Cell(0, 0, 1, 2, (0.0, 0.0, 20.0, 10.0), (0,), True),
            Cell(0, 2, 2, 1, (20.0, 0.0, 30.0, 20.0), (1,), True),
            Cell(1, 0, 1, 1, (0.0, 10.0, 10.0, 20.0), (2,)),
            Cell(1, 1, 1, 1, (10.0, 10.0, 20.0, 20.0), (3,)),
        ),
    ),
    ("both", "high", "left", "right"),
)


def test_the_text_of_cells_is_words_of_the_page() -> None:
    box = (1.0, 2.0, 3.0, 4.0)
    words = tuple(Word(text, box_polygon(box), 1.0) for text in ("red", "pen", "1.00"))
    reading = Reading(2, (100, 100), words, (Line(0, 3, words[0].polygon),), 0.0, "test")
    cells = (Cell(0, 0, 1, 1, box, (0, 1)), Cell(0, 1, 1, 1, box, (2,)), Cell(0, 2, 1, 1, box, ()))
    (found,) = shown([Table(2, box, cells)], [reading])
    assert found.rows == [["red pen", "1.00", ""]]


def test_spans_leave_all_places_but_the_first_empty() -> None:
    assert SPANNED.rows == [["both", "", "high"], ["left", "right", ""]]
    assert table_csv(SPANNED) == "both,,high\nleft,right,\n"


def test_a_result_holds_rows_and_cells() -> None:
    (plain,) = extraction(SPANNED).to_json()["tables"]
    assert plain["page"] == 1
    assert plain["rows"] == SPANNED.rows
    assert plain["cells"][1] == {
        "row": 0,
        "column": 2,
        "row_span": 2,
        "column_span": 1,
        "text": "high",
        "box": [20.0, 0.0, 30.0, 20.0],
        "words": [1],
        "is_header": True,
    }


def test_what_is_read_back_is_the_same() -> None:
    before = extraction(SPANNED, ITEMS)
    assert Extraction.from_json(json.loads(json.dumps(before.to_json()))) == before


def test_a_result_from_before_there_were_tables_has_none() -> None:
    plain = extraction(ITEMS).to_json()
    del plain["tables"]
    assert Extraction.from_json(plain).tables == ()


@pytest.mark.parametrize("missing", ["cells", "box", "page"])
def test_a_table_that_is_none_is_refused(missing: str) -> None:
    plain = extraction(ITEMS).to_json()
    del plain["tables"][0][missing]
    with pytest.raises(ValueError, match="no result of docai's"):
        Extraction.from_json(plain)


def test_the_header_is_the_header_of_the_markdown() -> None:
    assert table_markdown(ITEMS).splitlines() == [
        "| Item | Price |",
        "| --- | --- |",
        "| Pen | 1.00 |",
        "| Ink | 2.50 |",
    ]


def test_a_table_without_names_has_an_empty_header() -> None:
    bare = table(["Pen", "1.00"], ["Ink", "2.50"], num_headers=0)
    assert table_markdown(bare).splitlines()[:3] == ["|  |  |", "| --- | --- |", "| Pen | 1.00 |"]


def test_names_over_two_rows_are_one_header() -> None:
    two = table(["Net", ""], ["price", "Qty"], ["1.00", "2"], num_headers=2)
    assert table_markdown(two).splitlines()[0] == "| Net price | Qty |"


def test_a_formula_on_a_page_is_no_formula_in_a_spreadsheet() -> None:
    nasty = table(["=HYPERLINK(1)", "-2"], ["+1+1", "@x"])
    rows = list(csv.reader(io.StringIO(table_csv(nasty), newline="")))
    assert rows == [["'=HYPERLINK(1)", "-2"], ["'+1+1", "'@x"]]


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), min_size=1, max_size=4))
def test_no_text_ends_a_cell(rows: list[list[str]]) -> None:
    made = table(*rows)
    lines = table_markdown(made).split("\n")
    assert len(lines) == len(rows) + 2 and lines[-1] == ""
    assert all(line.replace("\\|", "").count("|") == 3 for line in lines[:-1])
    assert len(list(csv.reader(io.StringIO(table_csv(made), newline="")))) == len(rows)


def test_markdown_shows_tables_below_the_fields() -> None:
    text = to_markdown(extraction(ITEMS, replace(ITEMS), table(["a", "b"], page=2)))
    assert text.index("No field was found") < text.index("### table 1 on page 1")
    assert "### table 2 on page 1" in text and "### table 1 on page 2" in text


def test_tables_are_counted_per_page() -> None:
    counted = numbered([ITEMS, ITEMS, table(["a", "b"], page=2)])
    assert [(page, number) for page, number, _ in counted] == [(1, 1), (1, 2), (2, 1)]


def test_places_lie_as_the_sources_do(tmp_path: Path) -> None:
    sources = [Source("a", tmp_path / "a.pdf"), Source("b", tmp_path / "sub" / "b.pdf")]
    assert places_in(Path("out"), sources) == [Path("out/a.pdf"), Path("out/sub/b.pdf")]


class Fixed:
    """Stands in for a pipeline: it finds the same whatever it is shown."""

    def extract(self, document: object, schema: object) -> "Fixed":
        return self

    readings = ()
    extraction = extraction(ITEMS, table(["a", "b"], ["c", "d"], page=2))


def make(_: Settings) -> Fixed:
    return Fixed()


def test_every_table_becomes_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docai.batch._load", lambda source, settings: None)
    work = Work(make, Settings(), None)  # type: ignore[arg-type]
    outcome = extract_one(
        work, Task(Source("a.pdf", Path("a.pdf")), tables=tmp_path / "t" / "a.pdf")
    )
    assert outcome.error is None
    assert sorted(path.name for path in (tmp_path / "t").iterdir()) == [
        "a.pdf-p1-t1.csv",
        "a.pdf-p1-t1.md",
        "a.pdf-p2-t1.csv",
        "a.pdf-p2-t1.md",
    ]
    assert (tmp_path / "t" / "a.pdf-p1-t1.csv").read_text() == "Item,Price\nPen,1.00\nInk,2.50\n"


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    picture, file = tmp_path / "a.png", tmp_path / "tables"
    picture.write_bytes(b""), file.write_bytes(b"")
    with pytest.raises(SettingsError, match="this is a file; name a folder"):
        extract(Request((str(picture),), "receipt", Format.JSON, tables=file))
