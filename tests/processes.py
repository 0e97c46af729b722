"""The processes of the service, started and killed one by one by tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from docai.batch import ONE_THREAD
from docai.document import Page
from docai.pages import picture_to_png
from workers.connections import Connections, connect
from workers.settings import ServiceSettings

PATIENCE_S = 90.0  # never needed by an idle machine
UNFINISHED = {"queued", "running"}
DOUBLED_WORKER = Path(__file__).with_name("doubled_worker.py")
CPU_QUEUES = "reconcile,vlm,ocr,rasterize"


def await_that(what: str, is_so: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait until something is so, and return what it said then."""
    deadline = time.monotonic() + patience_s
    while not (said := is_so()):
        assert time.monotonic() < deadline, f"after {patience_s:g} s not yet: {what}"
        time.sleep(0.05)
    return said


def png(page: Page) -> bytes:
    """Return a page as a file to upload."""
    return picture_to_png(page.picture)


class Processes:
    """Redis, API, worker and sweeper over one data folder."""

    def __init__(self, folder: Path, environ: Mapping[str, str], ocr_s: float, long_s: float):
        self.folder = folder
        outside = {k: v for k, v in os.environ.items() if not k.upper().startswith("DOCAI_")}
        settings = {
            "DOCAI_DATA_DIR": str(folder),
            "DOCAI_KEYS_REQUIRED": "false",
            "DOCAI_LEASE_S": "3",
            "DOCAI_SWEEP_S": "1",
            **environ,
        }
        self.environ = {**outside, **ONE_THREAD, **settings}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        python = sys.executable
        cpu = ["-Q", CPU_QUEUES, "-c", "2", "--pool", "prefork", "-n", "cpu@%h"]
        sweeper = ["-Q", "deliver,sweep", "-c", "4", "--pool", "threads", "--beat"]
        api = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        self.commands = {
            "redis": [python, "-m", "workers.redis_server"],
            "api": [python, "-m", "uvicorn", "api.app:app", *api],
            "cpu": [python, str(DOUBLED_WORKER), str(ocr_s), str(long_s), *cpu],
            "sweeper": [python, "-m", "workers.run", *sweeper, "-n", "sweeper@%h"],
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        self.connections: Connections = connect(
            ServiceSettings(**{k.removeprefix("DOCAI_").lower(): v for k, v in settings.items()})
        )

    def start(self, *names: str) -> None:
        """Start some processes, all of them by default, and wait until the service is ready."""
        for name in names or self.commands:
            log = (self.folder / f"{name}.log").open("ab")
            self.running[name] = subprocess.Popen(
                self.commands[name], env=self.environ, stdout=log, stderr=log, cwd=self.folder
            )
            log.close()
            if name == "redis":
                await_that("Redis answers", self._redis_answers)
        if set(self.commands) == set(self.running):
            await_that("ready", self.is_ready)

    def _redis_answers(self) -> bool:
        try:
            self.connections.queues.ping()
        except Exception:
            return False
        return True

    def is_ready(self) -> bool:
        """Tell whether every part of the service is there."""
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, *names: str) -> None:
        """Kill some processes, and with a worker its children, all at once."""
        started = [self.running.pop(name) for name in names or tuple(self.running)]
        victims = []
        for one in started:
            process = psutil.Process(one.pid)
            victims += [process, *process.children(recursive=True)]
        for victim in victims:
            victim.send_signal(signal.SIGSTOP)  # nobody learns of another's death
        for victim in victims:
            victim.kill()
        for one in started:
            one.wait(10)
        psutil.wait_procs(victims, timeout=10)

    def worker_children(self) -> list[psutil.Process]:
        """Return the processes of the CPU worker that do the work."""
        children: list[psutil.Process] = psutil.Process(self.running["cpu"].pid).children()
        return children

    def wipe_redis(self) -> None:
        """Kill Redis and what it had written."""
        self.kill("redis")
        for path in self.folder.rglob("*aof*"):
            if path.is_file():
                path.unlink()

    def submit(self, content: bytes, **fields: str) -> str:
        """Upload a document and return the id of its job."""
        answer = self.http.post("/v1/jobs", files={"file": ("a.png", content)}, data=fields)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the status of a job."""
        answer = self.http.get(f"/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def all_jobs(self) -> list[dict[str, Any]]:
        """Return the status of every job."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            wanted = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = self.http.get("/v1/jobs", params=wanted).raise_for_status().json()
            found += page["jobs"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def await_end(self, job_ids: Iterable[str], patience_s: float = PATIENCE_S) -> list[Any]:
        """Wait until jobs have ended; return their statuses."""

        def ended() -> list[dict[str, Any]]:
            found = [self.job(job_id) for job_id in job_ids]
            return [] if any(job["status"] in UNFINISHED for job in found) else found

        ended_jobs: list[Any] = await_that("jobs have ended", ended, patience_s)
        return ended_jobs

    def logs(self) -> str:
        """Return what the processes said."""
        return "\n".join(p.read_text(errors="replace") for p in self.folder.glob("*.log"))


@contextmanager
def processes(
    folder: Path, *, ocr_s: float = 0.0, long_s: float = 3600.0, **environ: str
) -> Iterator[Processes]:
    """Start the service with doubled engines; end all of it at the end."""
    service = Processes(folder, environ, ocr_s, long_s)
    service.connections.database.upgrade()
    try:
        service.start()
        yield service
    finally:
        service.kill()
        service.http.close()
        service.connections.close()
