"""A store without room: clear answers, nothing half-written, and documents that wait for room."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Processes, await_that, png, processes

from docai.testing import Order
from workers import jobs
from workers.sweep import Orphans
from workers.tables import Status

SIZE_BYTES = 2_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "docai", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def service(tmp_path: Path, small_disk: Path) -> Iterator[Processes]:
    data = tmp_path / "data"
    data.mkdir()
    with processes(data, ocr_s=1.0, DOCAI_STORE_URL=f"file://{small_disk}/store") as running:
        yield running


def fill(disk: Path) -> Path:
    path = disk / "filling"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return path


def was_retried(service: Processes, job_id: str) -> bool:
    events = jobs.events_after(service.connections, job_id, 0)
    return any(event.name == "retried" for event in events)


@pytest.mark.slow
def test_a_full_store_refuses_and_waits(service: Processes, small_disk: Path) -> None:
    document = png(Order.READ.page())
    accepted = service.submit(document)
    filling = fill(small_disk)  # while it is read: its result finds no room
    large = document + b"\0" * 500_000
    answer = service.http.post("/v1/jobs", files={"file": ("a.png", large)})
    assert answer.status_code == 503
    assert answer.json()["code"] == "storage_full"
    assert answer.headers["retry-after"]
    assert service.http.get("/readyz").status_code == 503
    await_that("a step waits for room", lambda: was_retried(service, accepted))
    assert service.job(accepted)["status"] in {Status.QUEUED, Status.RUNNING}
    filling.unlink()
    [job] = service.await_end([accepted])
    assert job["status"] == "succeeded"
    assert service.http.get(job["links"]["result"]).status_code == 200
    Orphans(patience_s=0).erase(service.connections)
    left = {p.name for p in (small_disk / "store" / "jobs").iterdir()}
    assert left == {accepted}
    assert not list(small_disk.rglob("*.part-*"))
