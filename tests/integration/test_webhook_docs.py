"""What the documentation tells receivers, run by the programs it is written for."""

import datetime as dt
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from workers.webhooks import sign

DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"
SECRET = "whsec_c29tZSBrZXkgb2YgMjQgYnl0ZXMgIQ=="
BODY = b'{"type": "job.succeeded", "data": {"id": "job_1"}}'


def snippet(language: str, marker: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if marker in block)
    return str(found)


def headers(timestamp: int) -> dict[str, str]:
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1,AAAA " + sign(SECRET, "msg_1", timestamp, BODY),
    }


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.parametrize(
    ("age_s", "body", "says"),
    [
        (0, BODY, "job.succeeded"),
        (0, BODY + b" ", "does not fit"),
        (400, BODY, "too old"),
        (-400, BODY, "too old"),
    ],
)
def test_the_documented_node_receiver(age_s: int, body: bytes, says: str) -> None:
    given = headers(int(dt.datetime.now(dt.UTC).timestamp()) - age_s)
    arguments = ", ".join(map(json.dumps, (SECRET, given, body.decode())))
    script = [
        snippet("js", "function receive"),
        "const call = (secret, headers, body) => receive(secret, headers, Buffer.from(body));",
        f"try {{ console.log(call({arguments}).type) }}",
        "catch (error) { console.log(error.message) }",
    ]
    done = subprocess.run(
        ["node", "-"], input="\n".join(script), capture_output=True, text=True, timeout=60
    )
    assert says in done.stdout, done.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_the_documented_shell_line(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(BODY)
    done = subprocess.run(
        ["sh", "-c", snippet("sh", "openssl dgst") + "signature"],
        env={
            "PATH": "/usr/bin:/bin",
            "SECRET": SECRET,
            "WEBHOOK_ID": "a",
            "WEBHOOK_TIMESTAMP": "1",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == sign(SECRET, "a", 1, BODY), done.stderr
