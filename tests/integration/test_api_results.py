import csv
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from http_server import Served
from PIL import Image

from api import pages as api_pages
from api import results
from docai import reading_json
from docai.extraction.result import Evidence, Extraction, Money, PageInfo, State, Value
from docai.load import pages
from docai.pages import PageFacts, picture_to_png
from docai.testing import blank_page, typed_reading
from workers import jobs, ledger
from workers import store as blobs
from workers.connections import Connections
from workers.ledger import claim
from workers.pages import keep_page
from workers.queues import Message
from workers.stages import _page_read, _rasterized, _reconciled
from workers.tables import Stage, Status

EXAMPLES = Path(__file__).parents[2] / "examples"
RECEIPT = (EXAMPLES / "receipt.pdf").read_bytes()
READING = typed_reading(["=BOOKS <b>", "TOTAL 9.00"])
PAGE = blank_page(READING)
NAME = Value(State.FOUND, "=BOOKS <b>", "=BOOKS <b>", 0.9, (Evidence(1, (0, 0, 9, 9), (0,)),))
TOTAL = Value(State.FOUND, Money(Decimal("9.00"), "EUR"), "9.00", 0.8)


@pytest.fixture
def job(api: Served) -> dict[str, Any]:
    answer = api.post("/v1/jobs", files={"file": ("receipt.jpg", RECEIPT)})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def rasterize(connections: Connections, job_id: str) -> None:
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    store = connections.store
    store.put(blobs.page_key(job_id, 1), picture_to_png(PAGE.picture))
    store.put(blobs.page_facts_key(job_id, 1), PageFacts.of(PAGE).to_bytes())
    assert ledger.finish(connections, held, partial(_rasterized, 1))


def read(connections: Connections, job_id: str) -> None:
    held = claim(connections, Message(Stage.OCR, job_id, 1))
    assert held is not None
    connections.store.put(blobs.reading_key(job_id, 1), reading_json.to_bytes(READING))
    assert ledger.finish(connections, held, partial(_page_read, 1))


def succeed(connections: Connections, job_id: str) -> bytes:
    """End a job well; return its result as it is stored."""
    held = claim(connections, Message(Stage.ENCODE, job_id, 1))
    assert held is not None
    fields = {"merchant_name": NAME, "total": TOTAL}
    info = PageInfo(1, PAGE.width, PAGE.height, None, 0.0)
    extraction = Extraction("receipt", 1, "receipt.jpg", "0" * 64, (info,), fields)
    result = json.dumps(extraction.to_json() | {"id": job_id}).encode()
    connections.store.put(blobs.extraction_key(job_id), result)
    assert ledger.finish(connections, held, partial(_reconciled, {"ocr": "x"}, 60.0))
    return result


def fail(connections: Connections, job_id: str) -> None:
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    ledger.give_up(connections, held, "encrypted_file", "the file needs a password")


