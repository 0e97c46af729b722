"""Archives become jobs: each document once, with its bytes, at little cost."""

import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from archives import (
    Killed,
    archive,
    check_whole,
    claimed,
    found,
    killing,
    pdfs,
    rows,
    steps,
    submitted,
    unpacked,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zip_writer import PDF, Member, packed, zipped

from workers import store as keys
from workers import unpack
from workers.batch_jobs import job_id_at
from workers.connections import Connections
from workers.errors import StoreUnavailable
from workers.ledger import put_back
from workers.store import Store
from workers.tables import BatchStatus, Status, StepState


def test_every_document_becomes_a_job(connections: Connections) -> None:
    contents = [*pdfs(3), b"\x89PNG\r\n\x1a\n" + bytes(3_000_000)]
    view = unpacked(connections, archive(*contents), key_id="key", external_id="march")
    check_whole(connections, view.batch.id, contents)
    assert connections.queues.lengths()["rasterize"] == 1 + len(contents)
    for job, content in zip(rows(connections, view.batch.id), contents, strict=True):
        assert (job.size_bytes, job.key_id, job.schema_name) == (len(content), "key", "receipt")
        assert job.format == ("png" if content.startswith(b"\x89") else "pdf")
    assert steps(connections)[view.batch.id] is StepState.DONE


def test_bad_entries_are_failed_documents_in_their_place(connections: Connections) -> None:
    contents = {"../../a.pdf": PDF, "b": b"", "c.txt": b"hello", "inner.zip": archive(b"x")}
    view = unpacked(connections, packed(*contents.items(), ("x" * 300 + ".pdf", PDF)))
    assert view.failures is not None
    assert [(one.position, one.name, one.code) for one in view.failures] == [
        (2, "b", "empty_file"),
        (3, "c.txt", "unsupported_format"),
        (4, "inner.zip", "unsupported_format"),
    ]
    assert "a zip archive; unpack it" in view.failures[2].detail
    first, *_, last = rows(connections, view.batch.id)
    assert first.name == "../../a.pdf"
    assert last.name is not None
    assert last.name == "…" + "x" * 195 + ".pdf" and len(last.name) == 200
    assert len(connections.store.folders("jobs")) == 2


def test_of_a_document_that_breaks_off_nothing_stays(connections: Connections) -> None:
    large = PDF + bytes(2_000_000) + b"damaged"  # found out at its end
    data = packed(("a.pdf", large), ("b.pdf", PDF), method=zipfile.ZIP_STORED)
    view = unpacked(connections, data.replace(b"damaged", b"DAMAGED"))
    assert view.failures is not None
    assert [(one.position, one.code) for one in view.failures] == [(1, "broken_file")]
    assert connections.store.folders("jobs") == [rows(connections, view.batch.id)[1].id]


def test_a_batch_with_nothing_to_do_ends_at_once(connections: Connections) -> None:
    view = unpacked(connections, archive(b"text"), webhook_url="https://example.com")
    assert view.batch.status is BatchStatus.FINISHED
    assert connections.queues.lengths()["deliver"] == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "broken_archive"),
        (archive(*pdfs(3))[:-30], "broken_archive"),
        (archive(*pdfs(6)), "archive_too_large"),
        (archive(PDF + bytes(1_000), PDF + bytes(1_000)), "archive_too_large"),
        (packed(("folder/", b"")), "empty_archive"),
        (zipped(Member(b"a.pdf", flags=1)), "encrypted_archive"),
    ],
)
def test_a_refused_archive_has_no_jobs(connections: Connections, data: bytes, code: str) -> None:
    limits = {"max_batch_files": 5, "max_batch_bytes": 2_000}
    strict = replace(connections, settings=connections.settings.model_copy(update=limits))
    view = unpacked(strict, data, webhook_url="https://example.com")
    assert (view.batch.status, view.batch.error_code) == (BatchStatus.FAILED, code)
    assert view.batch.error_detail
    assert rows(connections, view.batch.id) == []
    assert connections.store.folders("jobs") == connections.store.folders("batches") == []
    assert connections.queues.lengths()["deliver"] == 1
    unpack_steps = [one for one in steps(connections) if one == view.batch.id]
    assert unpack_steps == [view.batch.id]  # the delivery alone


