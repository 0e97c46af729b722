"""`docai extract --split`: a file of several documents, as a user runs it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from docai.vlm.builtin.synth.receipt import Style, generate
from docai.vlm.builtin.synth.scan import scan


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two receipts, a blank page, and a scan of three receipts."""
    path = tmp_path_factory.mktemp("stack") / "stack.pdf"
    pages = [Image.fromarray(generate(n, style=Style("en_MY", 0)).picture) for n in (1, 2)]
    pages.append(Image.new("RGB", (800, 1000), "white"))
    pages.append(Image.fromarray(scan(2, count=3, ground="dark").picture))
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    return path


def test_each_document_of_a_file_has_a_result(docai: Callable[..., Any], stack: Path) -> None:
    done = docai(stack, "--split", "--overlay", stack.with_name("seen.png"))
    assert done.exit_code == 0, done.stderr
    assert "5 documents in" in done.stderr and "blank pages: 3" in done.stderr
    parts = [result["document"]["part"] for result in json.loads(done.stdout)]
    assert [part["pages"] for part in parts] == [[1], [2], [4], [4], [4]]
    assert [part["number"] for part in parts] == [1, 2, 3, 4, 5]
    assert ["region" in part for part in parts] == [False, False, True, True, True]
    assert len(list(stack.parent.glob("seen*.png"))) == 5


def test_csv_has_a_row_for_each_document(docai: Callable[..., Any], stack: Path) -> None:
    done = docai(stack, "--split", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["part"], row["pages"]) for row in rows] == [
        *(("1", "1"), ("2", "2"), ("3", "4"), ("4", "4"), ("5", "4")),
    ]
    assert all(row["total"] for row in rows)
