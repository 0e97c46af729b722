"""What `import docai` offers, and what it does not drag in."""

import subprocess
import sys
from pathlib import Path

import pytest

import docai
from docai.errors import LoadError
from docai.pipeline import Pipeline
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm, typed_reading
from docai.vlm.engine import Answer, Span

NAMES = [
    "Client",
    "DocaiError",
    "Document",
    "Extraction",
    "errors",
    "extract",
    "extract_parts",
    "load",
]
HEAVY = {"torch", "paddleocr", "transformers", "onnxruntime", "cv2", "numpy", "pydantic", "httpx"}


def test_the_public_names_are_these() -> None:
    assert docai.__all__ == NAMES
    assert dir(docai) == sorted(docai.__all__)
    for name in docai.__all__:
        assert getattr(docai, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'extrct'"):
        docai.extrct  # noqa: B018 - the lookup is the test


@pytest.mark.parametrize(
    "module", ["docai", "docai.cli", "docai.build", "docai.commands", "docai.batches"]
)
def test_imports_leave_heavy_libraries_alone(module: str) -> None:
    code = f"import {module}, sys; assert not {HEAVY} & set(sys.modules), sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_extract_reads_files_and_bytes_with_one_pipeline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []

    def scripted(settings: Settings) -> Pipeline:
        built.append(settings)
        ocr = ScriptedOcr((typed_reading(["TOTAL 9.00"]),))
        return Pipeline(ocr, ScriptedVlm((Answer("total", 0.9, Span(1, (1,))),)))

    monkeypatch.setattr("docai.build.pipeline", scripted)
    monkeypatch.setattr(docai, "_pipelines", [])
    path = tmp_path / "a.png"
    path.write_bytes(png())
    first, second = docai.extract(path), docai.extract(png())
    assert (first.name, second.name) == ("a.png", "document")
    assert str(first.data["total"].amount) == str(second.data["total"].amount) == "9.00"
    assert len(built) == 1
    with pytest.raises(LoadError, match="no such file"):
        docai.extract(tmp_path / "b.png")


def png() -> bytes:
    """Return a small white PNG."""
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(file, "PNG")
    return file.getvalue()
