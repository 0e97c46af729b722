"""Names become engines and schemas, and environments become settings; wrong ones say why."""

import json
from pathlib import Path

import pytest

from docai import build
from docai.errors import SchemaError, SettingsError
from docai.extraction.fields import Kind
from docai.load.limits import Limits
from docai.settings import Settings, read_settings
from docai.testing import ScriptedOcr

MODEL = """
from pydantic import BaseModel

class GasBill(BaseModel):
    meter_number: str
    due: int

class NoModel:
    pass
"""


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({"DOCAI_JOBS": "", "PATH": "/bin"}) == Settings()
    assert Settings().limits == Limits()


def test_the_environment_is_read() -> None:
    environ = {"DOCAI_OCR": "tesseract", "DOCAI_LANG": "kor", "DOCAI_JOBS": "3"}
    limits = {"DOCAI_MAX_BYTES": "10", "DOCAI_MAX_PAGES": "2", "DOCAI_TIMEOUT_S": "0.5"}
    settings = read_settings({**environ, **limits})
    assert (settings.ocr, settings.lang, settings.jobs) == ("tesseract", "kor", 3)
    assert settings.limits == Limits(10, 2, Limits().max_pixels, 0.5)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DOCAI_JOBS", "-1"),
        ("DOCAI_JOBS", "many"),
        ("DOCAI_MAX_PAGES", "0"),
        ("DOCAI_MAX_BYTES", "1.5"),
        ("DOCAI_TIMEOUT_S", "nan"),
        ("DOCAI_TIMEOUT_S", "inf"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable}='{text}'"):
        read_settings({variable: text})


def record_engines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Replace every OCR engine by a double; return the list of (name, lang) that were built."""
    built: list[tuple[str, str | None]] = []

    def recorder(name: str, lang: str | None) -> ScriptedOcr:
        built.append((name, lang))
        return ScriptedOcr((), name)

    for name in ("ppocr", "paddleocr", "tesseract"):
        monkeypatch.setitem(build._OCR, name, lambda lang, _, name=name: recorder(name, lang))
    return built


@pytest.mark.parametrize(
    ("name", "lang", "expected"),
    [
        ("auto", None, "ppocr"),
        ("auto", "fra", "ppocr"),
        ("auto", "kor", "tesseract"),
        ("auto", "Korean", "tesseract"),
        ("ppocr", None, "ppocr"),
        ("paddleocr", "kor", "paddleocr"),
        ("tesseract", None, "tesseract"),
    ],
)
def test_the_language_chooses_the_engine(
    name: str, lang: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = record_engines(monkeypatch)
    build.pipeline(Settings(ocr=name, lang=lang))
    assert [engine for engine, _ in built] == [expected]


def test_the_default_engine_refuses_korean() -> None:
    with pytest.raises(SettingsError, match=r"'kor'.*no Hangul.*--ocr tesseract"):
        build.pipeline(Settings(ocr="ppocr", lang="kor"))


def test_paddleocr_is_told_its_device(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setitem(
        build._OCR, "paddleocr", lambda *how: asked.append(how) or ScriptedOcr((), "paddle")
    )
    build.pipeline(Settings(ocr="paddleocr", lang="fr", device="gpu:0"))
    assert asked == [("fr", "gpu:0")]


def test_engines_for_cpus_refuse_a_gpu() -> None:
    with pytest.raises(SettingsError, match="ppocr runs on a CPU; device 'gpu' is for"):
        build.pipeline(Settings(device="gpu"))


def test_unknown_engines_are_refused_with_the_choices() -> None:
    with pytest.raises(SettingsError, match="'ppcor'; choose from ppocr, paddleocr, tesseract"):
        build.pipeline(Settings(ocr="ppcor"))
    with pytest.raises(SettingsError, match="'gpt'; choose builtin, hf:FOLDER"):
        build.vlm_engine(Settings(vlm="gpt"))


def test_the_receipt_schema_is_known_by_name() -> None:
    schema = build.schema("receipt")
    assert schema.name == "receipt"
    assert schema.kind("total") is Kind.MONEY
    assert schema.kind("items[0].quantity") is Kind.NUMBER


@pytest.mark.parametrize("spec", ["{}:GasBill", "{}.GasBill"])
def test_a_pydantic_model_is_found_in_the_current_folder(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = f"bills_{'colon' if ':' in spec else 'dot'}"
    (tmp_path / f"{module}.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    schema = build.schema(spec.format(module))
    assert schema.name == "gas_bill"
    assert dict(schema.scalars) == {"meter_number": Kind.TEXT, "due": Kind.NUMBER}


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("recipt", "'recipt'; choose from receipt, invoice, form"),
        ("nowhere.to:Find", "there is no module nowhere"),
        ("wrong_bills:Missing", "module wrong_bills has no class Missing"),
        ("wrong_bills:NoModel", "NoModel is no pydantic model"),
        ("raising_bills:Bill", "importing raising_bills failed: ZeroDivisionError"),
        (":", "schema :: "),
        ("..:Bill", "schema ..:Bill: "),
        ("no/such.json", "no/such.json cannot be read: No such file"),
    ],
)
def test_a_schema_that_cannot_be_found_says_why(
    spec: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong_bills.py").write_text(MODEL)
    (tmp_path / "raising_bills.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SchemaError) as caught:
        build.schema(spec)
    assert says in str(caught.value)


def test_a_json_schema_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "letter.json"
    properties = {"sender": {"type": "string"}, "sent": {"type": "string", "format": "date"}}
    path.write_text(json.dumps({"type": "object", "properties": properties}))
    schema = build.schema(str(path))
    assert schema.name == "letter"
    assert dict(schema.scalars) == {"sender": Kind.TEXT, "sent": Kind.DATE}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{\n "type": object\n}', "line 2, column 10"),
        (b"[1]", "must hold a JSON object, not list"),
        (b"\xff\xfe", "is no UTF-8 text"),
        (b"", "line 1, column 1"),
        (b"[" * 100_000, "nests too deeply"),
        (b'{"type": "object"}', "properties"),
        (b'{"type": 7}', "no valid JSON Schema"),
    ],
)
def test_a_file_that_is_no_json_schema_says_why(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(SchemaError) as caught:
        build.schema(str(path))
    assert says in str(caught.value)
