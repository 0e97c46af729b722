"""Archives that nobody vouches for: what is in them, what is refused, and what it costs."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from zip_writer import PDF, Member, deflated, packed, quoted_overlap, zeros, zipped

from docai import archive as archives
from docai.archive import Archive, ArchiveLimits, Entry
from docai.errors import (
    ArchiveError,
    ArchiveTooLarge,
    BrokenArchive,
    BrokenFile,
    EmptyArchive,
    EmptyFile,
    EncryptedArchive,
    EncryptedFile,
    LimitExceeded,
    LoadError,
    UnreadableArchive,
    UnsupportedFormat,
)

LIMITS = ArchiveLimits(max_files=50, max_file_bytes=20_000_000, max_total_bytes=100_000_000)


def opened(data: bytes, limits: ArchiveLimits = LIMITS) -> Archive:
    return Archive(io.BytesIO(data), limits)


def outcome(archive: Archive, entry: Entry) -> bytes | type[LoadError]:
    """Return the bytes of a document, or the kind of its refusal."""
    found = archive.read(entry)
    return type(found) if isinstance(found, LoadError) else found


def outcomes(data: bytes, limits: ArchiveLimits = LIMITS) -> list[bytes | type[LoadError]]:
    archive = opened(data, limits)
    return [outcome(archive, entry) for entry in archive.entries]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_documents_come_in_order_with_their_bytes() -> None:
    data = packed(("b.pdf", PDF), ("a/ä 中.pdf", b"%PDF-2"), ("b.pdf", b"%PDF-3"))
    archive = opened(data)
    assert [(e.position, e.name, e.size_bytes) for e in archive.entries] == [
        (1, "b.pdf", len(PDF)),
        (2, "a/ä 中.pdf", 6),
        (3, "b.pdf", 6),
    ]
    assert [outcome(archive, entry) for entry in archive.entries] == [PDF, b"%PDF-2", b"%PDF-3"]


def test_what_systems_leave_behind_is_passed_over() -> None:
    names = ["__MACOSX/a.pdf", "x/.DS_Store", ".hidden/a.pdf", "x/.d/a.pdf", "x/Thumbs.db"]
    archive = opened(packed(("x/", b""), *((name, PDF) for name in [*names, "x/a.pdf"])))
    assert [(e.position, e.name) for e in archive.entries] == [(1, "x/a.pdf")]


def test_folders_are_told_by_their_attributes_too() -> None:
    members = [
        Member(b"unix", b"", mode=0o040755),
        Member(b"dos", b"", attributes=0x10),
        Member(b"windows\\", b""),
        Member(b"no folder.pdf", PDF, attributes=0x10),
    ]
    assert [entry.name for entry in opened(zipped(*members)).entries] == ["no folder.pdf"]


@pytest.mark.parametrize(
    ("written", "flags", "shown"),
    [
        (b"..\\..\\etc\\passwd", 0, "../../etc/passwd"),
        (b"/etc/passwd", 0, "/etc/passwd"),
        (b"C:\\a.pdf", 0, "C:/a.pdf"),
        (b"./a.pdf", 0, "./a.pdf"),
        ("größe.pdf".encode("cp437"), 0, "größe.pdf"),
        ("größe.pdf".encode(), 0, "größe.pdf"),  # many programs do not say that it is UTF-8
        ("größe.pdf".encode(), 0x800, "größe.pdf"),
        (b"a\x1b[31m\n.pdf", 0, "a [31m .pdf"),
        (b"a\0.pdf", 0, "a .pdf"),
        ("\u202eflp.pdf".encode(), 0x800, "flp.pdf"),
        (b" ", 0, "document"),
    ],
)
def test_names_are_text_to_show(written: bytes, flags: int, shown: str) -> None:
    (entry,) = opened(zipped(Member(written, flags=flags))).entries
    assert entry.name == shown


@pytest.mark.parametrize(
    ("member", "error"),
    [
        (Member(b"empty.pdf", b""), EmptyFile),
        (Member(b"link.pdf", b"/etc/passwd", mode=0o120777), UnsupportedFormat),
        (Member(b"pipe.pdf", mode=0o010644), UnsupportedFormat),
        (Member(b"secret.pdf", flags=0x1), EncryptedFile),
        (Member(b"secret.pdf", flags=0x41), EncryptedFile),
        (Member(b"bzip2.pdf", method=12), UnsupportedFormat),
        (Member(b"lzma.pdf", method=14), UnsupportedFormat),
        (Member(b"aes.pdf", method=99, flags=1), EncryptedFile),
        (Member(b"patch.pdf", flags=0x20), UnsupportedFormat),
        (Member(b"crc.pdf", claims_crc=1), BrokenFile),
        (Member(b"deflate.pdf", packed=b"\xff" * 20, method=8), BrokenFile),
        (Member(b"cut.pdf", packed=deflated(PDF)[:-9], method=8), BrokenFile),
        (Member(b"more.pdf", PDF * 2, deflated(PDF * 2), 8, claims_bytes=len(PDF)), BrokenFile),
        (Member(b"less.pdf", claims_bytes=len(PDF) + 1), BrokenFile),
        (Member(b"large.pdf", bytes(20_000_001)), LimitExceeded),
        (Member(b"lie.pdf", b"", zeros(1), 8, claims_bytes=2_000_000), BrokenFile),
    ],
    ids=lambda value: value.name.decode() if isinstance(value, Member) else "",
)
def test_one_bad_entry_is_one_refused_document(member: Member, error: type[LoadError]) -> None:
    good = Member(b"good.pdf")
    assert outcomes(zipped(good, member, good)) == [PDF, error, PDF]


@pytest.mark.parametrize("method", [12, 14])
def test_a_method_that_cannot_be_bounded_is_named(method: int) -> None:
    (entry,) = opened(zipped(Member(b"a.pdf", method=method))).entries
    assert f"by method {method};" in str(entry.refusal)


def test_a_claim_that_cannot_be_is_known_before_anything_is_read() -> None:
    (entry,) = opened(zipped(Member(b"a", b"", zeros(1), 8, claims_bytes=2_000_000))).entries
    assert isinstance(entry.refusal, BrokenFile)


def test_nothing_is_read_that_a_header_shows_to_be_too_large() -> None:
    ten_gigabytes = Member(b"zeros.pdf", b"", zeros(10_000), 8, claims_bytes=10**10)
    started_s = time.monotonic()
    assert outcomes(zipped(Member(b"a.pdf"), ten_gigabytes)) == [PDF, LimitExceeded]
    assert time.monotonic() - started_s < 2


def test_a_header_that_lies_about_ten_gigabytes_gets_no_more_than_it_claims() -> None:
    honest = Member(b"a.pdf")
    liar = Member(b"zeros.pdf", b"", zeros(10_000), 8, claims_bytes=9_000_000)
    data = zipped(honest, liar)
    tracemalloc.start()
    started_s = time.monotonic()
    try:
        archive = opened(data)
        length = 0
        with pytest.raises(BrokenFile):
            for piece in archive.pieces(archive.entries[1]):
                length += len(piece)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length <= 9_000_000
    assert peak_bytes < 10 * archives.PIECE_BYTES
    assert time.monotonic() - started_s < 5


def test_a_reader_that_delivers_more_than_was_claimed_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = opened(zipped(Member(b"a.pdf", claims_bytes=9)))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: endless)
    endless = io.BytesIO(bytes(5_000_000))
    with pytest.raises(BrokenFile, match="9 bytes it claims"):
        list(archive.pieces(archive.entries[0]))
    assert endless.closed
    endless = io.BytesIO(bytes(5_000_000))
    endless.close = lambda: None  # type: ignore[method-assign]
    with pytest.raises(BrokenFile):
        next(archive.pieces(archive.entries[0]))
    assert endless.tell() == archives.PIECE_BYTES


def test_a_bitmap_of_a_short_receipt_is_no_bomb() -> None:
    page, file = Image.new("RGB", (2480, 3508), "white"), io.BytesIO()
    for number, line in enumerate(("KEDAI PAPAN YEW CHUAN", "25/12/2018 12:13", "TOTAL RM 9.00")):
        font = ImageFont.load_default(40)
        ImageDraw.Draw(page).text((200, 100 + 55 * number), line, fill="black", font=font)
    page.save(file, "BMP")
    bitmap = file.getvalue()
    assert len(bitmap) / len(deflated(bitmap)) > 500
    limits = ArchiveLimits(1, len(bitmap), len(bitmap))
    assert outcomes(packed(("page.bmp", bitmap)), limits) == [bitmap]


def test_the_best_that_deflate_can_do_is_no_lie() -> None:
    for length in (1, 258, 10**4, 10**7):
        content = bytes(length)
        assert outcomes(zipped(Member(b"zeros", content, deflated(content), 8))) == [content]


def test_archives_inside_are_not_opened() -> None:
    inner = packed(*((f"{number}.zip", packed(("a", bytes(10**6)))) for number in range(16)))
    data = packed(*((f"{number}.zip", inner) for number in range(16)))
    assert outcomes(data) == [inner] * 16


def test_overlapping_files_are_refused() -> None:
    bomb, members = quoted_overlap(200)
    assert members[0].packed is not None
    assert zlib.decompress(members[0].packed, -15) == members[0].content
    assert sum(len(member.content) for member in members) > 3_000 * len(bomb)
    with pytest.raises(BrokenArchive, match="overlap"):
        opened(bomb, ArchiveLimits(5_000, 10**8, 10**10))


def test_entries_that_are_the_same_bytes_are_refused() -> None:
    with pytest.raises(BrokenArchive, match="overlap"):
        opened(zipped(Member(b"a.pdf"), Member(b"a.pdf", at=0)))


def test_an_entry_that_reaches_into_the_list_is_refused() -> None:
    with pytest.raises(BrokenArchive, match="list"):
        opened(zipped(Member(b"a.pdf", at=0)))


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", BrokenArchive, "no zip file"),
        (b"PK\x03\x04" + bytes(100), BrokenArchive, "no zip file"),
        (zipped(Member(b"\xff\xfe.pdf", flags=0x800)), BrokenArchive, "list of entries"),
        (zipped(), EmptyArchive, "no document"),
        (packed(("folder/", b""), (".DS_Store", b"x")), EmptyArchive, "no document"),
        (zipped(Member(b"a", flags=1), Member(b"b", flags=1)), EncryptedArchive, "password"),
    ],
)
def test_an_archive_as_a_whole_is_refused(
    data: bytes, error: type[ArchiveError], says: str
) -> None:
    with pytest.raises(error, match=says):
        opened(data)


def test_limits_are_what_is_still_allowed() -> None:
    data = packed(*((f"{number}.pdf", PDF) for number in range(5)), (".hidden", PDF))
    assert outcomes(data, ArchiveLimits(5, len(PDF), 5 * len(PDF))) == [PDF] * 5
    with pytest.raises(ArchiveTooLarge, match="5 documents; at most 4"):
        opened(data, ArchiveLimits(4, len(PDF), 5 * len(PDF)))
    with pytest.raises(ArchiveTooLarge, match=r"1,325 bytes; at most 1,324"):
        opened(data, ArchiveLimits(5, len(PDF), 5 * len(PDF) - 1))
    # What is refused for itself does not count.
    assert outcomes(data, ArchiveLimits(5, len(PDF) - 1, 1)) == [LimitExceeded] * 5


@pytest.mark.parametrize("num_entries", [22_000, 200_000])
def test_a_long_list_of_entries_costs_little(num_entries: int) -> None:
    whole = zipped(Member(b""))
    at = whole.index(b"PK\x01\x02")
    end = struct.pack("<HHHHLLH", 0, 0, 0, 0, 46 * num_entries, at, 0)
    data = whole[:at] + whole[at : at + 46] * num_entries + b"PK\x05\x06" + end
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match=r"overlap|list of the archive's entries takes"):
            opened(data)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 15_000_000


class Failing(io.BytesIO):
    """A file on a disk that fails from some read on."""

    reads_left = 10**6

    def read(self, size: int | None = -1) -> bytes:
        self.reads_left -= 1
        if self.reads_left < 0:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_says_nothing_of_the_archive() -> None:
    file = Failing(packed(("a.pdf", PDF)))
    file.reads_left = 0
    with pytest.raises(UnreadableArchive, match="Input/output error"):
        Archive(file, LIMITS)
    file.reads_left = 10**6
    archive = Archive(file, LIMITS)
    file.reads_left = 0
    with pytest.raises(UnreadableArchive):
        archive.read(archive.entries[0])


def test_a_file_is_opened_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a.pdf", PDF)))
    with archives.opened(path, LIMITS) as archive:  # the tests fail where a file stays open
        assert archive.read(archive.entries[0]) == PDF
    path.write_bytes(zipped())  # 22 bytes: to look for more than that is an error of the system's
    with pytest.raises(EmptyArchive), archives.opened(path, LIMITS):
        pass
    missing = tmp_path / "missing.zip"
    for wrong, says in ((missing, "there is no such file"), (tmp_path, "Is a directory")):
        with pytest.raises(LoadError, match=says), archives.opened(wrong, LIMITS):
            pass


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/\\", exclude_categories=["Cs"]), max_size=30
).map("f".__add__)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(
    st.lists(st.tuples(NAMES, st.binary(min_size=1, max_size=5_000)), min_size=1, max_size=8),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_every_document_comes_once_with_its_bytes(
    contents: list[tuple[str, bytes]], method: int
) -> None:
    data = packed(*contents, method=method)
    assert outcomes(data) == [content for _, content in contents]
    assert [entry.position for entry in opened(data).entries] == [*range(1, len(contents) + 1)]


@given(st.data())
def test_an_archive_that_was_cut_off_is_refused(chosen: st.DataObject) -> None:
    data = packed(("a.pdf", PDF), ("b.pdf", bytes(1_000)))
    with pytest.raises(BrokenArchive):
        opened(data[: chosen.draw(st.integers(0, len(data) - 1))])


@settings(max_examples=200)
@given(st.data())
def test_damage_is_always_told_as_such(chosen: st.DataObject) -> None:
    contents = [PDF[:40], bytes(3_000), PDF[:40] * 3]  # little beside the headers
    data = bytearray(packed(*((f"{number}.pdf", one) for number, one in enumerate(contents))))
    for _ in range(chosen.draw(st.integers(1, 6))):
        data[chosen.draw(st.integers(0, len(data) - 1))] = chosen.draw(st.integers(0, 255))
    try:
        found = outcomes(bytes(data))
    except ArchiveError:
        return
    for one in found:
        assert isinstance(one, type) or one in contents
