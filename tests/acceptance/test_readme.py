"""The README's curl session, line by line as printed, against the real service."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from processes import await_that

ROOT = Path(__file__).parents[2]
PRINTED = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def address(
    command: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Start ``docai serve`` and return where it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    data = {"DOCAI_DATA_DIR": str(tmp_path_factory.mktemp("d"))}
    arguments = [command, "serve", "--port", str(port)]
    with subprocess.Popen(arguments, env=environment | data, stderr=subprocess.DEVNULL) as process:
        await_that("ready", lambda: _is_ready(address))
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_curl_session_works_as_printed(address: str, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf8")
    session = next(b for b in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "curl" in b)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    script = "set -euo pipefail\n" + session.replace(PRINTED, address).replace(
        "curl ", "echo; curl --fail-with-body -sS "
    ).replace("$(echo; ", "$(")
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    lines = [line for line in done.stdout.splitlines() if line]
    results = [json.loads(line) for line in lines if line.startswith("{")]
    totals = [one["data"]["total"] for one in results if "data" in one]
    assert totals == [{"amount": "32.98", "currency": "USD"}] * 3
    statuses = [one["status"] for one in results if "status" in one]
    assert statuses == ["succeeded", "queued", "finished"]  # a job, one more of it, a batch
    assert "event: succeeded" in lines
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
    assert lines[-3].startswith("name,merchant_name")  # a header and a row per document
    assert "receipt.jpg" in lines[-2] and "receipt.pdf" in lines[-1]
