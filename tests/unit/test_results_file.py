"""The file that grows: each document once, whatever became of the process that wrote it."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.errors import SettingsError
from docai.results import Failure, Found, failed_path, opened, sha256
from docai.sources import Source


def source(name: str, content: bytes = b"1") -> Source:
    return Source(name, content=content)


def found(of: Source) -> Found:
    digest = sha256(of) or ""
    plain = {
        "id": digest[:16],
        "name": of.name,
        "schema": {"name": "receipt", "version": 1},
        "document": {"sha256": digest},
        "data": {"x": "\u2028\u00e9" * 9},
    }
    return Found(of.name, digest, json.dumps(plain, ensure_ascii=False) + "\n")


def write(path: Path, *sources: Source) -> None:
    with opened(path, "receipt") as results:
        for one in sources:
            results.add(found(one))


def names(path: Path) -> list[str]:
    return [json.loads(line)["name"] for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def test_a_document_is_known_by_name_and_content(path: Path) -> None:
    write(path, source("a"), source("b"))
    with opened(path, "receipt") as results:
        assert results.has(source("a"))
        assert results.has(source("b"))
        assert not results.has(source("c"))  # the same content
        assert not results.has(source("a", b"2"))
        results.add(found(source("a")))
    assert names(path) == ["a", "b"]


def test_a_file_is_known_by_its_bytes_not_by_its_date(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"1")
    write(path, Source("a", file))
    file.touch()
    with opened(path, "receipt") as results:
        assert results.has(Source("a", file))
        file.write_bytes(b"2")
        assert not results.has(Source("a", file))
        file.unlink()
        assert not results.has(Source("a", file))


def test_the_line_of_what_has_changed_replaces_the_old_one(path: Path) -> None:
    write(path, source("a"), source("b"))
    write(path, source("a", b"2"))
    assert names(path) == ["b", "a"]
    write(path, source("a"))  # changed back
    assert names(path) == ["b", "a"]
    with opened(path, "receipt") as results:
        assert results.has(source("a"))
        assert not results.has(source("a", b"2"))


def test_old_lines_go_even_if_the_run_that_made_them_old_was_killed(path: Path) -> None:
    write(path, source("a"), source("b"))
    with path.open("a") as file:
        file.write(found(source("a", b"2")).line)
    with opened(path, "receipt") as results:
        assert results.has(source("a", b"2"))
    assert names(path) == ["b", "a"]


@settings(max_examples=60)
@given(data=st.data())
def test_wherever_it_was_torn_every_document_comes_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("torn") / "results.jsonl"
    sources = [source(f"{number}\u00fc") for number in range(4)]
    write(path, *sources)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with opened(path, "receipt") as results:
        for one in sources:
            if not results.has(one):
                results.add(found(one))
    assert path.read_bytes() == whole


def test_zeros_that_a_power_cut_leaves_are_cut_off(path: Path) -> None:
    write(path, source("a"))
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(700))
    write(path)
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [b"my notes", b"[1]\n", b'{"name": "a"}\n', b"{}\n\n", b"\xff\xfe\n", b"[" * 99_999 + b"\n"],
)
def test_another_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    failed_path(path).write_text("precious")
    with pytest.raises(SettingsError, match="line 1 is no result"), opened(path, "receipt"):
        pass
    assert path.read_bytes() == content
    assert failed_path(path).read_text() == "precious"


def test_results_of_another_schema_are_refused(path: Path) -> None:
    write(path, source("a"))
    with pytest.raises(SettingsError, match="'receipt', not 'invoice'"), opened(path, "invoice"):
        pass
    with opened(path, None) as results:
        assert results.has(source("a"))


def test_one_process_at_a_time(path: Path) -> None:
    code = (
        "import sys, pathlib; from docai.results import opened\n"
        f"with opened(pathlib.Path({str(path)!r}), None):\n"
        "    print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(SettingsError, match="written by another docai batch"):
            write(path)
        other.kill()  # whoever is killed holds no lock
        other.wait()
        write(path, source("a"))
    assert names(path) == ["a"]


def test_failures_are_told_anew_by_each_run(path: Path) -> None:
    with opened(path, None) as results:
        results.fail(Failure("a", "broken_file", "it is torn"))
        results.fail(Failure("b\n", "timed_out", "too slow", job_id="job_1"))
        lines = failed_path(path).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"name": "a", "code": "broken_file", "message": "it is torn"},
        {"name": "b\n", "code": "timed_out", "message": "too slow", "job_id": "job_1"},
    ]
    write(path)
    assert not failed_path(path).exists()


def test_a_full_disk_is_told_and_costs_one_line(path: Path) -> None:
    write(path, source("a"))
    whole = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 50, hard))
        with pytest.raises(SettingsError, match=r"results\.jsonl cannot be written"):
            write(path, source("b"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.stat().st_size == len(whole) + 50
    write(path, source("c"))
    assert names(path) == ["a", "c"]


def test_folders_are_made_and_what_cannot_be_is_told(tmp_path: Path) -> None:
    write(tmp_path / "new" / "results.jsonl", source("a"))
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        write(tmp_path / "file" / "results.jsonl")
