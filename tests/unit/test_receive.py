import asyncio
import errno
import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from api.problems import Problem
from api.uploads import Form, PartInfo, UploadLimits, receive
from docai.errors import DocaiError, UnsupportedFormat

PDF = b"%PDF-1.7\n"
ZIP = b"PK\x03\x04" + bytes(30)
LIMITS = UploadLimits(1_000_000, 3_000_000, max_files=5)


class Shelf:
    """Keeps files in memory, and what happened to them."""

    def __init__(self) -> None:
        self.kept: dict[PartInfo, bytes] = {}
        self.events: list[str] = []
        self.largest_write = 0
        self.on: dict[str, Callable[[], object]] = {}
        self.was_left = threading.Event()

    @contextmanager
    def open(self, part: PartInfo) -> Iterator["Shelf"]:
        self._note(f"open {part.position}")
        self.content = bytearray()
        try:
            yield self
        except BaseException:
            self._note(f"abort {part.position}")
            self.was_left.set()
            raise
        self._note(f"commit {part.position}")
        self.kept[part] = bytes(self.content)

    def write(self, data: bytes) -> None:
        self._note("write")
        self.content += data
        self.largest_write = max(self.largest_write, len(data))

    def erase(self, part: PartInfo) -> None:
        self._note(f"erase {part.position}")
        self.kept.pop(part, None)

    def _note(self, event: str) -> None:
        self.events.append(event)
        self.on.get(event.split()[0], lambda: None)()


def form_body(
    parts: list[tuple[str, bytes]], boundary: bytes = b"x", end: bytes = b"--\r\n"
) -> bytes:
    """Encode parts, each a Content-Disposition and a content."""
    encoded = [
        b"--%b\r\nContent-Disposition: %b\r\n\r\n%b\r\n" % (boundary, header.encode(), content)
        for header, content in parts
    ]
    return b"".join(encoded) + b"--" + boundary + end


def field(name: str, content: bytes) -> tuple[str, bytes]:
    return f'form-data; name="{name}"', content


def file(name: str, content: bytes, file_name: str = "a.pdf") -> tuple[str, bytes]:
    return f'form-data; name="{name}"; filename="{file_name}"', content


def request_of(
    chunks: list[bytes], content_type: str, *, hangs_up: bool = False, length: int | None = None
) -> Request:
    headers = [(b"content-type", content_type.encode("latin-1"))]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    messages.append(
        {"type": "http.disconnect"}
        if hangs_up
        else {"type": "http.request", "body": b"", "more_body": False}
    )
    waiting = iter(messages)

    async def receive_message() -> dict[str, Any]:
        return next(waiting)

    return Request({"type": "http", "method": "POST", "headers": headers}, receive_message)


def received(
    chunks: list[bytes] | bytes,
    limits: UploadLimits = LIMITS,
    shelf: Shelf | None = None,
    content_type: str = "multipart/form-data; boundary=x",
    **options: Any,
) -> Form:
    shelf = shelf or Shelf()
    chunks = [chunks] if isinstance(chunks, bytes) else chunks
    request = request_of(chunks, content_type, **options)
    return asyncio.run(receive(request, shelf.open, limits, erase_file=shelf.erase))


def refused(*args: Any, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        received(*args, **options)
    return caught.value


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=20).map(bytes.hex)),
    st.lists(st.tuples(st.sampled_from(["file", "other"]), st.integers(0, 10_000)), max_size=5),
    st.sets(st.integers(0, 10_000), max_size=10),
)
def test_any_form_is_received_as_it_was_sent(
    fields: dict[str, str], files: list[tuple[str, int]], at: set[int]
) -> None:
    sent = [(name, PDF + bytes(size)) for name, size in files]
    body = form_body(
        [file(name, content) for name, content in sent]
        + [field(name, text.encode()) for name, text in fields.items()]
    )
    shelf = Shelf()
    edges = [0, *sorted(at), len(body)]
    form = received([body[start:end] for start, end in itertools.pairwise(edges)], shelf=shelf)
    assert form.fields == fields
    assert [(one.part.name, one.size_bytes, one.sha256, one.head) for one in form.files] == [
        (name, len(content), hashlib.sha256(content).hexdigest(), content[:4096])
        for name, content in sent
    ]
    assert [one.part.position for one in form.files] == list(range(1, len(files) + 1))
    assert [shelf.kept[one.part] for one in form.files] == [content for _, content in sent]


# ---- what is a file, what is a field


def test_a_part_called_file_needs_no_file_name() -> None:
    form = received(form_body([field("file", PDF), field("external_id", b"7")]))
    assert form.fields == {"external_id": "7"}
    assert form.files[0].part == PartInfo("file", "document", "pdf", 1)


