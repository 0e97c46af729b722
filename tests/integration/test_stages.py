"""The stages, one after the other, with the real engines: what comes of it is the library's own."""

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from accepting import accepted
from hybrid import factur_x, hybrid
from reportlab.pdfgen.canvas import Canvas

import docai
from docai.load.sniff import sniff
from docai.settings import Settings
from workers import jobs, stages
from workers import store as keys
from workers.connections import Connections
from workers.engines import Engines
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.ledger import Claim, claim
from workers.queues import Message
from workers.tables import Job, Stage, Status

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


def submitted(connections: Connections, content: bytes, schema: SchemaRef) -> Job:
    job_id = new_job_id()
    connections.store.put(keys.upload_key(job_id), content)
    digest = hashlib.sha256(content).hexdigest()
    new = NewJob(job_id, "a receipt", digest, len(content), sniff(content), schema, Origin())
    return accepted(connections, new).view.job


def taken(connections: Connections, stage: Stage, job_id: str, page: int = 0) -> tuple[Job, Claim]:
    held = claim(connections, Message(stage, job_id, page))
    assert held is not None
    view = jobs.find(connections, job_id)
    assert view is not None
    return view.job, held


def run(connections: Connections, job_id: str, engines: Engines) -> Job:
    job, held = taken(connections, Stage.RASTERIZE, job_id)
    assert stages.rasterize(connections, job, held)
    num_pages = taken_pages(connections, job_id)
    for page in range(1, num_pages + 1):
        job, held = taken(connections, Stage.OCR, job_id, page)
        assert stages.ocr(connections, job, held, engines)
        job, held = taken(connections, Stage.ENCODE, job_id, page)
        assert stages.encode(connections, job, held, engines)
    job, held = taken(connections, Stage.RECONCILE, job_id)
    assert stages.reconcile(connections, job, held, engines)
    view = jobs.find(connections, job_id)
    assert view is not None
    return view.job


def taken_pages(connections: Connections, job_id: str) -> int:
    view = jobs.find(connections, job_id)
    assert view is not None and view.job.num_pages is not None
    return view.job.num_pages


def born_digital() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(300, 400))
    for number in (1, 2):
        canvas.drawString(30, 350, "SUNRISE HARDWARE SDN BHD")
        canvas.drawString(30, 320, "Date: 2018-12-25")
        canvas.drawString(30, 290, f"TOTAL RM {number}9.00")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("source", ["photo", "pdf"])
def test_the_result_is_the_librarys_own(
    connections: Connections, engines: Engines, source: str
) -> None:
    photo = (EXAMPLES / "receipt.jpg").read_bytes()
    content = photo if source == "photo" else born_digital()
    job = run(connections, submitted(connections, content, SchemaRef("receipt", 1)).id, engines)
    assert job.status is Status.SUCCEEDED
    result = json.loads(connections.store.get(keys.extraction_key(job.id)))
    expected = docai.extract(content).to_json()
    assert result["data"]
    for part in ("data", "fields", "problems", "document", "schema", "engines"):
        assert result[part] == expected[part], part
    assert (result["id"], result["name"]) == (job.id, "a receipt")
    assert set(result["timings_s"]) >= {"rasterize", "ocr", "encode", "reconcile"}


def test_a_job_records_what_exactly_read_it(connections: Connections, engines: Engines) -> None:
    photo = (EXAMPLES / "receipt.jpg").read_bytes()
    job = run(connections, submitted(connections, photo, SchemaRef("receipt", 1)).id, engines)
    assert set(job.engines) == {"docai", "ocr", "vlm"}
    hashes = [*job.engines["ocr"]["weights"].values(), *job.engines["vlm"]["weights"].values()]
    assert len(hashes) >= 3
    assert all(len(digest) == 64 for digest in hashes)


def test_another_schema_asks_for_other_fields(connections: Connections, engines: Engines) -> None:
    photo = (EXAMPLES / "receipt.jpg").read_bytes()
    wanted = {"type": "object", "properties": {"total": {"type": "string", "format": "money"}}}
    schema = SchemaRef("mine", 4, wanted)
    job = run(connections, submitted(connections, photo, schema).id, engines)
    result = json.loads(connections.store.get(keys.extraction_key(job.id)))
    assert result["schema"] == {"name": "mine", "version": 4}
    assert list(result["fields"]) == ["total"]
    assert result["data"] == {"total": "32.98"}


def test_what_an_erased_job_would_leave_is_not_counted(
    connections: Connections, engines: Engines
) -> None:
    photo = (EXAMPLES / "receipt.jpg").read_bytes()
    job_id = submitted(connections, photo, SchemaRef("receipt", 1)).id
    job, held = taken(connections, Stage.RASTERIZE, job_id)
    jobs.erase(connections, job_id)
    connections.store.put(keys.upload_key(job_id), photo)  # as if it had been read before
    assert not stages.rasterize(connections, job, held)


@pytest.mark.parametrize("is_heard", [True, False])
def test_the_e_invoice_inside_a_pdf_travels_with_its_pages(
    connections: Connections, engines: Engines, is_heard: bool
) -> None:
    settings = connections.settings.model_copy(update={"invoice_xml": is_heard})
    connections = replace(connections, settings=settings)
    content = hybrid({"factur-x.xml": factur_x()})
    properties = {name: {"type": "string"} for name in ("invoice_id", "customer_name")}
    schema = SchemaRef("mine", 1, {"type": "object", "properties": properties})
    job = run(connections, submitted(connections, content, schema).id, engines)
    assert connections.store.exists(keys.invoice_key(job.id)) is is_heard
    result = json.loads(connections.store.get(keys.extraction_key(job.id)))
    found = {"invoice_id": "RE-2021/77", "customer_name": "Café Morgenrot"}
    assert (result["data"] == found) is is_heard
    assert ("xml" in result["fields"]["invoice_id"].get("witnesses", ())) is is_heard
    jobs.erase(connections, job.id)
    assert not connections.store.exists(keys.invoice_key(job.id))
