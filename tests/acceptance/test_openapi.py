"""Schemathesis against the running service: no 500, and nothing that the document does not say."""

import subprocess
import sys
from pathlib import Path

import pytest
from processes import processes

from workers import keys

# A document is more than its media type, and a cursor is one of ours: what fits a schema may still
# be refused. And what was erased answers 410 or its last status, for it is known that it was there.
NOT_OURS = "positive_data_acceptance,use_after_free"


@pytest.mark.slow
def test_the_service_does_what_its_openapi_document_says(tmp_path: Path) -> None:
    with processes(tmp_path, DOCAI_KEYS_REQUIRED="true") as service:
        scopes = ["submit", "read", "admin"]
        _, token = keys.create(service.connections, "schemathesis", scopes)
        command = [
            Path(sys.executable).with_name("schemathesis"),
            *("run", f"http://127.0.0.1:{service.port}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", "all", "--exclude-checks", NOT_OURS),
            *("--max-examples", "12", "--generation-deterministic"),
            *("--max-time", "45", "--workers", "1", "--no-color"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + service.logs()[-3000:]
        assert "Traceback" not in service.logs()
