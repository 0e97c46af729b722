"""Jobs whose file holds several documents: each has a result, and all who read results know it."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from http_server import Served
from PIL import Image
from stepping import CountingVlm, engines_of, job_of, steps_of, work
from zip_writer import packed

from docai.document import Document, Page
from docai.extraction.kind import DocumentKind
from docai.kinds import Kinds
from docai.ocr import by_region
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Answer, Question, Reply, Span
from docai.vlm.tokens import ImageTokens
from workers import jobs, unpack
from workers.connections import Connections
from workers.engines import Engines
from workers.ledger import claim
from workers.queues import Message
from workers.tables import Stage, Status

FIRST = ["GREEN HILL SUPPLIES LTD", "Invoice No. RX-20411", "Page 1 of 2", "Desk lamp 4.00"]
SECOND = ["GREEN HILL SUPPLIES LTD", "Invoice No. RX-20411", "Page 2 of 2", "Total 4.00"]
BAKERY = ["CORNER BAKERY", "TEA 3.00", "TOTAL 3.00", "THANK YOU 9.50"]
SLIPS = (["TEA 7.00"], ["MILK 8.00"])
PAGES = (FIRST, SECOND, [], BAKERY, ["A SCAN OF TWO SLIPS"])
SCAN = 5  # the page of the two slips
SIZE = (400, 420)  # height and width of all pages
ONLY_TOTAL = {"type": "object", "properties": {"total": {"type": "string", "format": "money"}}}


def stack(*numbers: int) -> bytes:
    """Return a TIFF of some of the pages; which one each is tells the colour of its last pixel."""
    pages = []
    for number in numbers:
        picture = np.full((*SIZE, 3), 255, np.uint8)
        picture[-1, -1] = (number, 0, 0)
        pages.append(Image.fromarray(picture))
    file = io.BytesIO()
    pages[0].save(file, "tiff", save_all=True, append_images=pages[1:])
    return file.getvalue()


ALL = stack(1, 2, 3, 4, 5)


@dataclass
class TypedOcr:
    """Reads what is typed on the pages above, and on the slips that are cut out of one."""

    name: str = "typed-ocr"

    def read(self, page: Page) -> Reading:
        if page.picture.shape[:2] == SIZE:
            lines = PAGES[int(page.picture[-1, -1, 0]) - 1]
        else:  # the lower of the slips is higher
            lines = SLIPS[page.height > 150]
        reading = typed_reading(lines, page.number, self.name)
        size = (page.height, page.width)
        return Reading(page.number, size, reading.words, reading.lines, 0.0, self.name)


@dataclass
class LastAmount(CountingVlm):
    """Says that the last word of a document is its total."""

    def answer(self, question: Question) -> Reply:
        super().answer(question)
        reading = question.readings[-1]
        if not reading.words:
            return Reply(())
        return Reply((Answer("total", 0.9, Span(reading.page, (len(reading.words) - 1,))),))


@dataclass(frozen=True)
class ByAmount:
    """A classifier: whose first page ends in 4.00 is an invoice; all else are receipts."""

    name: str = "by-amount"

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        words = readings[0].words
        is_invoice = bool(words) and words[-1].text == "4.00"
        return DocumentKind("invoice" if is_invoice else "receipt", 0.99, self.name)


def engines(kinds: Kinds | None = None) -> Engines:
    ocr, vlm = TypedOcr(), LastAmount()
    made = engines_of(vlm)
    made.__dict__.update(_read=(ocr, None), pipeline=Pipeline(ocr, vlm, kinds=kinds))
    return made


@pytest.fixture(autouse=True)
def _two_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find two slips on the scan: a low one above a high one."""

    def regions(picture: Any) -> list[Any]:
        if int(picture[-1, -1, 0]) != SCAN:
            return []
        edges = ((10.0, 90.0), (150.0, 390.0))
        return [((20.0, a), (400.0, a), (400.0, b), (20.0, b)) for a, b in edges]

    monkeypatch.setattr(by_region, "regions", regions)


def _amount(result: dict[str, Any]) -> str:
    return str(result["data"]["total"]["amount"])


Send = Callable[..., dict[str, Any]]


@pytest.fixture
def send(api: Served, connections: Connections) -> Send:
    """Submit a stack, have it worked on, and return its job."""

    def submit(content: bytes = ALL, kinds: Kinds | None = None, **form: str) -> dict[str, Any]:
        data = {"split": "true", **form}
        answer = api.post("/v1/jobs", files={"file": ("stack.tiff", content)}, data=data)
        assert answer.status_code == 202, answer.text
        job_id = answer.json()["id"]
        assert work(connections, job_id, engines(kinds)).status is Status.SUCCEEDED
        return dict(api.get(f"/v1/jobs/{job_id}").json())

    return submit


