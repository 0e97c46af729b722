"""`docai batch` on this machine: what is done stays done, the rest is done by the next run.

The engines are doubles that know a page by its width, so that nothing is read for real.
"""

import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result
from width_pages import BUGGY, DEADLY, FAILING, GOOD, INTERRUPTING, befall
from zip_writer import Member, packed, zipped

from docai import batches
from docai.archive import Archive, Entry
from docai.batch import Outcome, Task, Work, extract_one
from docai.cli import app
from docai.document import Page
from docai.errors import LoadError
from docai.pipeline import Pipeline
from docai.progress import duration
from docai.reading import Reading
from docai.results import opened
from docai.settings import Settings
from docai.testing import ScriptedVlm, typed_reading
from docai.vlm.engine import Answer, Span

OUT = Path("results.jsonl")
FAILED = Path("results.failed.jsonl")


class WidthReader:
    """A test double that fails in the way that the width of a page asks for."""

    name = "width-reader"

    def read(self, page: Page) -> Reading:
        befall(page.width)
        return typed_reading([f"TOTAL {page.width}.00"], page.number)


def width_pipeline(settings: Settings) -> Pipeline:
    """Build the doubles; importable, for processes of a pool."""
    return Pipeline(WidthReader(), ScriptedVlm((Answer("total", 0.99, Span(1, (1,))),)))