class Gone(BytesIO):
    """A blob in a store that has gone away."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_store_that_fails_says_nothing_of_the_archive(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = submitted(connections, archive(PDF))
    held = claimed(connections, batch_id)
    real = Store.open

    def gone_after_opening(store: Store, key: str) -> Any:
        return Gone(real(store, key).read())

    with monkeypatch.context() as failing:
        failing.setattr(Store, "open", gone_after_opening)
        with pytest.raises(StoreUnavailable, match="Input/output error"):
            unpack.unpack(connections, held)
    put_back(connections, held, "storage_error", "away", counts=False)
    unpack.unpack(connections, claimed(connections, batch_id))
    check_whole(connections, batch_id, [PDF])


def test_ids_follow_from_batch_and_position() -> None:
    one, other = f"batch_{'0' * 32}", f"batch_{'0' * 31}1"
    ids = [job_id_at(batch, position) for batch in (one, other) for position in range(1, 100)]
    assert len(set(ids)) == len(ids)
    assert ids[0] == job_id_at(one, 1)
    assert all(len(job_id) == 36 and job_id.startswith("job_") for job_id in ids)


KINDS = {
    "good": st.binary(max_size=3_000).map(PDF.__add__),
    "empty_file": st.just(b""),
    "unsupported_format": st.binary(min_size=1, max_size=50)
    .filter(lambda content: b"%PDF-" not in content)
    .map(b"text ".__add__),
}
DOCUMENTS = st.lists(
    st.one_of(*(st.tuples(st.just(kind), made) for kind, made in KINDS.items())),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, st.lists(st.integers(1, 8), max_size=2))
def test_every_document_lands_once(
    connections: Connections, documents: list[tuple[str, bytes]], kills: list[int]
) -> None:
    batch_id = submitted(connections, archive(*(content for _, content in documents)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(unpack, "CHUNK_FILES", 2)
        for number in kills:
            held = claimed(connections, batch_id)
            with patched.context() as deadly:
                killing(deadly, unpack, "_unpacked", number, after=False)
                try:
                    unpack.unpack(connections, held)
                except Killed:
                    put_back(connections, held, "worker_killed", "it was killed")
                else:
                    break
        else:
            unpack.unpack(connections, claimed(connections, batch_id))
    landed = rows(connections, batch_id)
    assert [job.error_code or "good" for job in landed] == [kind for kind, _ in documents]
    for job, (kind, content) in zip(landed, documents, strict=True):
        assert connections.store.exists(keys.upload_key(job.id)) == (kind == "good")
        if kind == "good":
            assert connections.store.get(keys.upload_key(job.id)) == content


def peak_growth_bytes(work: Callable[[], None]) -> int:
    """Return by how much the memory of this process grows at most during some work."""
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    before = resident_bytes("VmRSS")
    work()
    return resident_bytes("VmHWM") - before


def resident_bytes(measure: str) -> int:
    (line,) = re.findall(rf"{measure}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(line) * 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_five_thousand_entries_cost_no_more_memory_than_a_few(connections: Connections) -> None:
    page = PDF + bytes(range(256)) * 80  # 20 kB: 100 MB in all
    growths_bytes = []
    for number in (200, 5_000):
        batch_id = submitted(connections, archive(*([page] * number)))
        held = claimed(connections, batch_id)
        growths_bytes.append(peak_growth_bytes(partial(unpack.unpack, connections, held)))
        assert found(connections, batch_id).counts[Status.QUEUED] == number
    assert growths_bytes[1] < 40_000_000, growths_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_document_costs_no_more_memory_than_a_small_one(connections: Connections) -> None:
    batch_id = submitted(connections, archive(PDF + bytes(90_000_000)))
    held = claimed(connections, batch_id)
    assert peak_growth_bytes(partial(unpack.unpack, connections, held)) < 20_000_000
    (job,) = rows(connections, batch_id)
    assert (job.status, job.size_bytes) == (Status.QUEUED, len(PDF) + 90_000_000)
