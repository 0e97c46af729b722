"""The API stays light: it has no engine, and loads no library of one."""

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = (
    "torch",
    "onnxruntime",
    "paddleocr",
    "cv2",
    "rapidocr",
    "transformers",
    "numpy",
    "PIL",
    "workers.tasks",
    "workers.stages",
    "workers.engines",
)
PROGRAM = """
import asyncio, json, sys
import httpx
import api.app

assert "app" not in vars(api.app)
assert not any(name.split(".")[0] == "uvicorn" for name in sys.modules)

async def main():
    app = api.app.create_app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            picture = open("examples/receipt.jpg", "rb").read()
            answers = [
                await client.get("/openapi.json"),
                await client.post("/v1/jobs", files={"file": ("a.jpg", picture)}),
                await client.get("/v1/jobs"),
            ]
    print(json.dumps([[one.status_code for one in answers], sorted(sys.modules)]))

asyncio.run(main())
"""


def test_the_api_loads_nothing_heavy(tmp_path: Path) -> None:
    environ = os.environ | {"DOCAI_DATA_DIR": str(tmp_path), "DOCAI_KEYS_REQUIRED": "false"}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-m", "workers.migrate"], env=environ, cwd=root, check=True)
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environ,
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    statuses, modules = json.loads(process.stdout)
    assert statuses == [200, 202, 200]
    assert [name for name in HEAVY if name in modules] == []


def test_importing_the_application_does_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; import api.app, workers.connections, workers.schemas, workers.keys; "
        "assert 'celery.worker' not in sys.modules"
    )
    environ = os.environ | {"DOCAI_DATA_DIR": str(tmp_path / "data"), "DOCAI_JOBS": "nonsense"}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], env=environ, cwd=root, check=True)
    assert not (tmp_path / "data").exists()
