import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from docai.document import Document, Page
from docai.errors import DatasetError, VlmError
from docai.evaluate import Setup, documents_of, evaluate_command, extract_one
from docai.extraction.fields import Schema, schema_of
from docai.extraction.kind import DocumentKind
from docai.kinds import Kinds
from docai.metrics import Counts, Judged
from docai.ocr.cached import CachedOcr
from docai.oracle import oracle
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.report import Outcome, judge, report_on
from docai.testing import ScriptedOcr, ScriptedVlm, typed_reading
from docai.vlm.builtin.corpus import Labelled
from docai.vlm.engine import Answer, Span
from docai.vlm.tokens import ImageTokens

SHARED_SCORE = Path(__file__).parents[3] / "shared" / "score.py"

LINES = ["Corner Shop", "12 High Street", "Springfield", "Date 25/12/2018 20:13", "Tea 4.00",
         "Cake 5.00", "Total RM 9.00", "Tel 07-350 7405"]  # fmt: skip
READING = typed_reading(LINES)
FOUND = ScriptedVlm(
    (
        Answer("merchant_name", 0.9, Span(1, (0, 1))),
        Answer("total", 0.8, Span(1, (14, 15))),
        Answer("transaction_date", 0.7, Span(1, (7,))),
    )
)
GOLD = {"merchant_name": "CORNER SHOP", "total": "9.00", "merchant_address": "12 High Street"}


def schema() -> Schema:
    leaf = {"type": "string"}
    money = {"type": "object", "properties": {"amount": {"type": "string"}}}
    properties = {
        "merchant_name": leaf,
        "total": money,
        "transaction_date": {"type": "string", "format": "date"},
    }
    return schema_of({"type": "object", "properties": properties}, "receipt")


def make_pipeline() -> Pipeline:
    return Pipeline(ScriptedOcr((READING,)), FOUND)


def make_no_pipeline() -> Pipeline:
    raise VlmError("there are no weights here")


def make_dying_pipeline() -> Pipeline:
    os._exit(1)  # as if the kernel had killed the process


def dataset(folder: Path, labels: Sequence[dict[str, Any]], broken: Sequence[str] = ()) -> Path:
    """Write a data set of white pictures; those in ``broken`` are no pictures."""
    (folder / "docs").mkdir(parents=True)
    rows = []
    for label in labels:
        file = f"docs/{label['id']}.png"
        rows.append({"file": file, "split": "dev", **label})
        height, width = READING.size
        Image.new("RGB", (width, height), "white").save(folder / file)
        if label["id"] in broken:
            (folder / file).write_text("no picture")
    (folder / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_data_sets_are_evaluated_in_processes_of_their_own(tmp_path: Path) -> None:
    one = dataset(tmp_path / "one", [{"id": "a", "fields": GOLD}])
    other = dataset(
        tmp_path / "other",
        [{"id": "b", "fields": {"total": "8.00"}}, {"id": "c", "fields": {"total": "9.00"}}],
        broken=["c"],
    )
    predictions, report = tmp_path / "predictions.jsonl", tmp_path / "report.json"
    setup = Setup(make_pipeline, schema())
    reports = evaluate_command(
        [one, other], "dev", setup, jobs=2, predictions=predictions, report=report
    )
    assert reports[0].scores.micro == Counts(2, 2, 3)
    assert reports[1].scores.fields == {"total": Counts(0, 1, 2)}
    assert list(reports[1].failed) == ["c"]
    rows = [json.loads(row) for row in predictions.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]  # a failed document has no prediction
    assert rows[0]["data"]["transaction_date"] == "2018-12-25"
    assert rows[0]["fields"]["total"].keys() == {"confidence", "state"}
    written = json.loads(report.read_text())
    assert written["datasets"]["one"]["scores"]["fields"]["f1"] == 0.8
    assert written["together"]["reported_values"] == 3


def test_engines_that_cannot_be_built_stop_the_evaluation(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "set", [{"id": "a", "fields": GOLD}])
    with pytest.raises(VlmError, match="no weights here"):
        evaluate_command([folder], "dev", Setup(make_no_pipeline, schema()))


def test_a_process_that_dies_is_told(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "set", [{"id": "a", "fields": GOLD}])
    with pytest.raises(DatasetError, match="process died"):
        evaluate_command([folder], "dev", Setup(make_dying_pipeline, schema()))


def test_an_oracle_needs_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = dataset(tmp_path / "set", [{"id": "a", "fields": GOLD}])
    setup = Setup(make_pipeline, schema(), oracle=True)
    (report,) = evaluate_command([folder], "dev", setup)
    assert report.scores.micro == Counts(3, 3, 3)
    assert "ECE" not in capsys.readouterr().out


def make_sorting_pipeline() -> Pipeline:
    return replace(make_pipeline(), kinds=Kinds(Sorting(), (schema(),)))


class Sorting:
    """A test double of `docai.kinds.Classifier`: whatever it sees is a receipt, or nearly."""

    name = "sorting"

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        return DocumentKind("receipt", 0.9 if "a" in document.name else 0.5, self.name)


def test_each_kind_is_read_with_its_own_schema(tmp_path: Path) -> None:
    name = {"merchant_name": {"type": "string"}}
    other = schema_of({"type": "object", "properties": name}, "invoice")
    folder = dataset(
        tmp_path / "set",
        [
            {"id": "a", "kind": "receipt", "fields": {"total": "9.00"}},
            {"id": "b", "kind": "invoice", "fields": {"merchant_name": "Corner Shop"}},
        ],
    )
    setup = Setup(make_pipeline, None, schemas={"receipt": schema(), "invoice": other})
    predictions = tmp_path / "predictions.jsonl"
    evaluate_command([folder], "dev", setup, predictions=predictions)
    rows = [json.loads(row)["data"] for row in predictions.read_text().splitlines()]
    assert [sorted(row) for row in rows] == [
        ["merchant_name", "total", "transaction_date"],
        ["merchant_name"],
    ]


def test_a_kind_without_a_schema_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "set", [{"id": "a", "kind": "letter", "fields": {}}])
    setup = Setup(make_dying_pipeline, None, schemas={"receipt": schema()})
    with pytest.raises(DatasetError, match="kind 'letter', only for receipt; name one"):
        evaluate_command([folder], "dev", setup)


