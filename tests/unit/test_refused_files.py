"""Uploads of many files, of which some are refused for themselves."""

import hashlib
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_receive import PDF, ZIP, Shelf, file, form_body, received, refused

from api.uploads import PartInfo, UploadLimits
from docai.errors import EmptyFile, LimitExceeded, LoadError, UnsupportedFormat

LIMITS = UploadLimits(10_000, 500_000, max_files=20, accepts_zip=True, keeps_refused=True)
KINDS: dict[bytes, type[LoadError] | None] = {
    PDF + b"good": None,
    ZIP: None,
    b"": EmptyFile,
    b"text": UnsupportedFormat,
    b"text" + bytes(6_000): UnsupportedFormat,
    b"text" + bytes(30_000): UnsupportedFormat,
    PDF + bytes(30_000): LimitExceeded,
    PDF + bytes(3_000) + b"1" * 7_000: LimitExceeded,
}


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=8),
    st.sets(st.integers(0, 60_000), max_size=10),
)
def test_a_refused_file_leaves_the_others_alone(contents: list[bytes], at: set[int]) -> None:
    body = form_body([file("file", content) for content in contents])
    edges = [0, *sorted(cut for cut in at if cut < len(body)), len(body)]
    shelf = Shelf()
    form = received([body[a:b] for a, b in itertools.pairwise(edges)], LIMITS, shelf)
    assert len(form.files) == len(contents)
    for number, (one, content) in enumerate(zip(form.files, contents, strict=True), start=1):
        kind = KINDS[content]
        assert (type(one.refusal) if one.refusal else None) is kind
        assert (one.size_bytes, one.part.position) == (len(content), number)
        assert one.sha256 == hashlib.sha256(content).hexdigest()
        assert (one.part.format is None) == (kind is not None)
        assert (one.part in shelf.kept) == (kind is None)
        assert one.part.file_name == "a.pdf"
    assert [shelf.kept[one.part] for one in form.files if not one.refusal] == [
        content for content in contents if KINDS[content] is None
    ]
    begun = [event for event in shelf.events if event.startswith("open")]
    ended = [event for event in shelf.events if event.startswith(("commit", "abort"))]
    assert [event.split()[1] for event in begun] == [event.split()[1] for event in ended]


def test_a_large_file_is_dropped_at_once_and_only_counted_further() -> None:
    shelf = Shelf()
    chunks = [form_body([file("file", PDF + bytes(400_000))])]
    cut = [chunks[0][start : start + 5_000] for start in range(0, len(chunks[0]), 5_000)]
    (one,) = received(cut, LIMITS, shelf).files
    assert one.size_bytes == len(PDF) + 400_000
    assert shelf.events == ["open 1", "write", "abort 1"]


def test_who_opens_a_file_may_refuse_it() -> None:
    class Picky(Shelf):
        def open(self, part: PartInfo):  # type: ignore[no-untyped-def]
            if part.position == 2:
                raise UnsupportedFormat("one is enough")
            return super().open(part)

    body = form_body([file("file", PDF)] * 3)
    form = received(body, LIMITS, Picky())
    assert [str(one.refusal or "") for one in form.files] == ["", "one is enough", ""]
    with pytest.raises(UnsupportedFormat):
        received(body, replace(LIMITS, keeps_refused=False), Picky())


def test_too_much_in_all_refuses_everything() -> None:
    shelf = Shelf()
    contents = [PDF, b"text" + bytes(300_000), b"text" + bytes(300_000)]
    problem = refused(form_body([file("file", one) for one in contents]), LIMITS, shelf)
    assert (problem.code, shelf.kept) == ("payload_too_large", {})
