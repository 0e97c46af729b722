"""What exactly read and answered: versions, and hashes of the files that are really there."""

import hashlib
import importlib.metadata
import json
import time
from pathlib import Path

import pytest

from docai import build
from docai.ocr import paddle, tesseract, weights
from docai.ocr.tesseract import Tesseract
from docai.ocr.textlayer import WithTextLayer
from docai.pipeline import Pipeline
from docai.provenance import Provenance, Traceable, hashes, provenance_of
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm
from docai.vlm.builtin.inference import WEIGHTS, BuiltinVlm


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return build.pipeline(Settings())


def test_the_default_engines_tell_every_file_of_weights(pipeline: Pipeline) -> None:
    told = build.provenance(pipeline)

    assert told["docai"] == importlib.metadata.version("docai")
    assert told["ocr"]["engine"] == pipeline.ocr.name
    assert told["vlm"]["engine"] == pipeline.vlm.name
    files = (weights.DETECTION, weights.RECOGNITION, weights.TURNED)
    charlm = Path(weights.__file__).with_name("charlm.npz")
    assert told["ocr"]["weights"] == {
        **{file.file_name: file.sha256 for file in files},
        "charlm.npz": sha256(charlm),
    }
    own = (*WEIGHTS.glob("*.onnx"), *WEIGHTS.glob("*.npz"))
    assert told["vlm"]["weights"] == {path.name: sha256(path) for path in own}
    assert "marks.npz" in told["vlm"]["weights"]
    for package in ("rapidocr", "onnxruntime", "pypdfium2"):
        assert told["ocr"]["versions"][package] == importlib.metadata.version(package)
    assert json.loads(json.dumps(told)) == told


def test_asking_again_costs_nothing(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    build.provenance(pipeline)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("a file was read again"))
    started_s = time.perf_counter()
    build.provenance(pipeline)
    assert time.perf_counter() - started_s < 0.1


def test_weights_of_ones_own_are_told(tmp_path: Path) -> None:
    for path in WEIGHTS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "tagger.onnx").write_bytes(b"trained elsewhere")
    told = BuiltinVlm(tmp_path).provenance()
    assert told.weights["tagger.onnx"] == hashlib.sha256(b"trained elsewhere").hexdigest()
    assert told.weights["vision.onnx"] == sha256(WEIGHTS / "vision.onnx")


def test_tesseract_tells_its_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"--version": "tesseract 5.3.4\n", "--list-langs": "Languages:\neng\nkor\n"}
    monkeypatch.setattr(tesseract, "_tesseract", lambda arguments, _: said[arguments[0]])
    told = Tesseract("kor+eng").provenance()
    assert told.engine == "tesseract-5.3.4/kor+eng"
    assert told.versions["tesseract"] == "5.3.4"
    assert told.models == ("kor.traineddata", "eng.traineddata")
    assert len(told.weights) == 3


@pytest.mark.parametrize(
    ("lang", "models", "num_weights"), [(None, (), 3), ("korean", ("paddleocr lang=korean",), 2)]
)
def test_paddleocr_tells_whose_models_it_runs(
    lang: str | None, models: tuple[str, ...], num_weights: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paddle, "_import", lambda: (lambda **_: object(), "3.3.0"))
    monkeypatch.setattr(paddle, "_bundled", dict)
    told = paddle.PaddleOcr(lang).provenance()
    assert told.engine == f"paddleocr-3.3.0/{lang or 'PP-OCRv6-small'}"
    assert told.models == models
    assert len(told.weights) == num_weights


def test_an_engine_that_tells_nothing_has_a_name_at_least() -> None:
    assert not isinstance(ScriptedOcr(()), Traceable)
    assert provenance_of(ScriptedOcr((), "a-double")) == Provenance("a-double")
    wrapped = provenance_of(WithTextLayer(ScriptedOcr((), "a-double")))
    assert wrapped.engine == "text-layer+a-double"
    assert (list(wrapped.versions), wrapped.weights) == (["pypdfium2"], {})
    told = build.provenance(Pipeline(ScriptedOcr(()), ScriptedVlm()))
    assert told["vlm"] == {"engine": "scripted-vlm", "versions": {}, "weights": {}, "models": []}


def test_hashes_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    assert hashes([tmp_path / "a"]) == {"a": hashlib.sha256(b"x" * 3_000_000).hexdigest()}
