"""The command line: sources, outputs, exit codes, and one bad file among good ones.

The engines are doubles that know a page by its width, so that nothing is read for real.
"""

import csv
import json
import os
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result
from width_pages import BUGGY, DEADLY, FAILING, GOOD, INTERRUPTING, befall

from docai.cli import app
from docai.doctor import Check
from docai.document import Page
from docai.draw import SMALL_SIDE_PX
from docai.errors import SettingsError, VlmError
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.settings import Settings
from docai.sources import Source, find_sources, overlay_paths
from docai.testing import ScriptedVlm, typed_reading
from docai.vlm.engine import Answer, Span

LINES = ["=SHOP()", "TEA 3.00", "TOTAL 3.00"]
ANSWERS = {"merchant_name": 0, "items[0].description": 1, "items[0].total_price": 2, "total": 4}


class WidthOcr:
    """A test double that fails in the way that the width of a page asks for."""

    name = "width-ocr"

    def read(self, page: Page) -> Reading:
        befall(page.width)
        return typed_reading(LINES, page.number)


def scripted_pipeline(settings: Settings) -> Pipeline:
    """Build the doubles; importable, for processes of a pool."""
    answers = [Answer(path, 0.99, Span(1, (word,))) for path, word in ANSWERS.items()]
    return Pipeline(WidthOcr(), ScriptedVlm(tuple(answers)))


def unbuildable_pipeline(settings: Settings) -> Pipeline:
    """Fail as if weights were missing."""
    raise VlmError("there are no weights")


@pytest.fixture(autouse=True)
def _doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("docai.build.pipeline", scripted_pipeline)
    monkeypatch.chdir(tmp_path)


def picture(width: int = GOOD, num_pages: int = 1) -> bytes:
    file = BytesIO()
    pages = [Image.new("RGB", (width, 60), "white") for _ in range(num_pages)]
    if num_pages == 1:
        pages[0].save(file, "PNG")
    else:
        pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def put(path: str, width: int = GOOD, num_pages: int = 1) -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(picture(width, num_pages))
    return Path(path)