def test_a_schema_may_be_sent_as_a_file() -> None:
    form = received(form_body([file("schema", b'{"type": "object"}', "s.json")]))
    assert form == Form({"schema": '{"type": "object"}'}, ())


def test_a_form_without_parts_is_empty() -> None:
    assert received(b"--x--\r\n") == Form({}, ())


def test_a_zip_is_taken_where_it_is_asked_for() -> None:
    limits = UploadLimits(10, 1000, accepts_zip=True)
    form = received(form_body([file("file", ZIP)]), limits)
    assert form.files[0].part.format == "zip"
    with pytest.raises(UnsupportedFormat, match="zip"):
        received(form_body([file("file", ZIP)]))


def test_a_document_may_be_refused_alone() -> None:
    limits = UploadLimits(1000, 99_000, max_files=9, keeps_refused=True)
    contents = [PDF, ZIP, PDF + bytes(1000), PDF + bytes(9000), b"", PDF]
    shelf = Shelf()
    form = received(form_body([file("file", one) for one in contents]), limits, shelf)
    refusals = [type(one.refusal).__name__ for one in form.files]
    large = ["LimitExceeded"] * 2
    assert refusals == ["NoneType", "UnsupportedFormat", *large, "EmptyFile", "NoneType"]
    assert [part.position for part in shelf.kept] == [1, 6]
    assert [one.size_bytes for one in form.files] == [len(one) for one in contents]


# ---- what is refused

BIG = PDF + bytes(1_000_000 - len(PDF))


@pytest.mark.parametrize(
    ("parts", "code", "says"),
    [
        ([file("file", BIG + b"x")], "payload_too_large", "1000000"),
        ([file("file", BIG)] * 3 + [file("file", PDF)], "payload_too_large", "3000000"),
        ([field("note", b"x" * 65_537)], "payload_too_large", "65536"),
        ([field("schema", b"x" * 262_145)], "payload_too_large", "262144"),
        ([file("file", PDF)] * 6, "invalid_request", "5"),
        ([field(f"f{n}", b"") for n in range(33)], "invalid_request", "32"),
        ([field("a", b"1"), field("a", b"2")], "invalid_request", "twice"),
        ([field("a", b"\xff")], "invalid_request", "UTF-8"),
        ([file("file", b"")], "empty_file", "no bytes"),
        ([("form-data", b"")], "invalid_multipart", "name"),
        ([('attachment; name="a"', b"")], "invalid_multipart", "form-data"),
        ([('form-data; name="a', b"")], "invalid_multipart", "not well formed"),
        ([(f'form-data; name="{"a" * 5000}"', b"")], "invalid_multipart", "header size"),
        ([("form-data; name=a\r\nX: y" + "\r\nX: y" * 8, b"")], "invalid_multipart", "count"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_stays(
    parts: list[tuple[str, bytes]], code: str, says: str
) -> None:
    shelf = Shelf()
    problem = refused(form_body(parts), shelf=shelf)
    assert problem.code == code
    assert says in problem.detail
    assert shelf.kept == {}
    assert len(problem.detail) < 500


@pytest.mark.parametrize(
    "parts",
    [
        [file("file", BIG)] * 3,
        [field("note", b"x" * 65_536), field("schema", b"x" * 262_144)],
        [field(f"f{n}", b"") for n in range(32)] + [file("file", PDF)] * 5,
    ],
)
def test_what_is_just_within_the_limits_is_taken(parts: list[tuple[str, bytes]]) -> None:
    form = received(form_body(parts))
    assert len(form.fields) + len(form.files) == len(parts)


def test_a_zip_alone_may_be_larger_than_a_document() -> None:
    limits = UploadLimits(100, 10_000, max_files=2, accepts_zip=True)
    assert received(form_body([file("file", ZIP + bytes(9_900))]), limits).files
    assert refused(form_body([file("file", ZIP + bytes(9_990))]), limits).status == 413
    assert refused(form_body([file("file", PDF + bytes(100))]), limits).status == 413


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("", "unsupported_media_type"),
        ("application/pdf", "unsupported_media_type"),
        ("multipart/mixed; boundary=x", "unsupported_media_type"),
        ("multipart/form-data", "invalid_multipart"),
        ('multipart/form-data; boundary=""', "invalid_multipart"),
        ("multipart/form-data; boundary=other", "invalid_multipart"),
        (f"multipart/form-data; boundary={'x' * 257}", "invalid_multipart"),
    ],
)
def test_a_body_that_is_no_such_form_is_refused(content_type: str, code: str) -> None:
    body = form_body([file("file", PDF)])
    assert refused(body, content_type=content_type).code == code


@pytest.mark.parametrize("length", range(0, 130, 7))
def test_a_body_that_was_cut_short_leaves_nothing(length: int) -> None:
    body = form_body([file("file", PDF), file("file", PDF, "b.pdf")])
    shelf = Shelf()
    assert refused(body[:length], shelf=shelf).code == "invalid_multipart"
    assert shelf.kept == {}


def test_what_follows_the_form_has_an_end() -> None:
    body = form_body([file("file", PDF)])
    assert received([body, b"epilogue"]).files
    chunk = bytes(1_000_000)
    assert refused([body, *[chunk] * 20]).code == "payload_too_large"
    assert refused([b"\r" + chunk] * 20).code == "payload_too_large"


def test_a_body_that_announces_too_much_is_not_read() -> None:
    problem = refused(b"not looked at", length=LIMITS.max_body_bytes + 1)
    assert problem.code == "payload_too_large"


# ---- how files are stored


def test_pieces_are_large_and_few() -> None:
    body = form_body([file("file", BIG)])
    shelf = Shelf()
    received([body[at : at + 10_000] for at in range(0, len(body), 10_000)], shelf=shelf)
    assert shelf.events.count("write") <= 6
    assert shelf.largest_write <= 262_144 + 10_000


def test_a_file_is_opened_when_its_format_is_known() -> None:
    shelf = Shelf()
    head = form_body([file("file", PDF + bytes(4096))])[:-10]
    refused([head], shelf=shelf, hangs_up=True)
    assert shelf.events == ["open 1", "write", "abort 1", "erase 1"]
    shelf = Shelf()
    with pytest.raises(UnsupportedFormat):
        received([form_body([file("file", ZIP + bytes(4096))])[:-10]], shelf=shelf)
    assert shelf.events == []


def test_files_that_were_whole_are_taken_back_when_the_rest_never_comes() -> None:
    shelf = Shelf()
    body = form_body([file("file", PDF), file("file", PDF + bytes(5000))])
    assert refused([body[:-100]], shelf=shelf, hangs_up=True).code == "invalid_multipart"
    assert shelf.events[-3:] == ["erase 1", "abort 2", "erase 2"]
    assert shelf.kept == {}


@pytest.mark.parametrize("moment", ["open", "write", "commit"])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage_full"),
        (errno.EDQUOT, "storage_full"),
        (errno.EIO, "storage_unavailable"),
    ],
)
def test_a_store_that_fails_is_told(moment: str, number: int, code: str) -> None:
    def fail() -> None:
        raise OSError(number, "the disk says no")

    shelf = Shelf()
    shelf.on[moment] = fail
    problem = refused(form_body([file("file", PDF)]), shelf=shelf)
    assert (problem.code, problem.status) == (code, 503)
    assert "disk" not in problem.detail
    assert shelf.kept == {}


