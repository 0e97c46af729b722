"""What must hold of the service, each as a command: ``python benchmarks/service.py --help``.

Every command starts a ``docai serve`` of its own in a temporary folder, with the real engines.
"""

import http.client
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
import zipfile
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import typer
from serving import COMMAND, Service, receipts, service

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
CACHE = Path("build/receipts")
SAME = ("data", "fields", "problems", "document", "schema")
FORM = "multipart/form-data; boundary=b"
PARTS = ("child", "worker", "api", "redis", "sweeper", "everything")


def library_results(paths: list[Path], jobs: int) -> tuple[dict[str, Any], float]:
    """Return what ``docai extract`` finds, by name, and the documents per second once it runs."""
    command = [COMMAND, "extract", *paths, "--format", "jsonl", "--jobs", str(jobs)]
    found, times = {}, []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            times.append(time.monotonic())
            result = json.loads(line)
            found[Path(result["name"]).name] = result
    return found, _steady([*times])


def _steady(times: list[float]) -> float:
    """Return events per second, the first tenth left out: engines load then."""
    times = sorted(times)[len(times) // 10 :]
    return (len(times) - 1) / (times[-1] - times[0])


def compare(running: Service, ids: list[str], expected: dict[str, Any]) -> Counter[str]:
    """Count how jobs ended, and whether their results are the library's own."""
    counts: Counter[str] = Counter()
    for job_id in ids:
        job = running.job(job_id)
        counts[job["status"]] += 1
        counts["events that end it"] += _num_ends(running, job_id)
        if job["status"] == "succeeded" and expected:
            result = running.http.get(job["links"]["result"]).raise_for_status().json()
            same = all(result[part] == expected[job["name"]][part] for part in SAME)
            counts["same as the library" if same else "DIFFERENT"] += 1
    return counts


def _num_ends(running: Service, job_id: str) -> int:
    """Return how many events say that a job has ended."""
    text = running.http.get(f"/v1/jobs/{job_id}/events").text
    return text.count("event: succeeded") + text.count("event: failed")


@app.command()
def uploads(count: int = 200, jobs: int = 0) -> None:
    """Upload many receipts at once; every result must be the library's own."""
    paths = receipts(CACHE, count)
    jobs = jobs or (os.cpu_count() or 1)
    expected, _ = library_results(paths, jobs)
    with service(jobs) as running:
        ids = running.upload(paths)
        running.await_end()
        print(dict(compare(running, ids, expected)))


@app.command()
def throughput(count: int = 100, rounds: int = 2, jobs: int = 0) -> None:
    """Compare documents per second with ``docai extract --jobs``, in turns."""
    paths = receipts(CACHE, count)
    jobs = jobs or (os.cpu_count() or 1)
    ratios = []
    for _ in range(rounds):
        _, library = library_results(paths, jobs)
        with service(jobs) as running:
            ids = running.upload(paths)
            running.await_end()
            ends = [_seconds(running.job(job_id)["finished_at"]) for job_id in ids]
        ratios.append(_steady(ends) / library)
        print(f"library {library:.3f}/s, service {_steady(ends):.3f}/s: {ratios[-1]:.3f}")
    print(f"ratio, median of {rounds}: {statistics.median(ratios):.3f}")


def _seconds(moment: str) -> float:
    """Return an ISO 8601 moment in seconds."""
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


class Receiver:
    """A webhook receiver that counts what it gets, by id."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                receiver.ids[self.headers["webhook-id"]] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


@app.command()
def kills(count: int = 50, part: str = "") -> None:
    """Kill each part of the service in the middle of many jobs; none may be lost or ended twice."""
    paths = receipts(CACHE, count)
    for victim in [part] if part else PARTS:
        receiver = Receiver()
        with service(DOCAI_WEBHOOK_ALLOW="127.0.0.1") as running:
            ids = running.upload(paths, webhook_url=receiver.url)
            middle = count // 2
            running.await_that("half is done", lambda: 0 <= running.num_unfinished() <= middle, 600)  # noqa: B023
            _kill(running, victim)
            began = time.monotonic()
            running.await_end()
            deadline = time.monotonic() + 60
            while len(receiver.ids) < count and time.monotonic() < deadline:
                time.sleep(0.2)
            counts = compare(running, ids, {})
        twice = sum(number > 1 for number in receiver.ids.values())
        print(
            f"{victim}: {dict(counts)}; webhooks {len(receiver.ids)}, called twice {twice}; "
            f"{time.monotonic() - began:.0f} s to the end"
        )


def _kill(running: Service, victim: str) -> None:
    """Kill a part; with Redis, what it had written; with everything, start again."""
    if victim == "everything":
        running.kill("supervisor")
        running.start()
        return
    if victim == "redis":
        for path in running.folder.rglob("*aof*"):
            if path.is_file():
                path.unlink()
    running.kill(victim)


@app.command()
def batch(count: int = 1000, kill_after: int = 400) -> None:
    """Run ``docai batch`` over a zip, kill it in the middle, run it again."""
    paths = receipts(CACHE.with_name("narrow"), count, narrow=True)
    with tempfile.TemporaryDirectory(prefix="docai-bench-") as name:
        folder = Path(name)
        with zipfile.ZipFile(folder / "receipts.zip", "w") as archive:
            for path in paths:
                archive.write(path, path.name)
        out = folder / "results.jsonl"
        first = _batch(folder, out, kill_after)
        done = len(out.read_bytes().splitlines())
        print(f"killed after {done} documents; memory {_curve(first)}")
        second = _batch(folder, out, None)
        names = [json.loads(line)["name"] for line in out.read_text().splitlines()]
        print(f"second run; memory {_curve(second)}")
        print(f"{len(names)} lines, {len(set(names))} documents, {count} in the archive")


def _batch(folder: Path, out: Path, kill_after: int | None) -> list[int]:
    """Run ``docai batch``; kill it after some documents; return its memory over time."""
    command = [COMMAND, "batch", folder / "receipts.zip", "--out", out]
    memory: list[int] = []
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            family = [root, *root.children(recursive=True)]
            memory.append(sum(_rss(one) for one in family))
            if kill_after and out.exists() and out.read_bytes().count(b"\n") >= kill_after:
                for one in family:
                    one.kill()
                break
            time.sleep(1)
    return memory


def _rss(process: psutil.Process) -> int:
    """Return the memory of a process that may just end."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _curve(memory: list[int]) -> str:
    """Say how much memory there was, from early to late."""
    places = [memory[len(memory) * part // 10] for part in (2, 4, 6, 8)] + [memory[-2]]
    return " ".join(f"{place / 1e6:.0f}" for place in places) + " MB"


@app.command()
def memory(count: int = 500, early: int = 50) -> None:
    """Send many jobs through one worker process and watch its memory."""
    paths = receipts(CACHE, min(count, 200))
    many = [paths[number % len(paths)] for number in range(count)]
    # Recycling would hide a leak: the bound is out of reach here.
    with service(1, DOCAI_RECYCLE_MEMORY_BYTES="100000000000") as running:
        running.upload(many)
        seen: dict[int, int] = {}
        while (left := running.num_unfinished()) != 0:
            if left > 0:
                seen[count - left] = running.memory_bytes("child")
            time.sleep(0.5)
    for mark in range(early, count + 1, early):
        done = min(seen, key=lambda number: abs(number - mark))
        print(f"after {done} jobs: {seen[done] / 1e6:.0f} MB")
    at = [seen[min(seen, key=lambda number: abs(number - mark))] for mark in (early, count)]
    print(f"ratio {at[1] / at[0]:.3f}")


@app.command()
def latency(count: int = 400, clients: int = 20, size_bytes: int = 200_000) -> None:
    """Time POST /v1/jobs with busy workers and many clients."""
    busy = receipts(CACHE, 100)
    content = busy[0].read_bytes()
    content += b"\0" * (size_bytes - len(content))  # decoders stop at the end mark
    # Encoded once, by hand: it is the server that is to be timed, not a client.
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body, headers = head + content + b"\r\n--b--\r\n", {"Content-Type": FORM}
    with service() as running:
        running.upload(busy)
        running.await_that("workers are busy", lambda: running.num_unfinished() < 97, 120)
        took: list[float] = []

        def post() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
            for _ in range(count // clients):
                began = time.perf_counter()
                connection.request("POST", "/v1/jobs", body, headers)
                answer = connection.getresponse()
                answer.read()
                took.append(time.perf_counter() - began)
                assert answer.status == 202, answer.status
            connection.close()

        threads = [threading.Thread(target=post) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        quantiles = statistics.quantiles([1000 * s for s in took], n=100)
        print(
            f"{len(took)} uploads of {len(content)} bytes by {clients} clients: "
            f"p50 {quantiles[49]:.0f} ms, p99 {quantiles[98]:.0f} ms"
        )


if __name__ == "__main__":
    app()
