"""A ``docai serve`` of its own for a measurement, receipts to feed it, and ways to kill it."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from PIL import Image
from rich.progress import track

from docai.vlm.builtin.synth.receipt import Style, generate

COMMAND = Path(sys.executable).with_name("docai")
UNFINISHED = {"queued", "running"}
CLIENTS = 16
PATIENCE_S = 3600.0


def receipts(folder: Path, count: int, *, narrow: bool = False) -> list[Path]:
    """Render invented receipts, each its own, and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in track(range(count), "rendering receipts", transient=True):
        path = folder / f"{number:04d}.jpg"
        if not path.exists():
            picture = Image.fromarray(generate(number, style=Style("en_US", 0.2)).picture)
            if narrow:  # a quarter of the work: where only the number of documents counts
                picture = picture.crop((0, 0, picture.width, picture.height // 4))
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=85)
            path.write_bytes(file.getvalue())
        paths.append(path)
    return paths


class Service:
    """A running ``docai serve``."""

    def __init__(self, folder: Path, num_workers: int, environ: dict[str, str]) -> None:
        self.folder, self.num_workers = folder, num_workers
        self.environ = os.environ | {"DOCAI_DATA_DIR": str(folder)} | environ
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        limits = httpx.Limits(max_connections=100)
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", timeout=120, limits=limits
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until every part is there."""
        command = [COMMAND, "serve", "--port", str(self.port), "--workers", str(self.num_workers)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)
        self.await_that("the service is ready", self.is_ready, 120)

    def stop(self) -> None:
        """Tell it to end, and wait until it has."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def is_ready(self) -> bool:
        """Tell whether every part of it is there."""
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def await_that(self, what: str, is_so: Callable[[], bool], patience_s: float) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + patience_s
        while not is_so():
            if time.monotonic() > deadline:
                said = (self.folder / "serve.log").read_text(errors="replace")[-3000:]
                raise SystemExit(f"after {patience_s:g} s not yet: {what}\n{said}")
            time.sleep(0.5)

    def parts(self) -> dict[str, list[psutil.Process]]:
        """Return its processes: supervisor, redis, api, worker, sweeper, children of the worker."""
        assert self.process is not None
        root = psutil.Process(self.process.pid)
        found: dict[str, list[psutil.Process]] = {"supervisor": [root], "child": []}
        for process in root.children():
            line = " ".join(process.cmdline())
            for part, mark in _MARKS.items():
                if re.search(mark, line):
                    found.setdefault(part, []).append(process)
        for worker in found.get("worker", []):
            found["child"] += worker.children()
        return found

    def kill(self, *names: str) -> None:
        """Kill parts of it, with everything they started, all at once."""
        victims = []
        for name in names:
            for process in self.parts()[name]:
                victims += [process, *process.children(recursive=True)]
        for victim in victims:
            victim.send_signal(signal.SIGSTOP)
        for victim in victims:
            victim.kill()
        psutil.wait_procs(victims, timeout=20)

    def upload(self, paths: Sequence[Path], **fields: str) -> list[str]:
        """Upload documents from many clients at once; return the ids of their jobs."""

        def one(path: Path) -> str:
            with path.open("rb") as file:
                answer = self.http.post("/v1/jobs", files={"file": (path.name, file)}, data=fields)
            if answer.status_code != 202:
                raise SystemExit(f"POST /v1/jobs: {answer.status_code} {answer.text}")
            return str(answer.json()["id"])

        with ThreadPoolExecutor(CLIENTS) as clients:
            return list(clients.map(one, paths))

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the status of a job."""
        return dict(self.http.get(f"/v1/jobs/{job_id}").raise_for_status().json())

    def num_unfinished(self) -> int:
        """Return how many jobs wait or run; -1 where the service does not answer."""
        try:
            text = self.http.get("/metrics").raise_for_status().text
        except httpx.HTTPError:
            return -1
        found = re.findall(r'^docai_jobs\{status="(?:queued|running)"\} (\S+)', text, re.MULTILINE)
        return int(sum(map(float, found))) if found else -1

    def await_end(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until every job has ended."""
        self.await_that("every job has ended", lambda: self.num_unfinished() == 0, patience_s)

    def memory_bytes(self, part: str) -> int:
        """Return the resident memory of the largest process of a part."""
        return max(process.memory_info().rss for process in self.parts()[part])


_MARKS = {
    "redis": r"redis-server|workers\.redis_server",
    "api": r"api|uvicorn",
    "worker": r"workers\.run.*rasterize",
    "sweeper": r"workers\.run.*sweep",
}


@contextmanager
def service(num_workers: int = 0, **environ: str) -> Iterator[Service]:
    """Run a service in a new folder, and end it."""
    with tempfile.TemporaryDirectory(prefix="docai-bench-") as folder:
        running = Service(Path(folder), num_workers or (os.cpu_count() or 1), environ)
        running.start()
        try:
            yield running
        finally:
            running.stop()
            running.http.close()