def test_who_opens_files_may_refuse_them() -> None:
    def refuse() -> None:
        raise Problem("invalid_request", "no such part")

    shelf = Shelf()
    shelf.on["open"] = refuse
    assert refused(form_body([file("other", PDF)]), shelf=shelf).detail == "no such part"


def test_taking_back_goes_on_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise DocaiError("cannot erase")

    shelf = Shelf()
    shelf.on["erase"] = fail
    body = form_body([file("file", PDF), file("file", PDF), file("file", b"")])
    assert refused(body, shelf=shelf).code == "empty_file"
    assert shelf.events[-2:] == ["erase 1", "erase 2"]
    assert "cannot erase" in caplog.text


def test_the_event_loop_runs_on_while_a_file_is_written() -> None:
    async def scenario() -> None:
        loop_ran = threading.Event()
        shelf = Shelf()
        shelf.on["write"] = lambda: written.append(loop_ran.wait(10))
        written: list[bool] = []
        request = request_of([form_body([file("file", PDF)])], "multipart/form-data; boundary=x")
        receiving = asyncio.create_task(
            receive(request, shelf.open, LIMITS, erase_file=shelf.erase)
        )
        while "write" not in shelf.events:
            await asyncio.sleep(0)
        loop_ran.set()
        await receiving
        assert written == [True]

    asyncio.run(scenario())


def test_a_sink_is_not_left_while_a_thread_writes_to_it() -> None:
    async def scenario() -> None:
        may_end = threading.Event()
        shelf = Shelf()

        def write_slowly() -> None:
            assert may_end.wait(10)
            time.sleep(0.05)  # so that a sink left too early is seen
            shelf.events.append("written")

        shelf.on["write"] = write_slowly
        body = form_body([file("file", PDF + bytes(5000))])
        request = request_of([body], "multipart/form-data; boundary=x")
        receiving = asyncio.create_task(
            receive(request, shelf.open, LIMITS, erase_file=shelf.erase)
        )
        while "write" not in shelf.events:
            await asyncio.sleep(0)
        receiving.cancel()
        await asyncio.sleep(0)
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await receiving
        assert shelf.events == ["open 1", "write", "written", "abort 1", "erase 1"]

    asyncio.run(scenario())
