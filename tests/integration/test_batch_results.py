"""The results of a batch as files: in order, whole, one document at a time."""

import csv
import io
import json
from decimal import Decimal

import pytest

from docai.extraction.result import Extraction, Money, State, Value
from workers import batches, jobs, results
from workers import store as keys
from workers.batch_jobs import NewDocument, Refusal
from workers.batches import NewBatch, new_batch_id
from workers.connections import Connections
from workers.errors import StoreUnavailable
from workers.jobs import Origin, SchemaRef, new_job_id
from workers.ledger import claim
from workers.lifecycle import end_job, locked_job
from workers.queues import Message
from workers.results import Sheet
from workers.store import Store
from workers.tables import Batch, Stage, Status

DELIVERY = SchemaRef(
    "delivery",
    3,
    {
        "type": "object",
        "properties": {
            "supplier": {"type": "string"},
            "items": {
                "type": "array",
                "items": {"type": "object", "properties": {"article": {"type": "string"}}},
            },
        },
    },
)


RECEIPT = SchemaRef("receipt", 1)


def batch(
    connections: Connections, names: list[str], schema: SchemaRef = RECEIPT
) -> tuple[Batch, list[str]]:
    """Submit documents of these names; return the batch and the ids of its jobs."""
    documents = [NewDocument(new_job_id(), name, "0" * 64, 9, "pdf") for name in names]
    documents.append(NewDocument(new_job_id(), "x", "", 0, None, Refusal("empty_file", "x")))
    view, _ = batches.submit(connections, NewBatch(new_batch_id(), schema, Origin()), documents)
    return view.batch, [one.job_id for one in documents[:-1]]


def succeed(connections: Connections, job_id: str, total: str = "9.00") -> None:
    """End a job well, as the last stage does."""
    store(connections, job_id, total)
    with connections.database.writing() as session:
        job = locked_job(session, job_id)
        assert job is not None
        end_job(session, job, Status.SUCCEEDED, 60.0)


def store(connections: Connections, job_id: str, total: str = "9.00") -> None:
    """Store the result of a job."""
    view = jobs.find(connections, job_id)
    assert view is not None and view.job.name is not None
    found = {
        "merchant_name": Value(State.FOUND, "CAFÉ \u2028 中", "CAFÉ", 0.9),
        "total": Value(State.FOUND, Money(Decimal(total), "EUR"), total, 0.98),
        "items[0].description": Value(State.FOUND, f"tea {total}", "tea", 0.9),
        "items[1].description": Value(State.FOUND, "=1+1", "=1+1", 0.9),
    }
    if view.job.schema_name == "delivery":
        found = {
            "supplier": Value(State.FOUND, "ACME", "ACME", 0.5),
            "items[0].article": Value(State.FOUND, "bolt", "bolt", 0.5),
        }
    extraction = Extraction(
        view.job.schema_name, view.job.schema_version, view.job.name, "0" * 64, (), found
    )
    connections.store.put(
        keys.extraction_key(job_id), json.dumps(extraction.to_json() | {"id": job_id}).encode()
    )


def text(connections: Connections, of: Batch, sheet: Sheet) -> str:
    return b"".join(results.pieces(connections, of, sheet)).decode()


def test_json_lines_are_the_results_in_order(connections: Connections) -> None:
    row, ids = batch(connections, ["a", "b", "c", "d"])
    for number in (3, 0, 2):
        succeed(connections, ids[number], f"{number}.00")
    assert claim(connections, Message(Stage.RASTERIZE, ids[1])) is not None
    store(connections, ids[1])  # its worker has not said so yet
    lines = text(connections, row, Sheet.RESULTS_JSONL).splitlines()
    assert lines == text(connections, row, Sheet.RESULTS_JSONL).strip().split("\n")
    found = [json.loads(line) for line in lines]
    assert [(one["id"], one["name"], one["position"]) for one in found] == [
        (ids[0], "a", 1),
        (ids[2], "c", 3),
        (ids[3], "d", 4),
    ]
    stored = json.loads(connections.store.get(keys.extraction_key(ids[2])))
    assert found[1] == stored | {"position": 3}
    assert list(found[0])[:3] == ["id", "name", "position"]


def test_a_table_has_a_row_per_document(connections: Connections) -> None:
    row, ids = batch(connections, ["a", "=b"])
    for number, job_id in enumerate(ids):
        succeed(connections, job_id, f"{number}.00")
    found = list(csv.DictReader(io.StringIO(text(connections, row, Sheet.RESULTS_CSV))))
    assert [(one["name"], one["total"], one["total_currency"]) for one in found] == [
        ("a", "0.00", "EUR"),
        ("'=b", "1.00", "EUR"),
    ]
    items = list(csv.DictReader(io.StringIO(text(connections, row, Sheet.ITEMS_CSV))))
    assert [(one["name"], one["row"], one["description"]) for one in items] == [
        ("a", "1", "tea 0.00"),
        ("a", "2", "'=1+1"),
        ("'=b", "1", "tea 1.00"),
        ("'=b", "2", "'=1+1"),
    ]


def test_a_table_has_the_columns_of_the_batch_s_own_schema(connections: Connections) -> None:
    row, ids = batch(connections, ["a"], DELIVERY)
    succeed(connections, ids[0])
    (found,) = csv.DictReader(io.StringIO(text(connections, row, Sheet.RESULTS_CSV)))
    assert (found["name"], found["supplier"]) == ("a", "ACME")
    (item,) = csv.DictReader(io.StringIO(text(connections, row, Sheet.ITEMS_CSV)))
    assert item["article"] == "bolt"


def test_nothing_yet_is_a_header(connections: Connections) -> None:
    row, _ = batch(connections, ["a"])
    assert text(connections, row, Sheet.RESULTS_JSONL) == ""
    assert text(connections, row, Sheet.RESULTS_CSV).startswith("name,")
    assert text(connections, row, Sheet.ITEMS_CSV).count("\n") == 1


def test_results_are_read_when_they_are_wanted(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "AT_ONCE", 2)
    row, ids = batch(connections, [f"{number}.pdf" for number in range(7)])
    for job_id in ids:
        succeed(connections, job_id)
    read: list[str] = []
    real = Store.get
    monkeypatch.setattr(Store, "get", lambda store, key: read.append(key) or real(store, key))
    pieces = results.pieces(connections, row, Sheet.RESULTS_JSONL)
    for number, job_id in enumerate(ids, start=1):
        assert json.loads(next(pieces))["id"] == job_id
        assert len(read) == number
    assert list(pieces) == []


def test_what_is_erased_while_results_are_read_is_left_out(connections: Connections) -> None:
    row, ids = batch(connections, ["a", "b", "c"])
    for job_id in ids:
        succeed(connections, job_id)
    jobs.erase(connections, ids[0])
    pieces = results.pieces(connections, row, Sheet.RESULTS_JSONL)
    assert json.loads(next(pieces))["id"] == ids[1]
    jobs.erase(connections, ids[2])
    assert list(pieces) == []


def test_a_result_that_was_lost_is_not_left_out_in_silence(connections: Connections) -> None:
    row, ids = batch(connections, ["a", "b"])
    for job_id in ids:
        succeed(connections, job_id)
    connections.store.erase(keys.job_folder(ids[1]))
    pieces = results.pieces(connections, row, Sheet.RESULTS_CSV)
    next(pieces)
    next(pieces)
    with pytest.raises(StoreUnavailable, match="lost"):
        next(pieces)
