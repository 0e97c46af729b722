"""`--schema auto`: a document's kind chooses the schema; without a sure kind nobody guesses."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from docai import build, commands
from docai.cli import app
from docai.document import Document
from docai.errors import SchemaError
from docai.extraction.kind import DocumentKind
from docai.extraction.result import Extraction
from docai.kinds import ANY_KIND, Kinds
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Span
from docai.vlm.tokens import ImageTokens

READING = typed_reading(["ACME LTD", "TOTAL 3.00"])
DOCUMENT = Document("slip", "0" * 64, "png", (blank_page(READING),))


@dataclass(frozen=True)
class Says:
    """A classifier that says what it was told to."""

    told: DocumentKind
    name: str = "says"

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        assert readings == (READING,)
        assert [one.page for one in tokens] == [1]
        return self.told


def pipeline(name: str, confidence: float) -> Pipeline:
    kinds = Kinds(Says(DocumentKind(name, confidence, "says")), (build.builtin_schema("receipt"),))
    vlm = ScriptedVlm((Answer("total", 0.9, Span(1, (3,))),))
    return Pipeline(ScriptedOcr((READING,)), vlm, kinds=kinds)


def test_sure_kind_chooses_the_schema() -> None:
    extraction = pipeline("receipt", 0.97).extract(DOCUMENT, ANY_KIND).extraction

    assert extraction.schema_name == "receipt"
    assert extraction.data["total"].amount == 3
    shown = extraction.to_json()
    assert shown["document"]["kind"] == {
        "name": "receipt",
        "confidence": 0.97,
        "classifier": "says",
    }
    assert {"sort", "read_and_encode", "reconcile"} <= set(shown["timings_s"])
    assert Extraction.from_json(json.loads(json.dumps(shown))).kind == extraction.kind


@pytest.mark.parametrize(
    ("name", "confidence", "code"),
    [("receipt", 0.6, "kind_unsure"), ("other", 0.95, "kind_unknown")],
)
def test_without_a_sure_kind_there_are_no_fields_but_a_problem(
    name: str, confidence: float, code: str
) -> None:
    extracted = pipeline(name, confidence).extract(DOCUMENT, ANY_KIND)
    shown = extracted.extraction.to_json()

    assert (shown["data"], shown["fields"]) == ({}, {})
    assert [problem["code"] for problem in shown["problems"]] == [code]
    assert shown["schema"] == {"name": "auto", "version": 1}
    assert shown["document"]["kind"]["name"] == name
    assert shown["document"]["pages"][0]["height"] == READING.size[0]
    assert extracted.readings == (READING,)


def test_named_schema_asks_no_classifier() -> None:
    engines = pipeline("other", 1.0)
    extraction = engines.extract(DOCUMENT, build.schema("receipt")).extraction

    assert extraction.data["total"].amount == 3
    assert extraction.kind is None
    assert "kind" not in extraction.to_json()["document"]


def test_pipeline_without_kinds_says_so() -> None:
    with pytest.raises(SchemaError, match="nothing here tells kinds"):
        replace(pipeline("receipt", 1.0), kinds=None).extract(DOCUMENT, ANY_KIND)


def test_auto_is_a_name_of_a_schema() -> None:
    assert build.schema("auto") == build.builtin_schema("auto") == ANY_KIND
    assert "auto" not in build.builtin_schemas()  # it is no kind itself


@pytest.fixture
def slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "pipeline", lambda settings: pipeline("receipt", 0.9))
    path = tmp_path / "slip.png"
    Image.new("RGB", READING.size[::-1], "white").save(path)
    return path


def extract(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


@pytest.mark.parametrize("shape", ["json", "jsonl", "markdown"])
def test_command_writes_what_it_found(slip: Path, shape: str) -> None:
    done = extract(slip, "--schema", "auto", "--format", shape)

    assert done.exit_code == commands.FINE, done.output
    assert "3.00" in done.stdout


def test_csv_needs_to_know_its_columns(slip: Path) -> None:
    done = extract(slip, "--schema", "auto", "--format", "csv")

    assert done.exit_code == commands.WRONG_USAGE
    assert "csv needs one schema" in done.stderr


def test_command_says_which_classifier(slip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    def remembering(settings: Settings) -> Pipeline:
        seen.append(settings)
        return pipeline("receipt", 0.9)

    monkeypatch.setattr(build, "pipeline", remembering)
    extract(slip, "--schema", "auto", "--classifier", "hf:siglip")

    assert seen[0].classifier == "hf:siglip"