def test_a_result_is_there_when_the_job_has_succeeded(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    early = api.get(job["links"]["result"])
    assert (early.status_code, early.json()["status"]) == (202, "queued")
    assert int(early.headers["retry-after"]) > 0
    rasterize(connections, job["id"])
    stored = succeed(connections, job["id"])
    for _ in range(2):
        answer = api.get(job["links"]["result"])
        assert (answer.status_code, answer.content) == (200, stored)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["id"] == job["id"]
    assert answer.json()["data"]["total"] == {"amount": "9.00", "currency": "EUR"}


def test_a_large_result_comes_whole(
    api: Served, connections: Connections, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PIECE_BYTES", 100)
    rasterize(connections, job["id"])
    stored = succeed(connections, job["id"])
    assert len(stored) > 300
    assert api.get(job["links"]["result"]).content == stored


def test_a_failed_job_says_why_there_is_no_result(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    fail(connections, job["id"])
    answer = api.get(job["links"]["result"])
    assert (answer.status_code, answer.json()["code"]) == (409, "job_failed")
    assert answer.json()["error"] == {
        "code": "encrypted_file",
        "detail": "the file needs a password",
    }


@pytest.mark.parametrize("status", [Status.ERASED, Status.EXPIRED])
def test_what_was_erased_is_gone(
    api: Served, connections: Connections, job: dict[str, Any], status: Status
) -> None:
    rasterize(connections, job["id"])
    succeed(connections, job["id"])
    assert jobs.erase(connections, job["id"], status)
    for path in ("result", "result?format=csv", "pages/1", "pages/1?overlay=1"):
        answer = api.get(f"{job['links']['self']}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        assert status.value in answer.json()["detail"]


def test_a_result_that_was_lost_is_no_success(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    rasterize(connections, job["id"])
    succeed(connections, job["id"])
    connections.store.erase(blobs.job_folder(job["id"]))
    for path in ("result", "result?format=markdown", "pages/1", "pages/1?overlay=1"):
        answer = api.get(f"{job['links']['self']}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


def test_a_result_as_a_table(api: Served, connections: Connections, job: dict[str, Any]) -> None:
    rasterize(connections, job["id"])
    succeed(connections, job["id"])
    answer = api.get(job["links"]["result"], params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    header, row = csv.reader(io.StringIO(answer.text))
    cells = dict(zip(header, row, strict=True))
    assert (cells["total"], cells["total_currency"]) == ("9.00", "EUR")
    assert cells["merchant_name"] == "'=BOOKS <b>"
    answer = api.get(job["links"]["result"], params={"format": "markdown"})
    assert answer.headers["content-type"].startswith("text/markdown")
    assert "| total | 9.00 EUR | 80% |" in answer.text
    assert "<b>" not in answer.text
    assert api.get(job["links"]["result"], params={"format": "xml"}).status_code == 422


def test_a_result_as_a_table_of_its_own_schema(api: Served, connections: Connections) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "string", "format": "money"}}}
    answer = api.post(
        "/v1/jobs",
        files={"file": ("receipt.jpg", RECEIPT)},
        data={"schema": json.dumps(schema)},
    )
    rasterize(connections, answer.json()["id"])
    succeed(connections, answer.json()["id"])
    text = api.get(answer.json()["links"]["result"], params={"format": "csv"}).text
    assert text.splitlines()[0] == "name,total,total_currency,total_confidence,problems"


@pytest.mark.parametrize("path", ["result", "result?format=csv", "pages/1", "pages/1?overlay=1"])
def test_what_a_client_has_is_not_sent_again(
    api: Served, connections: Connections, job: dict[str, Any], path: str
) -> None:
    rasterize(connections, job["id"])
    read(connections, job["id"])
    succeed(connections, job["id"])
    url = f"{job['links']['self']}/{path}"
    etag = api.get(url).headers["etag"]
    for known in (etag, f'"x", W/{etag}', "*"):
        answer = api.get(url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert api.get(url, headers={"If-None-Match": '"x"'}).status_code == 200


def test_pages_are_there_when_the_document_was_taken_apart(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    url = job["links"]["pages"].replace("{number}", "1")
    early = api.get(url)
    assert (early.status_code, early.json()["code"]) == (409, "not_ready")
    rasterize(connections, job["id"])
    answer = api.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "private, no-cache"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (PAGE.width, PAGE.height)
    for number in ("0", "2", "-1", "9" * 30):
        answer = api.get(job["links"]["pages"].replace("{number}", number))
        assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found"), number


def test_a_job_that_failed_at_once_has_no_pages(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    fail(connections, job["id"])
    answer = api.get(job["links"]["pages"].replace("{number}", "1"))
    assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found")


def test_more_is_drawn_as_more_is_known(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    rasterize(connections, job["id"])
    url = job["links"]["pages"].replace("{number}", "1") + "?overlay=1"
    sheets, etags = [], []
    for further in (lambda *_: None, read, succeed):
        further(connections, job["id"])
        answer = api.get(url)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        sheets.append(answer.content)
        etags.append(answer.headers["etag"])
    assert len(set(sheets)) == len(set(etags)) == 3
    widths = [Image.open(io.BytesIO(sheet)).size[0] for sheet in sheets]
    assert widths[0] == widths[1] < widths[2]  # labels stand beside the page


def test_few_pictures_are_drawn_at_once(
    api: Served, connections: Connections, job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rasterize(connections, job["id"])
    drawing, most = [0], [0]

    def drawn(*_: object) -> bytes:
        drawing[0] += 1
        most[0] = max(most[0], drawing[0])
        time.sleep(0.1)
        drawing[0] -= 1
        return b""

    monkeypatch.setattr(api_pages, "_drawn", drawn)
    url = job["links"]["pages"].replace("{number}", "1") + "?overlay=1"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(api.get, [url] * 6))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert most == [2]


def test_a_head_has_the_headers_of_a_get(
    api: Served, connections: Connections, job: dict[str, Any]
) -> None:
    rasterize(connections, job["id"])
    stored = succeed(connections, job["id"])
    answer = api.head(job["links"]["result"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(stored))
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_of_a_photo_is_the_photo(api: Served, connections: Connections) -> None:
    photo = (EXAMPLES / "receipt.jpg").read_bytes()
    job = api.post("/v1/jobs", files={"file": ("receipt.jpg", photo)}).json()
    [page] = pages(photo)
    held = claim(connections, Message(Stage.RASTERIZE, job["id"]))
    assert held is not None
    row = jobs.find(connections, job["id"])
    assert row is not None
    keep_page(connections.store, row.job, page)
    assert ledger.finish(connections, held, partial(_rasterized, 1))
    assert not connections.store.exists(blobs.page_key(job["id"], 1))  # no second copy of it
    for overlay in ("0", "1"):
        answer = api.get(f"/v1/jobs/{job['id']}/pages/1", params={"overlay": overlay})
        assert answer.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as picture:
            same = picture.size == (page.width, page.height)
            assert same or overlay == "1"
            if overlay == "0":
                assert np.array_equal(np.asarray(picture), page.picture)
