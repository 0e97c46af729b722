"""The API as its image has it: the dependency group `api`, the project without the rest, real HTTP.

And what docker-compose.yml asks of workers to see whether they are well, against a real Redis.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml
from processes import await_that
from redis import Redis

from workers import stages
from workers.connections import Connections, connect
from workers.ledger import claim
from workers.queues import Message
from workers.settings import ServiceSettings
from workers.tables import Stage

ROOT = Path(__file__).parents[2]
NO_PART_OF_IT = ("torch", "onnxruntime", "cv2", "rapidocr", "paddleocr", "paddlex", "tesserocr")
CHECK_NAMES = (
    "import importlib.util, sys; print([n for n in sys.argv[1:] if importlib.util.find_spec(n)])"
)
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
CONSTRAINTS = ("--constraint", str(ROOT / "constraints.txt"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def said(*command: str | Path, **environ: str) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        command, env={**outside(), **environ}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def outside() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.upper().startswith("DOCAI_")}


def built_wheel(folder: Path) -> Path:
    """Build the project from what the Dockerfile copies; the tree beside it stays clean."""
    source = folder / "source"
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    for name in (rule[1:] for rule in rules if rule.startswith("!")):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            source.mkdir(exist_ok=True)
            shutil.copy(path, source)
    said(*PIP, "wheel", "--no-deps", "--wheel-dir", folder, source)
    return next(folder.glob("docai-*.whl"))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment like the image's."""
    folder = tmp_path_factory.mktemp("image")
    venv.create(folder / "venv", symlinks=True)
    found = folder / "venv" / "bin"
    install = [*PIP, "--python", str(found / "python"), "install", "--no-compile"]
    said(*install, *CONSTRAINTS, *PYPROJECT["dependency-groups"]["api"])
    said(*install, "--no-deps", built_wheel(folder))
    return found


@dataclass(frozen=True)
class Running:
    """The API, and what it works on as a worker sees it."""

    http: httpx.Client
    connections: Connections


@pytest.fixture
def running(programs: Path, tmp_path: Path) -> Iterator[Running]:
    """Run the API by the command of the image, for a client with a key."""
    environ = {**outside(), "DOCAI_DATA_DIR": str(tmp_path)}
    said(programs / "python", "-P", "-m", "workers.migrate", **environ)
    token = said(programs / "docai", "keys", "create", "--name", "a test", **environ)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    command = json.loads(next(re.finditer(r'^CMD (\["uvicorn".*\])$', words, re.MULTILINE))[1])
    command[command.index("--port") + 1] = str(port)
    command[command.index("--host") + 1] = "127.0.0.1"
    connections = connect(ServiceSettings(data_dir=tmp_path))
    with (
        subprocess.Popen([programs / command[0], *command[1:]], env=environ, cwd=tmp_path) as api,
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        ) as http,
    ):
        try:
            await_that("the API answers", partial(is_alive, http, api), 60)
            yield Running(http, connections)
        finally:
            api.terminate()
            connections.close()
    assert api.returncode in (0, -15)


def is_alive(http: httpx.Client, api: subprocess.Popen[bytes]) -> bool:
    assert api.poll() is None, "it ended"
    try:
        return http.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_nothing_that_reads_is_in_the_image(programs: Path) -> None:
    assert said(programs / "python", "-c", CHECK_NAMES, "fastapi", "PIL") == "['fastapi', 'PIL']"
    assert said(programs / "python", "-c", CHECK_NAMES, *NO_PART_OF_IT) == "[]"


@pytest.mark.slow
def test_every_library_of_the_image_is_pinned(programs: Path) -> None:
    python = str(programs / "python")
    listed = said(sys.executable, "-m", "pip", "--python", python, "list", "--format", "freeze")
    assert "fastapi==" in listed
    pinned = {line.lower().replace("_", "-") for line in constraints()}
    unpinned = [
        line for line in listed.splitlines() if line.lower().replace("_", "-") not in pinned
    ]
    assert [line for line in unpinned if not line.startswith("docai==")] == []


def constraints() -> list[str]:
    return (ROOT / "constraints.txt").read_text().splitlines()


@pytest.mark.slow
def test_the_image_serves_every_side_of_the_api(running: Running) -> None:
    http, connections = running.http, running.connections
    paths = http.get("/openapi.json").json()["paths"]
    assert {"/v1/jobs", "/v1/extract", "/v1/schemas", "/readyz"} <= set(paths)
    assert http.get("/v1/jobs", headers={"Authorization": ""}).status_code == 401

    photo = (ROOT / "examples" / "receipt.jpg").read_bytes()
    schema = json.dumps({"type": "object", "properties": {"total": {"type": "string"}}})
    answer = http.post("/v1/jobs", files={"file": ("a.jpg", photo)}, data={"schema": schema})
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    assert http.get(answer.headers["location"]).json()["status"] == "queued"
    assert "receipt" in http.get("/v1/schemas").text
    assert [http.get(path).status_code for path in ("/metrics", "/docs")] == [200, 200]
    answer = http.post("/v1/batches", files=[("file", ("a.jpg", photo)), ("file", ("b", photo))])
    assert answer.status_code == 202, answer.text
    results = http.get(answer.json()["links"]["results_csv"])
    assert (results.status_code, results.headers["x-docai-complete"]) == (200, "false")

    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    with connections.database.reading() as session:
        job = session.get(stages.Job, job_id)
    assert held is not None and job is not None
    assert stages.rasterize(connections, job, held)
    for query in ("", "?overlay=true"):
        picture = http.get(f"/v1/jobs/{job_id}/pages/1{query}")
        assert picture.status_code == 200, picture.text
        assert picture.content.startswith(b"\x89PNG")


def health(service: str) -> list[str]:
    """Return what compose runs to see whether a worker is well, with the Python of the tests."""
    return [sys.executable, *COMPOSE["services"][service]["healthcheck"]["test"][2:]]


@pytest.mark.parametrize("service", ["worker", "gpu-worker", "sweeper"])
def test_a_worker_is_well_while_it_is_announced(
    service: str, connections: Connections, redis_socket: Path
) -> None:
    environ = {**outside(), "DOCAI_REDIS_URL": f"unix://{redis_socket}"}
    kind = {"worker": "cpu", "gpu-worker": "gpu", "sweeper": "sweeper"}[service]
    is_well = partial(subprocess.run, health(service), env=environ, stderr=subprocess.DEVNULL)
    connections.queues.announce(f"{kind}@another-machine", ["ocr"], 60)
    assert is_well().returncode == 1
    connections.queues.announce(f"{kind}@{socket.gethostname()}", ["ocr"], 60)
    assert is_well().returncode == 0
    with Redis(unix_socket_path=str(redis_socket)) as redis:
        redis.flushall()
    assert is_well().returncode == 1


def test_a_worker_is_not_well_without_redis(tmp_path: Path) -> None:
    environ = {**outside(), "DOCAI_REDIS_URL": f"unix://{tmp_path}/none.sock"}
    done = subprocess.run(health("worker"), env=environ, stderr=subprocess.DEVNULL)
    assert done.returncode == 1
