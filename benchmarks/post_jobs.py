"""How long `POST /v1/jobs` takes: 20 clients at once, 200 KB each, against a running service.

    docai serve &
    python benchmarks/post_jobs.py --url http://127.0.0.1:8000 --seconds 20

Every document is another one, a receipt that workers can read, so they are kept busy meanwhile.
Clients send one request after the other; with ``--pause`` they rest in between. A plain socket and
a body made beforehand keep the clients from measuring themselves.
"""

import argparse
import http.client
import json
import os
import random
import secrets
import statistics
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLE = Path(__file__).parents[1] / "examples" / "receipt.jpg"
BOUNDARY = "docai-benchmark"


def body_of(size_bytes: int) -> bytes:
    """Return a form with a receipt of that size; what follows the picture is never read."""
    picture = EXAMPLE.read_bytes()
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="receipt.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    padding = secrets.token_bytes(max(0, size_bytes - len(picture)))
    return head + picture + padding + f"\r\n--{BOUNDARY}--\r\n".encode()


def client(options: argparse.Namespace, end_s: float, found: list[tuple[float, int]]) -> None:
    """Send requests until the time is over; note how long each took, and its status."""
    url = urlsplit(options.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=60)
    body = bytearray(body_of(options.size))
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    if options.key:
        headers["Authorization"] = f"Bearer {options.key}"
    while time.monotonic() < end_s:
        body[-64:-32] = secrets.token_bytes(32)  # another document each time
        started_s = time.perf_counter()
        connection.request("POST", "/v1/jobs", bytes(body), headers)
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - started_s, answer.status))
        time.sleep(options.pause * random.uniform(0.5, 1.5))
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--key", default=os.environ.get("DOCAI_KEY", ""), help="an API key")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--size", type=int, default=200_000, help="bytes of a document")
    parser.add_argument("--pause", type=float, default=0.0, help="mean seconds between requests")
    options = parser.parse_args()
    found: list[tuple[float, int]] = []
    end_s = time.monotonic() + options.seconds
    threads = [
        threading.Thread(target=client, args=(options, end_s, found))
        for _ in range(options.clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times_ms = sorted(1000 * seconds for seconds, _ in found)
    cuts = statistics.quantiles(times_ms, n=100, method="inclusive")
    statuses = [status for _, status in found]
    print(
        json.dumps(
            {
                "clients": options.clients,
                "size_bytes": options.size,
                "pause_s": options.pause,
                "requests": len(found),
                "per_s": round(len(found) / options.seconds, 1),
                "statuses": {status: statuses.count(status) for status in sorted(set(statuses))},
                "p50_ms": round(cuts[49], 1),
                "p90_ms": round(cuts[89], 1),
                "p99_ms": round(cuts[98], 1),
                "max_ms": round(times_ms[-1], 1),
            }
        )
    )


if __name__ == "__main__":
    main()