@pytest.fixture(autouse=True)
def _doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("docai.build.pipeline", width_pipeline)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were extracted from, in this process: quick, and seen here."""
    names: list[str] = []

    def extract_here(tasks: Iterable[Task], work: Work, jobs: int) -> Iterator[Outcome]:
        for task in tasks:
            names.append(task.source.name)
            yield extract_one(work, task)

    monkeypatch.setattr(batches, "extract_all", extract_here)
    return names


def picture(width: int = GOOD, shade: int = 255) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, 60), shade).save(file, "PNG")
    return file.getvalue()


def put(path: str, content: bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content)


def run(*arguments: str | Path) -> Result:
    words = ["batch", *map(str, arguments)]
    return CliRunner().invoke(app, words if "--out" in words else [*words, "--out", str(OUT)])


def lines(path: Path = OUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def names() -> list[str]:
    return [line["name"] for line in lines()]


def test_sources_of_every_kind_become_lines_in_their_order(asked: list[str]) -> None:
    put("folder/b.png", picture())
    put("folder/a.png", picture())
    put("folder/notes.txt", b"")
    put("all.zip", packed(("in/z.png", picture()), ("y.PNG", picture()), ("readme.md", b"")))
    put("one.png", picture())
    done = run("folder", "all.zip", "on?.png")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert names() == [
        "folder/a.png",
        "folder/b.png",
        "all.zip/in/z.png",
        "all.zip/y.PNG",
        "one.png",
    ]
    assert {line["data"]["total"]["amount"] for line in lines()} == {"80.00"}
    assert done.stderr.splitlines() == [
        "folder: skipped 1 file that by name are no documents: notes.txt",
        "all.zip: skipped 1 file that by name are no documents: readme.md",
        "5 of 5 documents are in results.jsonl",
    ]
    assert not FAILED.exists()


def test_failures_are_told_and_tried_again(asked: list[str]) -> None:
    put("a.png", picture(FAILING))
    put("b.png", picture())
    put("c.png", b"")
    put("d.png", picture(BUGGY))
    put("e.zip", b"no archive")
    done = run("a.png", "b.png", "c.png", "d.png", "e.zip", "f.png")
    assert done.exit_code == 1
    assert names() == ["b.png"]
    assert {line["name"]: line["code"] for line in lines(FAILED)} == {
        "a.png": "ocr_error",
        "c.png": "empty_file",
        "d.png": "internal_error",
        "e.zip": "broken_archive",
        "f.png": "load_error",
    }
    assert "a.png: OcrError: the page is too wide for me\n" in done.stderr
    assert done.stderr.endswith(
        "1 of 6 documents are in results.jsonl; 5 failed: see results.failed.jsonl\n"
    )
    put("a.png", picture())
    asked.clear()
    done = run("a.png", "b.png", "c.png", "d.png", "e.zip", "f.png")
    assert asked == ["a.png", "c.png", "d.png", "f.png"]
    assert names() == ["b.png", "a.png"]
    assert [line["name"] for line in lines(FAILED)] == ["c.png", "d.png", "e.zip", "f.png"]


def test_a_second_run_does_nothing_twice(asked: list[str]) -> None:
    put("a.png", picture())
    put("copy of a.png", picture())
    put("z.zip", packed(("a.png", picture()), ("b.png", picture(shade=9))))
    assert run("a.png", "copy of a.png", "z.zip").exit_code == 0
    before = OUT.read_bytes()
    asked.clear()
    done = run("a.png", "copy of a.png", "z.zip")
    assert (done.exit_code, asked, OUT.read_bytes()) == (0, [], before)
    assert done.stderr == "4 of 4 documents are in results.jsonl, 4 of them from before\n"


def test_what_has_changed_is_done_again_and_has_one_line(asked: list[str]) -> None:
    put("a.png", picture())
    put("z.zip", packed(("a.png", picture()), ("b.png", picture())))
    run("a.png", "z.zip")
    put("a.png", picture(90))
    put("z.zip", packed(("a.png", picture()), ("b.png", picture(91)), ("c.png", picture())))
    asked.clear()
    run("a.png", "z.zip")
    assert asked == ["a.png", "z.zip/b.png", "z.zip/c.png"]
    totals = {line["name"]: line["data"]["total"]["amount"] for line in lines()}
    assert totals == {
        "z.zip/a.png": "80.00",
        "a.png": "90.00",
        "z.zip/b.png": "91.00",
        "z.zip/c.png": "80.00",
    }
    assert len(lines()) == 4


def test_an_interrupt_keeps_what_is_done(asked: list[str]) -> None:
    for name, width in (("a.png", GOOD), ("b.png", INTERRUPTING), ("c.png", GOOD)):
        put(name, picture(width))
    done = run("*.png")
    assert done.exit_code == 130
    assert names() == ["a.png"]
    assert done.stderr.splitlines() == [
        "1 of 3 documents are in results.jsonl; 2 are left: the same command goes on with them",
        "interrupted",
    ]
    put("b.png", picture())
    assert run("*.png").exit_code == 0
    assert names() == ["a.png", "b.png", "c.png"]


def test_a_document_that_kills_its_process_fails_alone() -> None:
    for name, width in (("a.png", GOOD), ("b.png", DEADLY), ("c.png", GOOD)):
        put(name, picture(width))
    done = run("*.png", "--jobs", "1")
    assert done.exit_code == 1
    assert names() == ["a.png", "c.png"]
    (failed,) = lines(FAILED)
    assert (failed["name"], failed["code"]) == ("b.png", "worker_killed")


def test_a_hostile_archive_is_failures_and_nothing_else(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCAI_MAX_BYTES", "5000")
    members = (
        ("../../up.png", picture()),
        ("bomb.png", bytes(5_000_000)),
        ("\x1b[2Jdir\n/x.png", picture()),
        ("nested.zip", b""),
        ("good.png", picture()),
    )
    put("in/evil.zip", packed(*members))
    put("in/large.png", bytes(6000))
    done = run("in/evil.zip", "in/large.png")
    assert done.exit_code == 1
    assert (
        names()
        == asked
        == [
            "in/evil.zip/../../up.png",
            "in/evil.zip/[2Jdir /x.png",
            "in/evil.zip/good.png",
        ]
    )
    assert {line["name"]: line["code"] for line in lines(FAILED)} == {
        "in/evil.zip/bomb.png": "limit_exceeded",
        "in/large.png": "limit_exceeded",
    }
    assert "\x1b" not in done.stderr
    files = sorted(path.name for path in Path().rglob("*") if path.is_file())
    assert files == [
        ".results.jsonl.lock",
        "evil.zip",
        "large.png",
        "results.failed.jsonl",
        "results.jsonl",
    ]


def test_a_member_that_cannot_be_read_fails_alone(asked: list[str]) -> None:
    members = [
        Member(b"a.png", picture()),
        Member(b"a.png", picture(90)),  # the same name is legal; each is a document
        Member(b"crc.png", picture(), claims_crc=1),
        Member(b"empty.png", b""),
        Member(b"link.png", b"/etc/passwd", mode=0o120777),
        Member(b"secret.png", picture(), flags=1),
        Member(b"a.png", picture()),
    ]
    put("z.zip", zipped(*members))
    done = run("z.zip")
    assert done.exit_code == 1
    assert asked == names() == ["z.zip/a.png", "z.zip/a.png#2", "z.zip/a.png#3"]
    assert [line["data"]["total"]["amount"] for line in lines()] == ["80.00", "90.00", "80.00"]
    assert {line["name"]: line["code"] for line in lines(FAILED)} == {
        "z.zip/crc.png": "broken_file",
        "z.zip/empty.png": "empty_file",
        "z.zip/link.png": "unsupported_format",
        "z.zip/secret.png": "encrypted_file",
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(("a.png", picture()))[:-30], "broken_archive"),
        (zipped(Member(b"a.png"), Member(b"a.png", at=0)), "broken_archive"),
        (zipped(Member(b"a.png", flags=1)), "encrypted_archive"),
        (packed(*((f"{number}.png", picture()) for number in range(4))), "archive_too_large"),
    ],
)
def test_an_archive_that_is_refused_is_one_failure(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, content: bytes, code: str
) -> None:
    monkeypatch.setattr(batches, "MAX_ARCHIVE_FILES", 3)
    put("a.png", picture())
    put("z.zip", content)
    assert run("z.zip", "missing.zip", "a.png").exit_code == 1
    assert names() == asked == ["a.png"]
    failed = {line["name"]: line["code"] for line in lines(FAILED)}
    assert failed == {"z.zip": code, "missing.zip": "load_error"}


def test_members_are_read_one_at_a_time(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put("z.zip", packed(*((f"{number}.png", picture(shade=number)) for number in range(20))))
    read: list[str] = []
    real = Archive.read

    def noted(archive: Archive, entry: Entry) -> bytes | LoadError:
        read.append(entry.name)
        return real(archive, entry)

    def handed_out(tasks: Iterable[Task], work: Work, jobs: int) -> Iterator[Outcome]:
        for number, task in enumerate(tasks, start=1):
            assert len(read) == number
            yield extract_one(work, task)

    monkeypatch.setattr(Archive, "read", noted)
    monkeypatch.setattr(batches, "extract_all", handed_out)
    assert run("z.zip").exit_code == 0
    assert len(lines()) == 20


def test_progress_is_a_line_now_and_then(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docai.progress.LINE_EVERY_S", 0.0)
    put("a.png", picture())
    run("a.png")
    put("b.png", picture(FAILING))
    put("c.png", picture())
    told = run("a.png", "b.png", "c.png").stderr.splitlines()
    assert told[0] == "1 of 3 documents"
    assert told[1].startswith("2 of 3 documents, ")
    assert told[1].endswith("s left, 1 failed")
    assert told[3].startswith("3 of 3 documents, ")
    assert told[3].endswith("/s, 0 s left, 1 failed")


def test_two_runs_do_not_share_a_file(asked: list[str]) -> None:
    put("a.png", picture())
    with opened(OUT, None):
        done = run("a.png")
    assert (done.exit_code, asked) == (2, [])
    assert "results.jsonl is being written by another docai batch" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a.png", "--out", "x.csv"), "docai extract SOURCE... --format csv --output x.csv"),
        (("a.png", "--out", "x.json"), "name a file that ends in .jsonl"),
        (("a.png", "--out", "folder.jsonl"), "name a file that ends in .jsonl"),
        (("-",), "docai batch reads files"),
        (("empty.zip",), "empty.zip: this archive holds no document"),
        (("notes.zip",), "notes.zip: this archive holds no document"),
        (("no*.png",), "no file matches this pattern"),
        (("a.png", "results.jsonl"), "is among the documents to read"),
        (("a.png", "results.failed.jsonl"), "is among the documents to read"),
        (("a.png", "--schema", "nonsense"), "there is no schema 'nonsense'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    asked: list[str], arguments: tuple[str, ...], says: str
) -> None:
    put("a.png", picture())
    put("empty.zip", packed())
    put("notes.zip", packed(("notes.txt", b"")))
    os.mkdir("folder.jsonl")  # noqa: PTH102
    done = run(*arguments)
    assert (done.exit_code, asked) == (2, [])
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not OUT.exists()


def test_a_file_of_something_else_is_left_alone(asked: list[str]) -> None:
    put("a.png", picture())
    OUT.write_text("my notes\n")
    done = run("a.png")
    assert (done.exit_code, OUT.read_text()) == (2, "my notes\n")
    assert "line 1 is no result of docai's" in done.stderr


def test_debug_shows_where_an_error_arose(asked: list[str]) -> None:
    put("a.png", picture(BUGGY))
    done = run("a.png", "--debug")
    assert done.exit_code == 3
    assert 'raise RuntimeError("index out of range")' in done.stderr


@pytest.mark.parametrize(
    ("seconds", "says"), [(0.4, "0 s"), (99, "99 s"), (120, "2 min"), (7200, "2.0 h")]
)
def test_durations_are_told_in_the_unit_that_suits(seconds: float, says: str) -> None:
    assert duration(seconds) == says