def files_in(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_one_file_is_one_object_on_standard_output() -> None:
    put("a.png")
    done = run("extract", "a.png")
    assert done.exit_code == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["name"] == "a.png"
    assert result["data"]["total"]["amount"] == "3.00"
    assert done.stderr == ""


def test_a_document_can_come_by_standard_input() -> None:
    done = run("extract", "-", stdin=picture())
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["name"] == "stdin"


@pytest.mark.parametrize(
    ("width", "says"),
    [
        (FAILING, "a.png: OcrError: the page is too wide for me\n"),
        (BUGGY, "a.png: unexpected RuntimeError: index out of range; --debug shows where\n"),
    ],
)
def test_a_failure_is_one_line_and_touches_no_output(width: int, says: str) -> None:
    put("a.png", width)
    Path("out.json").write_text("precious")
    done = run("extract", "a.png", "--output", "out.json")
    assert (done.exit_code, done.stdout, done.stderr) == (3, "", says)
    assert Path("out.json").read_text() == "precious"
    assert files_in(".") == ["a.png", "out.json"]


def test_a_missing_or_damaged_file_is_told_once() -> None:
    Path("a.jpg").write_text("just text")
    done = run("extract", "a.jpg")
    assert done.exit_code == 3
    assert done.stderr.startswith("a.jpg: UnsupportedFormat: the content looks like plain text")
    assert run("extract", "b.jpg").stderr == "b.jpg: LoadError: there is no such file\n"


def test_debug_shows_where_an_unexpected_error_arose() -> None:
    put("a.png", BUGGY)
    done = run("extract", "a.png", "--debug")
    assert 'raise RuntimeError("index out of range")' in done.stderr


def test_an_interrupt_ends_quietly() -> None:
    put("a.png", INTERRUPTING)
    done = run("extract", "a.png", "--output", "out.json")
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")
    assert files_in(".") == ["a.png"]


def test_engines_that_cannot_be_built_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.png")
    monkeypatch.setattr("docai.build.pipeline", unbuildable_pipeline)
    done = run("extract", "a.png")
    assert (done.exit_code, done.stderr) == (3, "VlmError: there are no weights\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.png", "--format", "xml"],
        ["a.png", "--jobs", "-1"],
        ["a.png", "--schema", "recipt"],
        ["a.png", "--output", "."],
        ["a.png", "--output", "a.png"],
        ["a.png", "--overlay", "a.png"],
        ["a.png", "--overlay", "out.jpg"],
        ["*.jpg"],
        ["empty"],
        ["a.png", "folder", "--overlay", "a.txt"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_so(arguments: list[str]) -> None:
    original = put("a.png").read_bytes()
    put("folder/b.png")
    Path("empty").mkdir()
    Path("a.txt").touch()
    done = run("extract", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert Path("a.png").read_bytes() == original


def test_csv_also_writes_the_items() -> None:
    put("a.png")
    assert run("extract", "a.png", "--format", "csv", "--output", "out/x.csv").exit_code == 0
    with Path("out/x.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["merchant_name"], row["total"]) == ("'=SHOP()", "3.00")
    with Path("out/x.items.csv").open(newline="") as file:
        (item,) = csv.DictReader(file)
    assert (item["description"], item["total_price"]) == ("TEA", "3.00")
    assert files_in("out") == ["x.csv", "x.items.csv"]


def test_an_overlay_is_drawn_per_page() -> None:
    put("a.png")
    put("two.tiff", num_pages=2)
    assert run("extract", "a.png", "--overlay", "drawn/a.png").exit_code == 0
    assert run("extract", "two.tiff", "--overlay", "drawn/b.png").exit_code == 0
    assert files_in("drawn") == ["a.png", "b-1.png", "b-2.png"]
    with Image.open("drawn/a.png") as drawn:
        assert drawn.width > SMALL_SIDE_PX  # a page of that width, and a margin


@pytest.mark.slow
def test_bad_files_among_good_ones_are_reported_and_the_rest_go_on() -> None:
    widths = {"a": GOOD, "b": FAILING, "c": GOOD, "d": DEADLY, "e": BUGGY, "f/g": GOOD}
    for name, width in widths.items():
        put(f"in/{name}.png", width)
    Path("in/notes.txt").touch()
    arguments = ("--format", "jsonl", "--output", "out.jsonl", "--overlay", "drawn")
    done = run("extract", "in", "--jobs", "2", *arguments)
    assert done.exit_code == 1
    names = [json.loads(line)["name"] for line in Path("out.jsonl").read_text().splitlines()]
    assert names == ["in/a.png", "in/c.png", "in/f/g.png"]
    assert [line.split(":")[:2] for line in done.stderr.splitlines()] == [
        ["in", " skipped 1 file that by name are no documents"],
        ["in/b.png", " OcrError"],
        ["in/d.png", " WorkerDied"],
        ["in/e.png", " unexpected RuntimeError"],
        ["3 of 6 documents extracted, 3 failed"],
    ]
    drawn = sorted(str(path) for path in Path("drawn").rglob("*.png"))
    assert drawn == ["drawn/a.png.png", "drawn/c.png.png", "drawn/f/g.png.png"]


@pytest.mark.slow
def test_engines_that_cannot_be_built_stop_a_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        put(f"in/{name}.png")
    monkeypatch.setattr("docai.build.pipeline", unbuildable_pipeline)
    done = run("extract", "in", "--jobs", "1")
    assert (done.exit_code, done.stderr) == (3, "VlmError: there are no weights\n")


def test_folders_files_and_patterns_are_found_once_and_in_order() -> None:
    for name in [
        "in/b.PNG",
        "in/a.jpg",
        "in/deep/c.pdf",
        "in/.hidden/d.png",
        "in/.e.png",
        "z[1].png",
    ]:
        put(name)
    for name in "123456":
        Path(f"in/{name}.txt").touch()
    found = find_sources(["in/*.jpg", "in", "z[1].png", "in/**/*.pdf"], None)
    names = [source.name for source in found.found]
    assert names == ["in/a.jpg", "in/b.PNG", "in/deep/c.pdf", "z[1].png"]
    assert not found.is_single
    (remark,) = found.remarks
    assert remark.endswith("1.txt, 2.txt, 3.txt, 4.txt, 5.txt and 1 more")
    assert remark.startswith("in: skipped 6 files")


@pytest.mark.parametrize(
    ("wanted", "is_single"), [("z[1].png", True), ("-", True), ("in", False), ("*.png", False)]
)
def test_only_a_document_asked_for_by_name_is_single(wanted: str, is_single: bool) -> None:
    put("z[1].png")
    put("in/a.png")
    assert find_sources([wanted], b"").is_single is is_single


def test_a_pattern_without_matches_is_refused() -> None:
    with pytest.raises(SettingsError, match="no file matches"):
        find_sources(["*.png"], None)


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes exist on Linux only")
def test_undecodable_names_become_writable_text() -> None:
    path = Path(os.fsdecode(b"caf\xe9.png"))
    path.write_bytes(picture())
    (source,) = find_sources([str(path)], None).found
    assert source.name == "caf\\xe9.png"
    assert json.loads(run("extract", str(path)).stdout)["name"] == "caf\\xe9.png"


def test_overlays_of_a_collection_do_not_collide() -> None:
    sources = [Source(name, Path(name)) for name in ("in/a/1.jpg", "in/b/1.jpg", "in/b/1.png")]
    places = overlay_paths(sources, Path("out"), is_single=False)
    assert [str(place) for place in places] == [
        "out/a/1.jpg.png",
        "out/b/1.jpg.png",
        "out/b/1.png.png",
    ]


def test_the_schema_and_the_version_are_printed() -> None:
    assert "total" in json.loads(run("schema", "receipt").stdout)["properties"]
    assert run("schema", "recipt").exit_code == 2
    assert run("--version").stdout.startswith("docai ")


def test_help_documents_the_exit_codes() -> None:
    text = " ".join(run("extract", "--help").stdout.split())
    for code in ("0 every", "1 some failed", "2 wrong usage", "3 all failed", "130"):
        assert code in text


@pytest.mark.parametrize(("is_there", "exit_code"), [(True, 0), (False, 1)])
def test_the_doctor_fails_where_docai_cannot_run(
    is_there: bool, exit_code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = Check("weights.onnx", is_there, True, "its hash")
    checks = [needed, Check("tesseract", False, False, "missing")]
    monkeypatch.setattr("docai.doctor.examine", lambda: checks)
    done = run("doctor")
    assert done.exit_code == exit_code
    assert "weights.onnx" in done.stdout
    assert ("docai cannot run: weights.onnx" in done.stdout) is not is_there