def test_kinds_are_scored_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {"a": "receipt", "b": "receipt", "c": "form"}
    folder = dataset(tmp_path / "set", [{"id": i, "kind": k} for i, k in kinds.items()])
    report = tmp_path / "report.json"
    setup = Setup(make_sorting_pipeline, schema(), only_kinds=True)
    evaluate_command([folder], "dev", setup, report=report)
    assert json.loads(report.read_text())["together"]["kinds"] == {
        "right": 0.6667,
        "documents": 3,
        "unsure": 2,
        "taken_for": {"form": {"receipt": 1}, "receipt": {"receipt": 2}},
    }
    printed = capsys.readouterr().out
    assert "66.7% of 3 right, 2 not sure enough" in printed
    assert "taken for receipt" in printed


def test_pairs_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = dataset(tmp_path / "set", [{"id": "a", "pairs": [{"key": "Tel", "value": "07"}]}])
    (report,) = evaluate_command([folder], "dev", Setup(make_pipeline, schema()))
    assert report.scores.pairs == Counts(0, 0, 1)
    assert "pairs" in capsys.readouterr().out


@pytest.mark.skipif(not SHARED_SCORE.is_file(), reason="the shared score.py is not here")
def test_the_shared_tool_gives_predictions_the_same_figures(tmp_path: Path) -> None:
    labels: list[dict[str, Any]] = [
        {"id": "a", "fields": GOLD, "items": [{"description": "Tea", "amount": "4.00"}]},
        {"id": "b", "fields": {"total": "8.00"}, "pairs": [{"key": "Tel", "value": "07"}]},
    ]
    folder = dataset(tmp_path / "set", labels)
    predictions = tmp_path / "predictions.jsonl"
    setup = Setup(make_pipeline, schema())
    (report,) = evaluate_command([folder], "dev", setup, predictions=predictions)
    command: list[str | Path] = [sys.executable, SHARED_SCORE, folder / "labels.jsonl"]
    command += [predictions, "--json"]
    shared = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    ours = report.to_json()
    assert shared == {name: ours[name] for name in shared}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no labels.jsonl"),
        ("{", "a JSON object a line"),
        ('{"id": "a", "file": "a.png"}\n', "a JSON object a line"),
        ('{"id": "a", "file": "a.png", "split": "train"}\n', "no document in split 'dev'"),
    ],
)
def test_a_data_set_that_cannot_be_read_is_refused(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "labels.jsonl").write_text(content)
    with pytest.raises(DatasetError, match=message):
        documents_of(tmp_path, "dev")


