"""Zip archives: every member is a document or a failure, whatever its author had in mind."""

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai import archive
from docai.errors import BrokenFile, EncryptedFile, LimitExceeded, LoadError, UnsupportedFormat
from docai.sources import Source

MAX_BYTES = 1_000_000
ENCRYPTED_FLAG = 0x1


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, content in members:
            opened.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def read(path: Path, content: bytes) -> list[Source | archive.Unreadable]:
    path.write_bytes(content)
    return list(archive.documents(path, "z.zip", MAX_BYTES))


def only(path: Path, content: bytes) -> Source | archive.Unreadable:
    (found,) = read(path, content)
    return found


def patched(content: bytes, *, local: int, central: int, with_: bytes) -> bytes:
    """Return an archive of one member with some bytes of both its headers replaced."""
    start = content.rindex(b"PK\x01\x02")
    changed = bytearray(content)
    changed[local : local + len(with_)] = with_
    changed[start + central : start + central + len(with_)] = with_
    return bytes(changed)


def error_of(found: Source | archive.Unreadable) -> LoadError:
    assert isinstance(found, archive.Unreadable)
    return found.error


def test_documents_come_with_their_content_and_the_archives_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    found = read(path, packed(("b/one.png", b"1"), ("two.PDF", b"2"), ("notes.txt", b"3")))
    assert found == [
        Source("z.zip/b/one.png", content=b"1"),
        Source("z.zip/two.PDF", content=b"2"),
    ]
    assert archive.contents(path) == archive.Contents(2, ("notes.txt",))


def test_hidden_members_and_folders_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    content = packed((".a.png", b"1"), ("__MACOSX/b.png", b"2"), ("c/", b""), ("c/.d/e.png", b"3"))
    assert read(path, content) == []
    assert archive.contents(path) == archive.Contents(0, ())


@pytest.mark.parametrize("name", ["../../a.png", "/etc/a.png", "C:\\a.png", "a\n\x1b[2J.png"])
def test_a_name_is_only_shown(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    found = only(tmp_path / "in" / "a.zip", packed((name, b"1")))
    assert found == Source(f"z.zip/{name}", content=b"1")
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_two_documents(tmp_path: Path) -> None:
    found = read(tmp_path / "a.zip", packed(("a.png", b"1"), ("a.png", b"2"), ("a.png", b"1")))
    assert found == [
        Source("z.zip/a.png", content=b"1"),
        Source("z.zip/a.png#2", content=b"2"),
        Source("z.zip/a.png#3", content=b"1"),
    ]


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    flags = struct.pack("<H", ENCRYPTED_FLAG)
    content = patched(packed(("a.png", b"1")), local=6, central=8, with_=flags)
    assert isinstance(error_of(only(tmp_path / "a.zip", content)), EncryptedFile)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(tmp_path: Path, method: int) -> None:
    error = error_of(only(tmp_path / "a.zip", packed(("a.png", b"1"), method=method)))
    assert isinstance(error, UnsupportedFormat)
    assert f"method {method}" in str(error)


def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        with opened.open("bomb.png", "w") as bomb:
            for _ in range(300):
                bomb.write(bytes(1_000_000))
        opened.writestr("good.png", b"1")
    assert path.stat().st_size < 500_000
    tracemalloc.start()
    found = list(archive.documents(path, "z.zip", MAX_BYTES))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(error_of(found[0]), LimitExceeded)
    assert found[1] == Source("z.zip/good.png", content=b"1")
    assert peak_bytes < 8_000_000


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    """The header says 10 bytes, and the content is larger than allowed."""
    content = packed(("a.png", bytes(2_000_000)))
    lie = patched(content, local=22, central=24, with_=struct.pack("<I", 10))
    error = error_of(only(tmp_path / "a.zip", lie))
    assert isinstance(error, BrokenFile | LimitExceeded)
    lie = patched(content, local=22, central=24, with_=struct.pack("<I", 0xFFFFFFF0))
    assert isinstance(error_of(only(tmp_path / "a.zip", lie)), LimitExceeded)


@pytest.mark.parametrize("size_bytes", [MAX_BYTES, MAX_BYTES + 1])
def test_the_limit_is_kept_to_the_byte(tmp_path: Path, size_bytes: int) -> None:
    found = only(tmp_path / "a.zip", packed(("a.png", bytes(size_bytes))))
    assert isinstance(found, Source) == (size_bytes == MAX_BYTES)


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    content = bytearray(packed(("a.png", b"A" * 99), ("b.png", b"B"), method=zipfile.ZIP_STORED))
    content[content.index(b"A" * 99) + 5] = 0
    first, second = read(tmp_path / "a.zip", bytes(content))
    assert isinstance(error_of(first), BrokenFile)
    assert "CRC" in str(error_of(first))
    assert second == Source("z.zip/b.png", content=b"B")


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="no whole zip archive"):
        read(tmp_path / "a.zip", b"%PDF-1.7")
    with pytest.raises(BrokenFile, match="no whole zip archive"):
        read(tmp_path / "a.zip", packed(("a.png", b"1"))[:-30])
    with pytest.raises(LoadError, match="there is no such file"):
        archive.contents(tmp_path / "missing.zip")


@settings(max_examples=200)
@given(data=st.data())
def test_no_damage_raises_anything_but_load_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = bytearray(packed(("a.png", b"A" * 500), ("b.png", zlib.compress(b"B" * 99))))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    try:
        found = read(path, bytes(good))
    except LoadError:
        return
    assert all(len(one.content or b"") <= MAX_BYTES for one in found if isinstance(one, Source))


def test_an_archive_is_read_without_the_engines() -> None:
    code = "import docai.archive, sys; assert not {'numpy', 'pydantic'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