def test_each_document_of_a_file_has_a_whole_result(api: Served, send: Send) -> None:
    job = send()
    assert (job["split"], job["num_parts"], job["num_pages"]) == (True, 4, 5)
    result = api.get(job["links"]["result"]).json()
    assert (result["id"], result["name"], result["blank_pages"]) == (job["id"], "stack.tiff", [3])
    assert result["document"] == {"sha256": job["sha256"]}
    assert {"rasterize", "ocr", "encode"} <= set(result["timings_s"])
    assert [part["fields"]["total"]["text"] for part in result["parts"]] == [
        *("4.00", "9.50", "7.00", "8.00")
    ]
    told = [part["document"]["part"] for part in result["parts"]]
    assert [one["pages"] for one in told] == [[1, 2], [4], [5], [5]]
    assert [(one["number"], one["of"]) for one in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert ["region" in one for one in told] == [False, False, True, True]
    for part in result["parts"]:
        assert set(part) >= {"schema", "document", "data", "fields", "problems", "engines"}
        assert (part["id"], part["name"]) == (job["id"], "stack.tiff")
        assert part["document"]["sha256"] == job["sha256"]
        pages = [page["number"] for page in part["document"]["pages"]]
        assert pages == part["document"]["part"]["pages"]
    slip = result["parts"][3]["fields"]["total"]["evidence"][0]
    assert slip["page"] == SCAN and slip["box"][1] > 150  # where it lies on the whole page


def test_borders_that_are_not_sure_are_told_once_for_all(
    api: Served, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docai.splitting.SURE_CUT", 1.1)
    monkeypatch.setattr("docai.splitting.SURE_NOT", -0.1)
    result = api.get(send()["links"]["result"]).json()
    borders = [problem["message"] for problem in result["problems"]]
    assert len(borders) == len(set(borders)) == 3
    assert {problem["code"] for problem in result["problems"]} == {"split_unsure"}
    of_parts = [p["message"] for part in result["parts"] for p in part["problems"]]
    assert set(of_parts) == set(borders) and len(of_parts) > 3


def test_a_file_of_one_document_has_one_part(api: Served, send: Send) -> None:
    job = send(stack(1, 2))
    assert job["num_parts"] == 1
    result = api.get(job["links"]["result"]).json()
    (part,) = result["parts"]
    assert part["document"]["part"] == {"number": 1, "of": 1, "pages": [1, 2]}
    assert result["blank_pages"] == []
    empty = api.get(send(stack(3))["links"]["result"]).json()
    assert len(empty["parts"]) == 1 and empty["parts"][0]["data"] == {}


@pytest.mark.parametrize("said", ["false", "0", ""])
def test_nothing_is_split_that_nobody_asked_to_split(api: Served, send: Send, said: str) -> None:
    job = send(split=said)
    assert (job["split"], job["num_parts"]) == (False, None)
    result = api.get(job["links"]["result"]).json()
    assert "parts" not in result and "part" not in result["document"]
    assert len(result["document"]["pages"]) == 5


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/extract", "/v1/batches"])
@pytest.mark.parametrize("said", ["maybe", "2", "ture", "nil"])
def test_a_wrong_value_is_refused(
    api: Served, connections: Connections, path: str, said: str
) -> None:
    answer = api.post(path, files={"file": ("a.tiff", ALL)}, data={"split": said})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert problem["errors"][0]["pointer"] == "/body/split"
    assert f"'{said}' is neither true nor false" in problem["detail"]
    assert connections.store.folders("jobs") == []


def test_the_same_request_splits_or_does_not(api: Served) -> None:
    def submit(**data: str) -> Any:
        files, headers = {"file": ("a.tiff", ALL)}, {"Idempotency-Key": "k"}
        return api.post("/v1/jobs", files=files, data=data, headers=headers)

    plain = submit().json()["id"]
    assert submit(split="false").json()["id"] == plain
    assert submit(split="true").json()["code"] == "idempotency_conflict"


def test_tables_have_a_row_for_each_part(api: Served, send: Send) -> None:
    result = send()["links"]["result"]
    rows = list(csv.DictReader(io.StringIO(api.get(f"{result}?format=csv").text)))
    assert [(row["name"], row["part"], row["pages"], row["total"]) for row in rows] == [
        ("stack.tiff", "1", "1, 2", "4.00"),
        ("stack.tiff", "2", "4", "9.50"),
        ("stack.tiff", "3", "5", "7.00"),
        ("stack.tiff", "4", "5", "8.00"),
    ]
    text = api.get(f"{result}?format=markdown").text
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles[0] == "## stack.tiff, 1 of 4: pages 1, 2"
    assert len(titles) == 4


def test_a_table_of_parts_of_several_kinds_is_refused(api: Served, send: Send) -> None:
    from docai import build

    kinds = Kinds(ByAmount(), tuple(map(build.builtin_schema, ("receipt", "invoice"))))
    mixed = send(stack(1, 2, 4), kinds, schema="auto")["links"]["result"]
    parts = api.get(mixed).json()["parts"]
    assert [part["schema"]["name"] for part in parts] == ["invoice", "receipt"]
    refused = api.get(f"{mixed}?format=csv")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/format")
    assert "(invoice, receipt)" in refused.json()["detail"]
    assert api.get(f"{mixed}?format=markdown").status_code == 200
    alike = send(stack(4, 5), kinds, schema="auto")["links"]["result"]
    rows = list(csv.DictReader(io.StringIO(api.get(f"{alike}?format=csv").text)))
    assert [row["total"] for row in rows] == ["9.50", "7.00", "8.00"]


def test_a_page_shows_the_evidence_of_all_parts_on_it(
    api: Served, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docai import draw

    seen: list[list[draw.Label]] = []
    margin = draw._with_margin

    def keep(sheet: Any, labels: list[draw.Label]) -> Any:
        seen.append(labels)
        return margin(sheet, labels)

    monkeypatch.setattr(draw, "_with_margin", keep)
    job = send()
    for number in range(1, 6):
        page = api.get(f"/v1/jobs/{job['id']}/pages/{number}?overlay=1")
        assert page.status_code == 200, page.text
    assert [[label.title for label in labels] for labels in seen] == [
        *([], ["total"], [], ["total"], ["3: total", "4: total"]),
    ]
    scale = draw.SMALL_SIDE_PX / SIZE[1]
    tops = [min(y for _, y in label.polygons[0]) / scale for label in seen[-1]]
    assert tops[0] < 90 < 150 < tops[1]  # each on its own slip


def test_other_fields_are_found_on_each_part(
    api: Served, connections: Connections, send: Send
) -> None:
    source = send()
    answer = api.post(f"/v1/jobs/{source['id']}/extract", json={"schema": ONLY_TOTAL})
    derived = answer.json()["id"]
    made = engines()
    assert work(connections, derived, made).status is Status.SUCCEEDED
    assert set(steps_of(connections, derived)) == {(Stage.RECONCILE, 0)}
    result = api.get(f"/v1/jobs/{derived}/result").json()
    assert [part["data"] for part in result["parts"]] == [
        *({"total": "4.00"}, {"total": "9.50"}, {"total": "7.00"}, {"total": "8.00"})
    ]
    assert job_of(connections, derived).num_parts == 4


def test_what_cannot_be_asked_of_a_file_of_several_is_said(api: Served, send: Send) -> None:
    split, whole = send(), send(split="false")
    asked = api.post(f"/v1/jobs/{split['id']}/ask", json={"question": "Who sold it?"})
    assert (asked.status_code, asked.json()["code"]) == (422, "question_not_supported")
    assert f"/v1/jobs/{split['id']}/extract" in asked.json()["detail"]
    body = {"schema": "receipt", "split": True}
    again = api.post(f"/v1/jobs/{whole['id']}/extract", json=body)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/body/split")
    assert "send it again" in again.json()["detail"]


@pytest.mark.parametrize("is_zip", [False, True])
def test_the_files_of_a_batch_have_a_line_and_a_row_for_each_part(
    api: Served, connections: Connections, is_zip: bool
) -> None:
    files = [("a.tiff", stack(1, 2, 4)), ("b.tiff", stack(5))]
    sent = [("b.zip", packed(*files))] if is_zip else files
    parts = [("file", one) for one in sent]
    batch = api.post("/v1/batches", files=parts, data={"split": "true"}).json()
    assert batch["split"] is True
    if is_zip:
        held = claim(connections, Message(Stage.UNPACK, batch["id"]))
        assert held is not None
        unpack.unpack(connections, held)
    of_batch = jobs.Wanted(batch_id=batch["id"])
    views, _ = jobs.listing(connections, of_batch, 10, None)
    for view in views:
        assert view.job.splits
        assert work(connections, view.job.id, engines()).status is Status.SUCCEEDED
    lines = api.get(batch["links"]["results_jsonl"]).text.splitlines()
    found = [json.loads(line) for line in lines]
    assert [
        (one["name"], one["position"], one["document"]["part"]["number"], _amount(one))
        for one in found
    ] == [
        ("a.tiff", 1, 1, "4.00"),
        ("a.tiff", 1, 2, "9.50"),
        ("b.tiff", 2, 1, "7.00"),
        ("b.tiff", 2, 2, "8.00"),
    ]
    assert len({one["id"] for one in found}) == 2
    rows = list(csv.DictReader(io.StringIO(api.get(batch["links"]["results_csv"]).text)))
    assert [(row["name"], row["part"], row["pages"], row["total"]) for row in rows] == [
        ("a.tiff", "1", "1, 2", "4.00"),
        ("a.tiff", "2", "3", "9.50"),
        ("b.tiff", "1", "1", "7.00"),
        ("b.tiff", "2", "1", "8.00"),
    ]
    header = api.get(batch["links"]["items_csv"]).text.splitlines()[0]
    assert header.startswith("name,part,pages,list,row,")
