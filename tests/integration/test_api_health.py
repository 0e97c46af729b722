import re
import time
from pathlib import Path
from typing import Any

import pytest
from http_server import Served
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api import health
from workers.connections import Connections, connect
from workers.settings import ServiceSettings

RECEIPT = (Path(__file__).parents[2] / "examples" / "receipt.jpg").read_bytes()


def numbers(api: Served) -> dict[tuple[str, ...], float]:
    """Return every number that Prometheus would see: by name and label values."""
    answer = api.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_whole_service_is_ready(api: Served, connections: Connections) -> None:
    connections.queues.announce("cpu@a", ["ocr", "vlm"], 60)
    connections.queues.announce("cpu@b", ["ocr"], 60)
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    checks = answer.json()["checks"]
    workers = checks.pop("workers")
    assert (workers["ocr"], workers["vlm"], workers["deliver"]) == (2, 1, 0)
    assert checks == {part: {"ok": True, "detail": "ok"} for part in ("database", "redis", "store")}
    assert api.get("/livez").text == "ok\n"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"redis_url": "redis+socket:///nowhere/redis.sock"}, "redis"),
        ({"store_url": "file:///proc/docai-store"}, "store"),
        ({"database_url": "postgresql+psycopg://nobody:s3cret@127.0.0.1:1/x"}, "database"),
    ],
)
def test_a_part_that_is_missing_is_named(serve: Any, change: dict[str, str], part: str) -> None:
    api = serve(keys_required=False, **change)
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    checks = answer.json()["checks"]
    wrong = [name for name, check in checks.items() if not check.get("ok", True)]
    assert wrong == [part]
    assert "s3cret" not in answer.text and "127.0.0.1" not in answer.text
    assert api.get("/livez").status_code == 200
    measured = numbers(api)
    assert measured["docai_up", part] == 0.0
    assert sum(value for key, value in measured.items() if key[0] == "docai_up") == 2.0
    assert (("docai_jobs", "queued") in measured) == (part != "database")
    assert (("docai_queue_messages", "ocr") in measured) == (part != "redis")


def test_a_part_that_hangs_holds_up_nobody(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_S", 0.2)
    store = api.app.state.context.connections.store
    monkeypatch.setattr(store, "ping", lambda: time.sleep(1.5))
    started_s = time.monotonic()
    answer = api.get("/readyz")
    assert time.monotonic() - started_s < 1.2
    assert answer.status_code == 503
    assert answer.json()["checks"]["store"] == {
        "ok": False,
        "detail": "it does not answer within 0.2 s",
    }


def test_a_database_without_tables_is_told(serve: Any, tmp_path: Path) -> None:
    api = serve(keys_required=False, database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    detail = "the database has no tables yet; run python -m workers.migrate"
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "detail": detail}
    for answer in (
        api.get("/v1/jobs"),
        api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)}),
        api.get("/v1/schemas"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
        assert answer.json()["detail"] == detail
        assert int(answer.headers["retry-after"]) > 0
    other = connect(ServiceSettings(database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    other.database.upgrade()
    other.close()
    assert api.get("/readyz").status_code == 200
    assert api.get("/v1/jobs").status_code == 200


@pytest.mark.parametrize("revision", ["9999", None])
def test_tables_of_another_version(
    api: Served, connections: Connections, monkeypatch: pytest.MonkeyPatch, revision: str | None
) -> None:
    if revision is None:  # this program knows a newer one
        monkeypatch.setattr(health, "_revisions", lambda: ("9999", "0003", "0002", "0001"))
    else:  # the database has one that this program does not know: it was brought up to date before
        with connections.database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = api.get("/readyz")
    assert answer.status_code == (503 if revision is None else 200)
    if revision is None:
        assert "of version 0003 and should be of 9999" in answer.text


def test_requests_and_jobs_are_measured(api: Served) -> None:
    api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    for path in ("/v1/jobs/x", "/v1/jobs/y", "/nowhere"):
        api.get(path)
    api.request("BREW", "/v1/jobs")
    measured = numbers(api)
    count = "docai_http_request_seconds_count"
    assert measured[count, "POST", "/v1/jobs", "202"] == 1.0
    assert measured[count, "GET", "/v1/jobs/{job_id}", "404"] == 2.0
    assert measured[count, "GET", "none", "404"] == 1.0
    assert measured[count, "other", "/v1/jobs", "405"] == 1.0
    assert measured["docai_jobs", "queued"] == 1.0
    assert measured["docai_jobs", "failed"] == 0.0
    assert measured["docai_queue_messages", "rasterize"] == 1.0
    assert measured["docai_oldest_step_seconds", "rasterize"] >= 0.0
    assert measured["docai_recent_steps", "ocr"] == 0.0


def test_the_manual_needs_no_internet(api: Served) -> None:
    page = api.get("/docs")
    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(links) >= 3
    for link in links:
        assert link.startswith("/docs/files/")
        assert api.get(link).status_code == 200, link