class Failing(ScriptedOcr):
    def read(self, page: Page) -> Reading:
        raise IndexError("a bug")


def test_a_bug_fails_one_document(tmp_path: Path) -> None:
    (document,) = documents_of(dataset(tmp_path / "set", [{"id": "a", "fields": GOLD}]), "dev")
    setup = Setup(make_pipeline, schema())
    outcome = extract_one(document, setup, Pipeline(Failing(()), FOUND))
    assert outcome == Outcome("a", error="unexpected IndexError: a bug")


def test_time_beyond_ocr_is_a_share_of_the_whole() -> None:
    documents = [Labelled(i, Path(i), {"id": i, "fields": GOLD}) for i in "ab"]
    outcomes = {"a": Outcome("a", seconds=3, ocr_seconds=2), "b": Outcome("b", error="broken")}
    assert report_on("set", documents, outcomes).beyond_ocr == pytest.approx(1 / 3)


def test_what_nobody_labelled_counts_as_wrong_only_where_the_field_is_labelled_at_all() -> None:
    outcome = Outcome(
        "a",
        data={"total": "9.00", "tip": "1.00", "subtotal": "8.00"},
        fields={
            name: {"confidence": 0.9} for name in ("total", "tip", "subtotal", "merchant_name")
        },
    )
    judged = judge({"fields": {"total": "9"}}, outcome, ["total", "tip", "merchant_name"])
    assert judged == [Judged(0.9, True), Judged(0.9, False)]


def test_the_oracle_takes_the_words_that_print_the_gold_values() -> None:
    label = {
        "fields": {
            "merchant_name": "CORNER SHOP",
            "merchant_address": "12 High Street, Sprlngfield",  # as near as the page comes
            "transaction_date": ["26.12.2018", "Dec 25 2018"],
            "transaction_time": "8:13 pm",
            "merchant_phone": "073507405",
            "total": "9",
            "subtotal": "9.10",
        },
        "items_bag": {"description": ["Tea", "Cake"], "total_price": ["4", "5.0", "5.0"]},
    }
    data = oracle(label, [READING])
    assert {name: text for name, text in data.items() if name != "items"} == {
        "merchant_name": "Corner Shop",
        "merchant_address": "12 High Street Springfield",
        "transaction_date": "25/12/2018",
        "transaction_time": "20:13",
        "merchant_phone": "07-350 7405",
        "total": "9.00",
    }
    descriptions = [row["description"] for row in data["items"] if "description" in row]
    prices = [row["total_price"] for row in data["items"] if "total_price" in row]
    assert descriptions == ["Tea", "Cake"]
    assert prices[:2] == ["4.00", "5.00"]
    assert prices[2:] in ([], ["Cake 5.00"])


def test_the_oracle_looks_at_all_pages() -> None:
    readings = [READING, typed_reading(["Grand total 77.70"], page=2)]
    assert oracle({"fields": {"total": "77.70"}}, readings)["total"] == "77.70"


@dataclass
class Counting:
    """An engine that counts how often it is asked."""

    name: str = "counting"
    pages: list[int] = field(default_factory=list)

    def read(self, page: Page) -> Reading:
        self.pages.append(page.number)
        return replace(READING, page=page.number, engine=self.name)


def test_a_picture_is_read_once_per_engine(tmp_path: Path) -> None:
    page = Page(1, np.zeros((4, 6, 3), np.uint8))
    engine = Counting()
    cached = CachedOcr(engine, tmp_path / "readings")
    first = cached.read(page)
    assert cached.read(page) == first == replace(READING, engine="counting")
    assert cached.read(replace(page, number=2)) == replace(first, page=2)
    assert engine.pages == [1]
    cached.read(replace(page, picture=np.zeros((6, 4, 3), np.uint8)))  # the same bytes
    assert len(engine.pages) == 2
    other = Counting("other")
    assert CachedOcr(other, tmp_path / "readings").read(page).engine == "other"


def test_a_text_layer_is_part_of_what_is_read(tmp_path: Path) -> None:
    from docai.document import TextLayerWord

    page = Page(1, np.zeros((4, 6, 3), np.uint8))
    engine = Counting()
    cached = CachedOcr(engine, tmp_path)
    cached.read(page)
    cached.read(replace(page, text_layer=(TextLayerWord("Tea", (0, 0, 1, 1)),)))
    assert len(engine.pages) == 2
